const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

const endings = new Set<() => void>();
let listening = false;

/**
 * Calls `end`, which cannot wait for anything, when this process ends: by itself, or by a signal that nobody else handles.
 * Without it, what runs in a process group of its own would stay behind. Returns what takes it back.
 */
export function onProcessEnd(end: () => void): () => void {
  listen();
  endings.add(end);
  return () => {
    endings.delete(end);
  };
}

function listen(): void {
  if (listening) return;
  listening = true;
  process.on('exit', () => {
    for (const end of endings) end();
  });
  for (const [name, number] of Object.entries(signals)) {
    process.on(name, () => {
      if (process.listenerCount(name) === 1) process.exit(128 + number);
    });
  }
}
