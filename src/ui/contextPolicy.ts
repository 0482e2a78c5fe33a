import * as vscode from 'vscode';
import type { KubeContext } from '../cluster/main';

/** `readOnly`: nothing is written to it. `protected`: a person types the context's name before anything is. */
export type ContextPolicy = 'free' | 'protected' | 'readOnly';

/** As the settings say, which a workspace cannot change: a repository must not take a protection away. */
export function policyOf(context: Pick<KubeContext, 'name' | 'cluster' | 'server'>): ContextPolicy {
  const settings = vscode.workspace.getConfiguration('ordinal');
  if (matches(context, settings.get<readonly string[]>('readOnlyContexts', []))) return 'readOnly';
  return matches(context, settings.get<readonly string[]>('protectedContexts', [])) ? 'protected' : 'free';
}

/**
 * Whether a pattern fits the context's name, its cluster's or its server's host. A word (`prod`) fits where it stands
 * between characters that are no letters, `prod-eu1` but not `product`; `*` stands for anything, and the whole name is
 * meant then; `!` before a pattern excepts the names that it fits.
 */
export function matches(
  { name, cluster, server }: Pick<KubeContext, 'name' | 'cluster' | 'server'>,
  patterns: readonly string[],
): boolean {
  const host = URL.canParse(server) ? new URL(server).hostname : '';
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  const excepted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return [name, cluster, host].some(
    (each) => wanted.some((pattern) => fits(each, pattern)) && !excepted.some((pattern) => fits(each, pattern)),
  );
}

function fits(name: string, pattern: string): boolean {
  const words = pattern
    .trim()
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  if (words.join('') === '' && words.length === 1) return false;
  const source = words.length > 1 ? `^${words.join('.*')}$` : `(?<!\\p{L})${words.join('')}(?!\\p{L})`;
  return new RegExp(source, 'iu').test(name);
}
