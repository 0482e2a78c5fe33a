import type { Locator } from 'playwright-core';

/**
 * The middle of the topmost occurrence of this text in these lines, a whole word before a part of one. Lines are measured,
 * not their tokens: those are cut differently before and after VS Code has coloured the text. The font is monospaced.
 */
export async function pointOfText(lines: Locator, text: string): Promise<{ readonly x: number; readonly y: number }> {
  await lines.filter({ hasText: text }).first().waitFor();
  const places: { readonly x: number; readonly y: number; readonly whole: boolean }[] = [];
  for (const line of await lines.filter({ hasText: text }).all()) {
    const content = ((await line.textContent()) ?? '').replaceAll('\u00a0', ' ');
    const box = await line.boundingBox();
    const words = new RegExp(`(?<![\\w-])${text.replace(/[^\w ]/g, '\\$&')}(?![\\w-])`).exec(content);
    const index = words?.index ?? content.indexOf(text);
    if (!box || index < 0) continue;
    const column = index + text.length / 2;
    places.push({
      x: box.x + (box.width * column) / content.length,
      y: box.y + box.height / 2,
      whole: words !== null,
    });
  }
  const [place] = places.sort((a, b) => Number(b.whole) - Number(a.whole) || a.y - b.y);
  if (!place) throw new Error(`${text} is not in sight`);
  return place;
}
