/** `undefined` when the quoted text (with its quotes) has an escape that YAML does not know, or breaks a line by one. */
export function unquote(source: string): string | undefined {
  const inner = source.slice(1, -1);
  if (source.startsWith("'")) return folded(inner.includes("''") ? inner.replaceAll("''", "'") : inner);
  if (!inner.includes('\\')) return folded(inner);
  return inner.includes('\n') ? undefined : unescaped(inner);
}

/** A line break in a flow scalar is a blank; an empty line is a line break. */
export function folded(text: string): string {
  if (!text.includes('\n')) return text;
  const lines = text.split(/[ \t]*\r?\n[ \t]*/);
  return joined(lines);
}

/** Lines without their indentation: one break is a blank, each more is a line break. */
export function joined(lines: readonly string[]): string {
  let text = lines[0] ?? '';
  let breaks = 0;
  for (const line of lines.slice(1)) {
    breaks++;
    if (line === '') continue;
    text += (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1)) + line;
    breaks = 0;
  }
  // The last line of a quoted text may be empty: its break is a blank all the same.
  return breaks === 0 ? text : text + (breaks === 1 ? ' ' : '\n'.repeat(breaks - 1));
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ '0': '\0', a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', ' ': ' ' },
  ...{ '"': '"', '/': '/', '\\': '\\', N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029' },
};

function unescaped(text: string): string | undefined {
  const unknown: string[] = [];
  const result = text.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]))/g,
    (all, x?: string, u?: string, long?: string, letter?: string) => {
      const point = x ?? u ?? long;
      if (point === undefined) {
        const value = ESCAPES[letter ?? ''];
        if (value === undefined) unknown.push(all);
        return value ?? '';
      }
      const code = parseInt(point, 16);
      // Half a surrogate pair is no character.
      if (code <= 0x10ffff && (code < 0xd800 || code >= 0xe000)) return String.fromCodePoint(code);
      unknown.push(all);
      return '';
    },
  );
  return unknown.length === 0 ? result : undefined;
}
