/**
 * The sentences that users read, in their language. English is the source: the text in the code is the key, and what has
 * no translation is shown as it stands. Not `vscode.l10n.t`, because the floors below the user interface speak as well.
 */
let translations: Readonly<Record<string, string>> = {};

/** Each bundle has its own copy of this module, so the user interface tells both when they are loaded. */
export function setTranslations(table: Readonly<Record<string, string>>): void {
  translations = table;
}

/**
 * A whole sentence: `` t`${name} is stuck` `` has the key `{0} is stuck`. Numbers, names and the server's own words are
 * values; a sentence is never put together from halves, since another language orders them otherwise.
 */
export function t(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  const key = keyOf(strings);
  return (translations[key] ?? key).replace(/\{(\d+)\}/g, (hole, index: string) =>
    String(values[Number(index)] ?? hole),
  );
}

const keys = new WeakMap<TemplateStringsArray, string>();

function keyOf(strings: TemplateStringsArray): string {
  const known = keys.get(strings);
  if (known !== undefined) return known;
  const key = strings.reduce((text, part, index) => `${text}{${index - 1}}${part}`);
  keys.set(strings, key);
  return key;
}
