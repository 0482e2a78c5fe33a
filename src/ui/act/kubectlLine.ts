import type { ObjectKey } from '../../core/objects';

/** What to type for the same in a terminal, with its target spelled out. */
export function kubectlLine(
  args: readonly string[],
  { key, context }: { readonly key: Pick<ObjectKey, 'namespace'>; readonly context: string },
): string {
  return ['kubectl', ...args, '-n', key.namespace, '--context', context].map(quoted).join(' ');
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
