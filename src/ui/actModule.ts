import { createRequire } from 'node:module';
import * as vscode from 'vscode';
import type { ActModule } from './act/main';

let loaded: ActModule | undefined;

/** A bundle of its own, as the cluster floor is: who only reads and watches never loads what writes. */
export function actModule(): ActModule {
  if (loaded) return loaded;
  loaded = createRequire(__filename)('./act.js') as ActModule;
  loaded.setTranslations(vscode.l10n.bundle ?? {});
  return loaded;
}
