import type * as vscode from 'vscode';
import { setTranslations } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import { ObjectDocuments } from '../documents/objectDocuments';
import type { ActParts } from './actParts';
import { ApplyAnswers } from './applyAnswers';
import { type ActHost, ApplyCommands } from './applyCommand';
import { WorkloadActions } from './workloadActions';
import { WriteGate } from './writeGate';

export type { ActHost, ApplyCommands } from './applyCommand';
export type { Meant } from './targets';
export type { WorkloadActions } from './workloadActions';
export type { WriteGate, WriteIntent } from './writeGate';

/** What the bundle of everything that changes a cluster exports; loaded when somebody is about to. */
export interface ActModule {
  createGate(session: ClusterSession, log: vscode.LogOutputChannel): WriteGate;
  createActions(parts: ActParts): WorkloadActions;
  createApply(host: ActHost): ApplyPart;
  setTranslations: typeof setTranslations;
}

export interface ApplyPart {
  readonly commands: ApplyCommands;
  dispose(): void;
}

export function createGate(session: ClusterSession, log: vscode.LogOutputChannel): WriteGate {
  return new WriteGate(session, log);
}

export function createActions(parts: ActParts): WorkloadActions {
  return new WorkloadActions(parts);
}

export function createApply(host: ActHost): ApplyPart {
  const answers = new ApplyAnswers();
  const documents = new ObjectDocuments();
  return {
    commands: new ApplyCommands({ ...host, answers, documents }),
    dispose: () => {
      answers.dispose();
      documents.dispose();
    },
  };
}

export { setTranslations };
