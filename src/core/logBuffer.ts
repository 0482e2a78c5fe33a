/** A line longer than this is cut: what prints whole files into one line must not fill the window. */
const LONGEST_LINE = 4_000;

/** The last lines of a log; the first ones go when there are too many, and are counted. */
export class LogBuffer {
  readonly #mostLines: number;
  readonly #mostCharacters: number;
  #lines: string[] = [];
  /** How many of `#lines` are gone: the array is cut now and then only. */
  #start = 0;
  #characters = 0;
  #dropped = 0;

  constructor({ mostLines, mostCharacters }: { readonly mostLines: number; readonly mostCharacters: number }) {
    this.#mostLines = mostLines;
    this.#mostCharacters = mostCharacters;
  }

  /** Lines that are no longer here. */
  get dropped(): number {
    return this.#dropped;
  }

  get size(): number {
    return this.#lines.length - this.#start;
  }

  add(line: string): void {
    const short = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
    this.#lines.push(short);
    this.#characters += short.length + 1;
    while (this.size > this.#mostLines || (this.#characters > this.#mostCharacters && this.size > 1)) this.#drop();
    if (this.#start > this.#mostLines) {
      this.#lines = this.#lines.slice(this.#start);
      this.#start = 0;
    }
  }

  text(): string {
    return this.#lines.slice(this.#start).join('\n');
  }

  #drop(): void {
    this.#characters -= (this.#lines[this.#start]?.length ?? 0) + 1;
    this.#start++;
    this.#dropped++;
  }
}
