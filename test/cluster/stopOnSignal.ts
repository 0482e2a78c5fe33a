// Ctrl-C, or an orderly kill, while clusters of this process run: they are removed before the process ends. After
// SIGKILL nothing can be done here; the next start removes what is left then.

interface Stoppable {
  stop(): Promise<void>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const targets = new Set<Stoppable>();

/** Until `forgetOnSignal`. Whoever else listens to the signal decides on the end of the process. */
export function stopOnSignal(target: Stoppable): void {
  if (targets.size === 0) for (const signal of signals) process.on(signal, onSignal);
  targets.add(target);
}

export function forgetOnSignal(target: Stoppable): void {
  targets.delete(target);
  if (targets.size === 0) for (const signal of signals) process.removeListener(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  const stops = [...targets].map((target) =>
    target.stop().catch((error: unknown) => {
      console.error('A test cluster could not be removed; the next start tries again:', error);
    }),
  );
  void Promise.all(stops).then(() => {
    for (const each of signals) process.removeListener(each, onSignal);
    // Without a listener the signal has its usual effect: the process ends, and its parent sees why.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  });
}
