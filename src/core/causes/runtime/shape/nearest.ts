/** The name that was probably meant: the same in other letters, or at most two typing mistakes away. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const most = name.length < 5 ? 1 : 2;
  let best: string | undefined;
  let least = most + 1;
  for (const each of names) {
    const distance = editDistance(lower, each.toLowerCase());
    if (distance < least) [best, least] = [each, distance];
  }
  return best;
}

/** Letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
