import type { TextRange } from '../../src/core/manifest/manifest';

/** `replicas: «3»` → the text without marks, and the range that they enclosed: input and expectation in one thing. */
export function marked(text: string): { readonly text: string; readonly range: TextRange } {
  const start = text.indexOf('«');
  const end = text.indexOf('»') - 1;
  if (start < 0 || end < start) throw new Error('the text needs one «marked» range');
  return { text: text.replace('«', '').replace('»', ''), range: { start, end } };
}
