import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../util/disposable';
import type { ClusterSession } from './clusterSession';
import { connectionWord } from './connectionWords';
import { commandLink } from './contributions';

/** Context and namespace, always in sight once a cluster was asked for; a click chooses another context. */
export function registerStatusBar(session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  const item = disposables.add(
    vscode.window.createStatusBarItem('ordinal.context', vscode.StatusBarAlignment.Left, 20),
  );
  item.name = 'Ordinal: context and namespace';
  item.command = commandLink('ordinal.selectContext', 'Select context');
  const update = (): void => {
    const { selection, state } = session;
    if (state.kind === 'idle' || !selection) {
      item.hide();
      return;
    }
    const word = connectionWord(session);
    item.text = `$(server) ${selection.context}/${selection.namespace}${word === 'live' ? '' : ` · ${word}`}`;
    item.tooltip = state.kind === 'failed' ? state.message : `Ordinal: ${word}. Click to choose another context.`;
    item.show();
  };
  disposables.add(session.onDidChange(update));
  update();
  return disposables;
}
