import * as vscode from 'vscode';
import type { ObjectKey } from '../core/objects';
import { errorMessage, isAbort } from '../util/errors';
import { log } from './log';
import type { MoreNode } from './tree/rolloutNode';

/** Every id that package.json also names; a test compares the two. */
export const VIEW_ROLLOUTS = 'ordinal.rollouts';
export const ROLLOUT_SCHEME = 'ordinal-rollout';
export const ROLLOUT_LANGUAGE = 'ordinal-rollout';
/** Of the panel's webview. */
export const VIEW_TYPE_TIMELINE = 'ordinal.timeline';

/** A place in a file that a CodeLens speaks of. */
export interface ManifestReference {
  readonly uri: string;
  /** Offset of the manifest in the file when the lens was made; the manifest is found again by kind and name. */
  readonly key: ObjectKey;
}

/** Commands with the arguments that our own menus and lenses give; from the palette they come without. */
export interface CommandArguments {
  'ordinal.apply': [(ManifestReference | vscode.Uri)?];
  'ordinal.applyFile': [vscode.Uri?, (readonly vscode.Uri[])?];
  'ordinal.diff': [(ManifestReference | vscode.Uri)?];
  'ordinal.diffFile': [vscode.Uri?, (readonly vscode.Uri[])?];
  'ordinal.dryRun': [];
  'ordinal.showRollout': [unknown?];
  'ordinal.showTimeline': [unknown?];
  'ordinal.showFindings': [ManifestReference?];
  'ordinal.selectContext': [unknown?];
  /** A namespace, or the row of a context. */
  'ordinal.selectNamespace': [unknown?];
  'ordinal.addContext': [string?];
  'ordinal.removeContext': [unknown?];
  'ordinal.goToWorkload': [];
  'ordinal.showMore': [MoreNode];
  'ordinal.connect': [];
  'ordinal.reconnect': [];
  'ordinal.deletePod': [unknown?];
  'ordinal.recover': [unknown?];
  'ordinal.showLogs': [unknown?];
  'ordinal.copyName': [unknown?];
  'ordinal.showHistory': [unknown?];
  'ordinal.undo': [unknown?];
  'ordinal.restart': [unknown?];
  'ordinal.pause': [unknown?];
  'ordinal.resume': [unknown?];
  'ordinal.scale': [unknown?];
  'ordinal.setPartition': [unknown?];
  'ordinal.describe': [unknown?];
  'ordinal.showEvents': [unknown?];
  'ordinal.copyKubectl': [unknown?];
  /** A lens of the history document: what to compare a revision with. */
  'ordinal.compareRevision': [unknown?];
  'ordinal.showLog': [];
}

export type CommandId = keyof CommandArguments;

/** Registers a command whose failure is shown once, in words, and logged with its stack. */
export function registerCommand<Id extends CommandId>(
  id: Id,
  run: (...args: CommandArguments[Id]) => unknown,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: CommandArguments[Id]) => {
    try {
      return await run(...args);
    } catch (error) {
      if (!isAbort(error)) {
        log.error(error instanceof Error ? error : String(error));
        void vscode.window.showErrorMessage(errorMessage(error));
      }
      return undefined;
    }
  });
}

/** A command link for a CodeLens or a tree item, with arguments of the right type. */
export function commandLink<Id extends CommandId>(
  command: Id,
  title: string,
  options: { readonly tooltip?: string; readonly args?: CommandArguments[Id] } = {},
): vscode.Command {
  return {
    command,
    title,
    ...(options.tooltip === undefined ? {} : { tooltip: options.tooltip }),
    arguments: options.args ?? [],
  };
}
