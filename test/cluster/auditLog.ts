import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** A line of the API server's audit log. A watch has two: at its start and at its end. */
export interface AuditedRequest {
  verb: string;
  requestURI: string;
  code: number | undefined;
  stage: string;
}

interface Line extends AuditedRequest {
  user?: { username?: string };
  responseStatus?: { code?: number };
}

/** Reads on where it ended: the log of a long run is large, and tests look into it again and again. */
export class AuditLog {
  readonly #file: string;
  readonly #byUser = new Map<string, AuditedRequest[]>();
  readonly #decoder = new StringDecoder();
  #offset = 0;
  #rest = '';

  constructor(file: string) {
    this.#file = file;
  }

  /** All of this user so far. */
  of(user: string): readonly AuditedRequest[] {
    if (!existsSync(this.#file))
      throw new Error('Requests are counted only in a cluster that was started with audit: true.');
    const lines = `${this.#rest}${this.#news()}`.split('\n');
    // Empty, or a line that is still being written.
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#note(JSON.parse(line) as Line);
    return [...(this.#byUser.get(user) ?? [])];
  }

  #note({ verb, requestURI, stage, responseStatus, user }: Line): void {
    const name = user?.username ?? '';
    const known = this.#byUser.get(name) ?? [];
    this.#byUser.set(name, known);
    known.push({ verb, requestURI, code: responseStatus?.code, stage });
  }

  #news(): string {
    const buffer = Buffer.alloc(1 << 20);
    const parts: string[] = [];
    const file = openSync(this.#file, 'r');
    try {
      for (;;) {
        const length = readSync(file, buffer, 0, buffer.length, this.#offset);
        if (length === 0) return parts.join('');
        this.#offset += length;
        parts.push(this.#decoder.write(buffer.subarray(0, length)));
      }
    } finally {
      closeSync(file);
    }
  }
}
