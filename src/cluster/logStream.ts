import { isExpected } from '../util/errors';
import { connectionError } from './apiErrors';
import { type Clock, reasonOf } from './clock';
import { LineSplitter } from './lines';
import { pathOf, pods } from './resources';
import type { Transport } from './transport';

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Goes on as the container writes, until it ends. */
  readonly follow: boolean;
  /** Of the run before the last restart. */
  readonly previous?: boolean;
  readonly sinceSeconds?: number | undefined;
  readonly tailLines: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** A container may write faster than anybody reads: what is not taken waits on its node. */
const BYTES_PER_SECOND = 2_000_000;
/** A line of more bytes is cut into several. */
const LONGEST_LINE = 100_000;
/** Of a log that is not followed. */
const MOST_BYTES = 8_000_000;

/** Resolves at the end of the log. Throws ExpectedError, and the abort of the signal. */
export async function streamLog(request: LogRequest, { transport, clock }: LogContext): Promise<void> {
  const { namespace, pod, container, follow, previous = false, sinceSeconds, tailLines, signal, onLine } = request;
  const response = await transport.stream({
    path: `${pathOf({ ...pods, namespace, name: pod })}/log`,
    query: {
      container,
      tailLines: String(tailLines),
      ...(follow ? { follow: 'true' } : { limitBytes: String(MOST_BYTES) }),
      ...(previous ? { previous: 'true' } : {}),
      ...(sinceSeconds === undefined ? {} : { sinceSeconds: String(sinceSeconds) }),
    },
    action: `read the log of ${namespace}/${pod}, container ${container}`,
    signal,
  });
  const splitter = new LineSplitter();
  let [taken, unended] = [0, 0];
  try {
    for await (const chunk of response) {
      const bytes = chunk as Buffer;
      for (const line of splitter.push(bytes)) onLine(line);
      unended = splitter.isWithinLine ? unended + bytes.length : 0;
      if (unended > LONGEST_LINE) for (const line of splitter.push(NEWLINE)) onLine(line);
      taken += bytes.length;
      if (taken < BYTES_PER_SECOND) continue;
      taken = 0;
      await new Promise<void>((done) => clock.after(1_000, done));
    }
    for (const line of splitter.push(NEWLINE)) onLine(line);
  } catch (error) {
    if (signal.aborted) throw reasonOf(signal);
    throw isExpected(error) ? error : connectionError(error, transport.server);
  } finally {
    response.destroy();
  }
}

export interface LogContext {
  readonly transport: Transport;
  readonly clock: Clock;
}

const NEWLINE = Buffer.from('\n');
