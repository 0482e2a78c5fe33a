import * as vscode from 'vscode';
import type { ObjectKey } from '../core/objects';

/** Of read-only documents about a workload: its history, its description, its events, its logs. */
export const VIEW_SCHEME = 'ordinal-view';

/** What a read-only document shows of a workload. */
export type View = 'history' | 'template' | 'proposed' | 'file' | 'describe' | 'events' | 'logs';

export interface ViewAddress {
  readonly view: View;
  readonly key: ObjectKey;
  readonly context: string;
  /** Which of its kind: the number of a revision, the name of a pod; empty where there is only one. */
  readonly part: string;
}

/** `ordinal-view:/StatefulSet/shop/web/history//web%20history?prod`: the last part of the path is what the tab shows. */
export function viewUri(
  { view, key: { kind, namespace, name }, context, part }: ViewAddress,
  title: string,
): vscode.Uri {
  const path = `/${kind}/${namespace}/${name}/${view}/${part}/${title}`;
  return vscode.Uri.from({ scheme: VIEW_SCHEME, path, query: context });
}

export function viewOf({ path, query }: vscode.Uri): ViewAddress {
  const [, kind = '', namespace = '', name = '', view = '', part = ''] = path.split('/');
  return { view: view as View, key: { kind, namespace, name }, context: query, part };
}
