import { DisposableStore } from '../util/disposable';
import { type Clock, sleep } from './clock';
import type { Transport } from './transport';

export interface Pause {
  readonly milliseconds: number;
  /** What ends it earlier: the server answers anybody; what was turned away may be let in now. */
  readonly until?: 'answer' | 'admission';
}

export interface Waiting {
  readonly clock: Clock;
  readonly transport: Transport;
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
}

export async function untilOver(pause: Pause, { clock, transport, signal }: Waiting): Promise<void> {
  if (pause.milliseconds === 0) return;
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const earlier = new DisposableStore();
  if (pause.until === 'answer') earlier.add(transport.onDidAnswer(end));
  if (pause.until === 'admission') {
    earlier.add(transport.onDidAdmit(end));
    earlier.add(transport.onNewCredentials(end));
  }
  await sleep(clock, pause.milliseconds, over.signal).catch(() => undefined);
  earlier.dispose();
  signal.removeEventListener('abort', end);
}
