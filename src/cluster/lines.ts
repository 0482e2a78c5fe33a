/** Cuts a stream of bytes into lines. What follows the last line end waits for the rest. */
export class LineSplitter {
  #rest: Buffer[] = [];

  /** Whether bytes have come that no line end follows. */
  get isWithinLine(): boolean {
    return this.#rest.length > 0;
  }

  /** The lines that this chunk completes, without their ends. */
  *push(chunk: Buffer): Generator<string> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const piece = chunk.subarray(start, end);
      start = end + 1;
      const line = this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece]);
      this.#rest = [];
      if (line.length > 0) yield line.toString();
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start));
  }
}

const LF = 0x0a;
