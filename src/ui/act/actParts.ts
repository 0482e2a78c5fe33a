import type * as vscode from 'vscode';
import type { Cluster } from '../../cluster/main';
import type { Fields } from '../../core/kube/readers';
import type { ObjectKey } from '../../core/objects';
import type { ClusterSession } from '../clusterSession';
import type { OpenManifest } from '../commandTargets';
import type { commandLink } from '../contributions';

/** What the actions need of the bundle that is loaded first. */
export interface ActParts {
  readonly session: ClusterSession;
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>;
  /** Tells VS Code to ask for a document of ours again. */
  readonly changed: vscode.EventEmitter<vscode.Uri>;
  /** Not imported: with it this bundle would open an output channel of its own. */
  readonly commandLink: typeof commandLink;
  /** Of documents that are read like a status. */
  readonly language: string;
  /** Of a context, or the chosen one. Throws an ExpectedError when it is not connected. */
  clusterOf(context: string | undefined): Promise<Cluster>;
  /** What the person knows of the object now, having changed it; `undefined`: it is read anew before the next apply. */
  readonly saw: (cluster: Cluster, key: ObjectKey, object: Fields | undefined) => void;
  findManifest(key: ObjectKey): OpenManifest | undefined;
}
