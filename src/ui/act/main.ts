import type * as vscode from 'vscode';
import { setTranslations } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import type { ActParts } from './actParts';
import { WorkloadActions } from './workloadActions';
import { WriteGate } from './writeGate';

export type { WorkloadActions } from './workloadActions';
export type { WriteGate, WriteIntent } from './writeGate';

/** What the bundle of everything that changes a cluster exports; loaded when somebody is about to. */
export interface ActModule {
  createGate(session: ClusterSession, log: vscode.LogOutputChannel): WriteGate;
  createActions(parts: ActParts): WorkloadActions;
  setTranslations: typeof setTranslations;
}

export function createGate(session: ClusterSession, log: vscode.LogOutputChannel): WriteGate {
  return new WriteGate(session, log);
}

export function createActions(parts: ActParts): WorkloadActions {
  return new WorkloadActions(parts);
}

export { setTranslations };
