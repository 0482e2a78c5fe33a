import { DisposableStore, type Disposable } from '../util/disposable';
import type { ClusterSession } from './clusterSession';
import { registerCommand } from './contributions';
import { log } from './log';
import { pickContext, pickContextBeside } from './pickContext';
import { pickNamespaces } from './pickNamespaces';

/** Choosing where to look: contexts, namespaces, connect, reconnect. */
export function registerClusterCommands(session: ClusterSession): Disposable {
  const disposables = new DisposableStore();
  disposables.add(registerCommand('ordinal.connect', () => session.open()));
  disposables.add(registerCommand('ordinal.reconnect', () => session.reconnect()));
  disposables.add(registerCommand('ordinal.showLog', () => log.show()));
  disposables.add(
    registerCommand('ordinal.selectContext', async (argument) => {
      const context = contextIn(argument) ?? (await pickContext(session));
      if (context !== undefined) await session.selectContext(context);
    }),
  );
  disposables.add(
    registerCommand('ordinal.addContext', async (name) => {
      const context = name ?? (await pickContextBeside(session));
      if (context !== undefined) await session.addContext(context);
    }),
  );
  disposables.add(
    registerCommand('ordinal.removeContext', async (argument) => {
      const context = contextIn(argument);
      if (context !== undefined) await session.removeContext(context);
    }),
  );
  disposables.add(
    registerCommand('ordinal.selectNamespace', async (argument) => {
      if (typeof argument === 'string') {
        await session.selectNamespace(argument);
        return;
      }
      const chosen = (await session.open()).context.name;
      const context = contextIn(argument) ?? chosen;
      const picked = await pickNamespaces(session, context);
      if (!picked) return;
      const [single] = picked.namespaces ?? [];
      // One namespace is what manifests mean that name none, too.
      if (context === chosen && single !== undefined && picked.namespaces?.length === 1)
        await session.selectNamespace(single);
      else await session.showNamespaces(picked.namespaces, context);
    }),
  );
  return disposables;
}

/** A name, or the row of a context. */
function contextIn(argument: unknown): string | undefined {
  if (typeof argument === 'string') return argument;
  if (typeof argument !== 'object' || argument === null || !('context' in argument)) return undefined;
  return typeof argument.context === 'string' ? argument.context : undefined;
}
