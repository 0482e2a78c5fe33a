/** How long objects may be handled before others on this thread get their turn: well below what a person notices. */
const TURN_MS = 8;

/** Spreads long work over turns of the event loop. */
export class Breather {
  #since = performance.now();

  /** Whether it is time to `breathe`. */
  get due(): boolean {
    return performance.now() - this.#since > TURN_MS;
  }

  async breathe(): Promise<void> {
    await new Promise(setImmediate);
    this.#since = performance.now();
  }
}
