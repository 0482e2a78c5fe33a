/** What an edit may put anywhere: every character that YAML gives a meaning, and what people type. */
const PIECES: readonly string[] = [
  ...Array.from('{}[]:-"\'|>&*!#%?,@`~ \t\n\r=.<0\\'),
  ...[
    ': ',
    '- ',
    ' #',
    '\n  ',
    '\n\n',
    '\r\n',
    '---\n',
    '\n...\n',
    '|\n',
    '>-\n',
    '? ',
    '<<: *a',
    '&a ',
    '!!int ',
    "''",
  ],
  ...[
    '{{',
    '}}',
    '{{- if .Values.x }}\n',
    '${X}',
    'yes',
    '0x1F',
    '1e3',
    'name: a\n',
    'kind: List\nitems:\n',
    '# ordinal: ignore ',
  ],
  ...['é', '🚀', '\uFEFF', '\u2028', '\ud800', '\0'],
];

/** Random edits of a text, the same ones for the same seed. */
export class Mutator {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to below the limit (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error('there is nothing to pick from');
    return value;
  }

  /** The text with one to `most` edits: cut off, cut out, doubled, swapped or put in. */
  mutate(text: string, most: number): string {
    let result = text;
    for (let edits = 1 + this.below(most); edits > 0; edits--) result = this.#edit(result);
    return result;
  }

  #edit(text: string): string {
    const start = this.below(text.length + 1);
    switch (this.below(7)) {
      case 0:
        return text.slice(0, start);
      case 1:
        return text.slice(0, start) + text.slice(start + this.below(12));
      case 2:
        return this.#doubled(text, start);
      case 3:
        return this.#swapped(text.split('\n')).join('\n');
      default:
        return text.slice(0, start) + this.pick(PIECES) + text.slice(start);
    }
  }

  /** A part of the text stands twice. */
  #doubled(text: string, start: number): string {
    const end = start + this.below(80);
    return text.slice(0, end) + text.slice(start);
  }

  #swapped(lines: string[]): string[] {
    const [one, other] = [this.below(lines.length), this.below(lines.length)];
    const [first, second] = [lines[one] ?? '', lines[other] ?? ''];
    return lines.with(one, second).with(other, first);
  }
}
