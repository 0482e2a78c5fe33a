import * as vscode from 'vscode';
import type { Cluster } from '../cluster/main';
import { type Manifest, touches } from '../core/manifest/manifest';
import { idOf, type ObjectKey } from '../core/objects';
import { ExpectedError } from '../util/errors';
import { t } from '../util/l10n';
import type { ClusterSession } from './clusterSession';
import { ROLLOUT_SCHEME } from './contributions';
import { isManifestFile, type ManifestDocuments } from './editor/manifestDocuments';
import { keyOfUri } from './editor/rolloutDocument';
import type { KeyedNode } from './tree/rolloutNode';
import { VIEW_SCHEME } from './viewUri';

/** What a command is about. */
export interface CommandTarget {
  readonly key: ObjectKey;
  /** `undefined`: the chosen one. */
  readonly context: string | undefined;
  /** Of a row that is a pod. */
  readonly podName: string | undefined;
}

/** Throws an ExpectedError when neither the argument nor the cursor names a workload. */
export function targetOf(argument: unknown, open: OpenManifests): CommandTarget {
  const key = keyIn(argument) ?? keyAtCursor(open);
  if (!key) {
    throw new ExpectedError(
      t`Put the cursor into a StatefulSet, Deployment or DaemonSet, or choose one in the Rollouts view.`,
    );
  }
  const podName = isNode(argument) && argument.kind === 'slot' ? argument.podName : undefined;
  return { key, context: contextIn(argument), podName };
}

function isNode(argument: unknown): argument is KeyedNode {
  return typeof argument === 'object' && argument !== null && 'kind' in argument && 'key' in argument;
}

/** A row of the tree. */
export function nodeOf(argument: unknown): KeyedNode {
  if (isNode(argument)) return argument;
  throw new ExpectedError(t`Choose a row in the Rollouts view.`);
}

/** A lens gives a key, a row gives a node, the title of a document of ours its address, the palette nothing. */
function keyIn(argument: unknown): ObjectKey | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if (argument instanceof vscode.Uri) return isOurs(argument) ? keyOfUri(argument) : undefined;
  if ('key' in argument) return argument.key as ObjectKey;
  return 'name' in argument && 'namespace' in argument ? (argument as ObjectKey) : undefined;
}

function isOurs({ scheme }: vscode.Uri): boolean {
  return scheme === ROLLOUT_SCHEME || scheme === VIEW_SCHEME;
}

/** Rows and documents may be of a context that is not the chosen one. */
export function contextIn(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  if (argument instanceof vscode.Uri) return isOurs(argument) ? argument.query : undefined;
  return 'context' in argument && typeof argument.context === 'string' ? argument.context : undefined;
}

const KINDS = new Set(['StatefulSet', 'Deployment', 'DaemonSet']);

/** The manifests of open files. */
export interface OpenManifests {
  readonly documents: ManifestDocuments;
  readonly session: ClusterSession;
}

function keyAtCursor({ documents, session }: OpenManifests): ObjectKey | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const { document, selection } = editor;
  if (isOurs(document.uri)) return keyOfUri(document.uri);
  if (!isManifestFile(document)) return undefined;
  const offset = document.offsetAt(selection.active);
  const { manifests } = documents.read(document).file;
  const workloads = manifests.filter(({ kind }) => KINDS.has(kind));
  const manifest = workloads.find(({ range }) => touches(range, offset)) ?? workloads[0];
  return manifest && keyOfManifest(manifest, session);
}

function keyOfManifest({ kind, name, namespace }: Manifest, { selection }: ClusterSession): ObjectKey | undefined {
  return name === undefined ? undefined : { kind, namespace: namespace ?? selection?.namespace ?? 'default', name };
}

/** A manifest in an open file, which an edit may change. */
export interface OpenManifest {
  readonly document: vscode.TextDocument;
  /** Among the manifests of the file. */
  readonly index: number;
  readonly manifest: Manifest;
}

/** The first open file that has this workload as it is applied: no template, and not changed by Kustomize. */
export function findManifest(key: ObjectKey, { documents, session }: OpenManifests): OpenManifest | undefined {
  for (const document of documents.open()) {
    const { manifests } = documents.read(document).file;
    const index = manifests.findIndex((each) => {
      const own = keyOfManifest(each, session);
      return own && idOf(own) === idOf(key) && !each.template && !each.kustomized;
    });
    const manifest = manifests[index];
    if (manifest) return { document, index, manifest };
  }
  return undefined;
}

/** What is done with a row is done in its own context, whichever one is chosen. */
export async function clusterOf(session: ClusterSession, context: string | undefined): Promise<Cluster> {
  const chosen = await session.open();
  if (context === undefined || context === chosen.context.name) return chosen;
  const connection = session.connection(context);
  if (!connection) throw new ExpectedError(t`The context ${context} is not connected.`);
  return connection.cluster;
}
