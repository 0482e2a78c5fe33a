import { t } from './l10n';

/**
 * The world says no: a cluster that does not answer, a missing right, a broken kubeconfig. The message is for a person
 * and says what failed, on what, and what to do.
 */
export class ExpectedError extends Error {
  override readonly name: string = 'ExpectedError';

  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
  }

  /** Recognises it by this mark and not by class: the extension and its cluster bundle have a class each. */
  readonly expected = true;
}

export function isExpected(error: unknown): error is ExpectedError {
  return error instanceof Error && 'expected' in error && error.expected === true;
}

/** What to show a person; never empty. */
export function errorMessage(error: unknown): string {
  if (isExpected(error)) return error.message;
  const text = error instanceof Error ? error.message : String(error);
  return t`Internal error: ${text === '' ? 'unknown' : text} (see the log)`;
}

/** Somebody no longer wants the answer: an aborted signal, or a cancelled question. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'Canceled');
}
