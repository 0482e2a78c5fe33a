/*
 * YAML's blanks are the space, the tab and the line break. JavaScript's own `trim` also takes byte order marks and
 * other characters that are part of a text to kubectl.
 */

/** Where the part of a text ends when its last blanks are left away. */
export function endOfText(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && isBlank(text.charCodeAt(last - 1))) last--;
  return last;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}
