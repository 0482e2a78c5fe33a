import * as vscode from 'vscode';
import { t } from '../../util/l10n';
import type { ManifestItem } from './targets';

export const CHANGE_CAUSE = 'kubernetes.io/change-cause';

/** Only these keep revisions with a cause. */
const KINDS = new Set(['StatefulSet', 'Deployment', 'DaemonSet']);

type Json = Readonly<Record<string, unknown>>;

/** The part of the API of VS Code's own git extension that is used. */
interface Git {
  getAPI(version: 1): {
    getRepository(uri: vscode.Uri): {
      readonly state: { readonly HEAD: { readonly commit?: string } | undefined };
      getCommit(ref: string): Promise<{ readonly message: string }>;
    } | null;
  };
}

/** The person wants no apply. */
export const CANCELLED = Symbol('cancelled');

/**
 * The cause that goes with this apply, as the setting says; `undefined`: none. A cause that stands in the manifest is its author's: nobody is asked.
 */
export async function causeFor(items: readonly ManifestItem[]): Promise<string | typeof CANCELLED | undefined> {
  const settings = vscode.workspace.getConfiguration('ordinal');
  const mode = settings.get<string>('changeCause', 'off');
  const [first] = items.filter((item) => KINDS.has(item.key.kind) && causeIn(item.manifest.object) === undefined);
  if (mode === 'off' || !first) return undefined;
  if (mode === 'ask') {
    const cause = await vscode.window.showInputBox({
      title: t`Why this change? It is kept with the revision.`,
      placeHolder: t`Empty: no change-cause`,
      ignoreFocusOut: true,
    });
    return cause === undefined ? CANCELLED : cause.trim() || undefined;
  }
  const subject = await lastSubject(first.document);
  if (mode === 'gitSubject') return subject;
  const values: Readonly<Record<string, string>> = {
    subject: subject ?? '',
    file: vscode.workspace.asRelativePath(first.document.uri),
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
  };
  const template = settings.get<string>('changeCauseTemplate', '');
  const text = template.replace(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return text.trim() || undefined;
}

async function lastSubject(document: vscode.TextDocument): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<Git>('vscode.git');
  try {
    const repository = (await extension?.activate())?.getAPI(1).getRepository(document.uri);
    const commit = repository?.state.HEAD?.commit;
    if (!repository || commit === undefined) return undefined;
    return (await repository.getCommit(commit)).message.split('\n')[0]?.trim() || undefined;
  } catch {
    // Git is switched off, or this is no repository: then there is no subject.
    return undefined;
  }
}

/** The object with a cause, unless it has one or its kind keeps none. */
export function withCause(object: Json, kind: string, cause: string | undefined): Json {
  if (cause === undefined || !KINDS.has(kind) || causeIn(object) !== undefined) return object;
  const metadata = asRecord(object.metadata);
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...asRecord(metadata.annotations), [CHANGE_CAUSE]: cause } },
  };
}

/** A cause of an earlier change that stands beside a changed template: it would be told of this revision too. */
export function staleCause(before: Json | undefined, after: Json): string | undefined {
  if (!before) return undefined;
  const cause = causeIn(after);
  const template = (object: Json): string => JSON.stringify(asRecord(object.spec).template);
  return cause !== undefined && cause === causeIn(before) && template(before) !== template(after) ? cause : undefined;
}

function causeIn(object: Json): string | undefined {
  const cause = asRecord(asRecord(object.metadata).annotations)[CHANGE_CAUSE];
  return typeof cause === 'string' ? cause : undefined;
}

function asRecord(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
