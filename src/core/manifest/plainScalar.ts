/*
 * kubectl reads scalars without quotes as go-yaml 2 does (sigs.k8s.io/yaml: goyaml.v2/resolve.go): the booleans and
 * octal numbers of YAML 1.1, but its dates and base-60 numbers are texts.
 */

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
]);

const LONGEST_WORD = 5;
const INTEGER = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** The value of a scalar that has no quotes. `.inf` and `.nan`, which kubectl refuses, stay texts. */
export function resolvePlain(text: string): string | number | boolean | null {
  if (text === '') return null;
  const first = text.charCodeAt(0);
  // Digits, and `+`, `-`, `.`: only these begin a number.
  if (first <= 57) return (first >= 43 ? numberOf(text) : undefined) ?? text;
  const word = text.length <= LONGEST_WORD ? WORDS.get(text) : undefined;
  return word === undefined ? text : word;
}

function numberOf(text: string): number | undefined {
  const digits = text.replaceAll('_', '');
  const integer = INTEGER.exec(digits);
  if (integer) {
    const [, sign, hex, binary, octal, decimal] = integer;
    const value =
      decimal !== undefined ? Number(decimal) : parseInt(hex ?? binary ?? octal ?? '', radixOf(hex, binary));
    return sign === '-' && value !== 0 ? -value : value;
  }
  if (!FLOAT.test(digits)) return undefined;
  const value = Number(digits);
  // What is too large for a float is a text; zero has no sign.
  return Number.isFinite(value) ? value + 0 : undefined;
}

function radixOf(hex: string | undefined, binary: string | undefined): number {
  if (hex !== undefined) return 16;
  return binary !== undefined ? 2 : 8;
}
