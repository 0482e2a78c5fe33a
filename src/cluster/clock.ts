import { setTimeout as startTimer, clearTimeout } from 'node:timers';
import { type Disposable, toDisposable } from '../util/disposable';
import { t } from '../util/l10n';

/** Time, as something that a test can hold still. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Runs once after so many milliseconds, unless disposed before. */
  after(milliseconds: number, run: () => void): Disposable;
  /** At least 0, less than 1. */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = startTimer(run, milliseconds);
    return toDisposable(() => {
      clearTimeout(timer);
    });
  },
  random: () => Math.random(),
};

/** Resolves after so many milliseconds; rejects with the signal's reason when that comes first. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timer.dispose();
      reject(reasonOf(signal));
    };
    const timer = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** The abort as an error, whatever was given as its reason. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new DOMException(t`The operation was aborted`, 'AbortError');
}
