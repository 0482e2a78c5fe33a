import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ExpectedError } from '../util/errors';
import { connectionError, damagedAnswer } from './apiErrors';

const unzip = promisify(gunzip);

export interface AnswerBody {
  /** Parsed JSON, or the text of another type. */
  readonly body: unknown;
  /** Its size after it was unpacked. */
  readonly bytes: number;
}

export interface AnswerReading {
  /** For messages. */
  readonly server: string;
  /** Some bytes have come. */
  onBytes(): void;
}

/** Throws ConnectionError when the answer is cut off or damaged. */
export async function readAnswer(response: IncomingMessage, reading: AnswerReading): Promise<AnswerBody> {
  const { server } = reading;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) {
      reading.onBytes();
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw error instanceof ExpectedError ? error : connectionError(error, server);
  }
  const packed = Buffer.concat(chunks);
  try {
    const unpacked = response.headers['content-encoding'] === 'gzip' ? await unzip(packed) : packed;
    const content = unpacked.toString();
    const isJson = /\bjson\b/.test(response.headers['content-type'] ?? '');
    return { body: isJson ? (JSON.parse(content) as unknown) : content, bytes: unpacked.length };
  } catch {
    // Without the parser's error: it quotes the answer, which may hold a Secret.
    throw damagedAnswer(server);
  }
}

/** Of `Warning` headers the texts: `299 - "text"`, one header per warning, quotes inside escaped. */
export function warningsOf(response: IncomingMessage): readonly string[] {
  return (response.headersDistinct.warning ?? []).flatMap((header) => {
    const match = /^\d{3} \S+ "((?:[^"\\]|\\.)*)"/.exec(header);
    return match?.[1] === undefined ? [] : [match[1].replace(/\\(.)/g, '$1')];
  });
}

/** Milliseconds from now: the header counts seconds, or names a moment. */
export function retryAfterOf({ headers }: IncomingMessage, now: number): number | undefined {
  const asked = headers['retry-after'];
  if (asked === undefined) return undefined;
  const milliseconds = /^\d+$/.test(asked.trim()) ? Number(asked) * 1000 : Date.parse(asked) - now;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}
