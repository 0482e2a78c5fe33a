import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../util/disposable';
import type { ClusterSession } from './clusterSession';
import { placeOf, wordsOfSession } from './connectionWords';
import { commandLink } from './contributions';
import { t } from '../util/l10n';

/** Context and namespaces, always in sight once a cluster was asked for; a click chooses another context. */
export function registerStatusBar(session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  const item = disposables.add(
    vscode.window.createStatusBarItem('ordinal.context', vscode.StatusBarAlignment.Left, 20),
  );
  item.name = t`Ordinal: context and namespaces`;
  item.command = commandLink('ordinal.selectContext', t`Select context`);
  const update = (): void => {
    const { selection, state } = session;
    if (state.kind === 'idle' || !selection) {
      item.hide();
      return;
    }
    const { word, detail, mood } = wordsOfSession(session);
    const connection = session.connection();
    const place = connection ? placeOf(connection, connection.scope()) : selection.context;
    item.text = `$(server) ${place}${mood === 'good' ? '' : ` · ${word}`}`;
    item.tooltip = detail ?? t`Ordinal: ${word}. Click to choose another context.`;
    item.accessibilityInformation = { label: t`Ordinal: ${place}, ${word}` };
    item.backgroundColor = mood === 'trouble' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.show();
  };
  disposables.add(session.onDidChange(update));
  update();
  return disposables;
}
