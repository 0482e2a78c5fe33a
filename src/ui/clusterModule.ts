import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import type { ClusterModule } from '../cluster/main';

let loaded: ClusterModule | undefined;

/**
 * The cluster floor is a bundle of its own beside this one. It is read when somebody first asks for a cluster, so that
 * a window in which people only edit YAML never pays for it.
 */
export function clusterModule(): ClusterModule {
  if (loaded) return loaded;
  loaded = createRequire(__filename)('./cluster.js') as ClusterModule;
  loaded.setTranslations(vscode.l10n.bundle ?? {});
  return loaded;
}
