import { t } from '../../util/l10n';

/**
 * What the API server demands of texts and numbers (apimachinery/pkg/util/validation). Each says what is wrong with a
 * value, in one sentence; `undefined` when nothing is.
 */
export type ValueForm = (value: string | number) => string | undefined;

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

const between =
  (least: number, most: number): ValueForm =>
  (value) =>
    typeof value === 'number' && (value < least || value > most)
      ? t`${value} is not between ${least} and ${most}.`
      : undefined;

const atLeast =
  (least: number): ValueForm =>
  (value) =>
    typeof value === 'number' && value < least ? t`${value} is below ${least}, the least that is allowed.` : undefined;

function tooLong(text: string, most: number): string | undefined {
  return text.length > most ? t`This has ${text.length} characters, and at most ${most} are allowed.` : undefined;
}

/** A DNS-1123 label. */
export const dnsLabel: ValueForm = (value) =>
  typeof value !== 'string'
    ? undefined
    : (tooLong(value, 63) ??
      (LABEL.test(value)
        ? undefined
        : t`${JSON.stringify(value)} is not allowed: lower-case letters, digits and dashes only, with a letter or digit at both ends.`));

/** A DNS-1123 subdomain: names of most objects. */
export const dnsSubdomain: ValueForm = (value) =>
  typeof value !== 'string'
    ? undefined
    : (tooLong(value, 253) ??
      (value.split('.').every((part) => LABEL.test(part))
        ? undefined
        : t`${JSON.stringify(value)} is not allowed: lower-case letters, digits, dashes and dots only, with a letter or digit at both ends.`));

/** The key of a label or annotation: `example.com/name`. */
export const qualifiedName: ValueForm = (value) => {
  if (typeof value !== 'string') return undefined;
  const [name = '', prefix, ...more] = value.split('/').reverse();
  if (more.length > 0) return t`${JSON.stringify(value)} has more than one slash.`;
  return (prefix === undefined ? undefined : dnsSubdomain(prefix)) ?? tooLong(name, 63) ?? letters(name);
};

export const labelValue: ValueForm = (value) =>
  typeof value !== 'string' || value === '' ? undefined : (tooLong(value, 63) ?? letters(value));

function letters(name: string): string | undefined {
  if (NAME.test(name)) return undefined;
  return t`${JSON.stringify(name)} is not allowed: letters, digits, dashes, underscores and dots only, with a letter or digit at both ends.`;
}

/** IANA_SVC_NAME: the name of a port. */
const portName = (value: string): string | undefined =>
  tooLong(value, 15) ??
  (LABEL.test(value) && !value.includes('--') && /[a-z]/.test(value)
    ? undefined
    : t`${JSON.stringify(value)} names no port: lower-case letters, digits and single dashes only, at least one of them a letter.`);

const port = between(1, 65_535);

/** By the letter that stands for the form in workloadSchema.ts. */
export const valueForms: Readonly<Record<string, ValueForm>> = {
  d: dnsLabel,
  // An empty text is as good as none.
  s: (value) => (value === '' ? undefined : dnsSubdomain(value)),
  q: (value) => (value === '' ? undefined : qualifiedName(value)),
  n: (value) => (typeof value === 'string' && value !== '' ? portName(value) : undefined),
  p: (value) => (typeof value === 'string' ? portName(value) : port(value)),
  h: between(0, 65_535),
  m: (value) =>
    typeof value === 'number' && (value < 0 || value > 0o777)
      ? t`${value} is the file mode 0${value.toString(8)}, above 0777: an octal number begins with 0.`
      : undefined,
  w: between(1, 100),
  u: between(0, 2_147_483_647),
  0: atLeast(0),
  1: atLeast(1),
  '%': (value) =>
    typeof value === 'number'
      ? atLeast(0)(value)
      : /^\d+%$/.test(value)
        ? undefined
        : t`${JSON.stringify(value)} is neither a whole number nor a percentage such as 25%.`,
  // Any printable ASCII but the equals sign, on by default from 1.32.
  e: (value) =>
    typeof value !== 'string' || value === '' || /^[\x20-\x3c\x3e-\x7e]+$/.test(value)
      ? undefined
      : t`${JSON.stringify(value)} names no variable: printable ASCII without an equals sign only.`,
  r: (value) =>
    typeof value !== 'string' || (!value.startsWith('/') && !value.split('/').includes('..'))
      ? undefined
      : t`${JSON.stringify(value)} must be a relative path without "..".`,
};
