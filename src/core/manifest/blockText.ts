import { asScalar } from './applyFix';

/** YAML in block style, keys sorted as kubectl sorts them; its first line has no indent, the others one of `column` blanks. */
export function blockText(value: unknown, column = 0): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : listText(value, column);
  if (!isFields(value)) return scalarText(value, column);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  return entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, each]) => entryText(name, each, column))
    .join(lineBreak(column));
}

/** `name: value`, a list below at the column of its key. */
export function entryText(name: string, value: unknown, column: number): string {
  const key = asScalar(name);
  if (Array.isArray(value) && value.length > 0) return `${key}:${lineBreak(column)}${listText(value, column)}`;
  if (isFields(value) && Object.keys(value).length > 0)
    return `${key}:${lineBreak(column + 2)}${blockText(value, column + 2)}`;
  return `${key}: ${blockText(value, column)}`;
}

function listText(items: readonly unknown[], column: number): string {
  return items.map((item) => `- ${blockText(item, column + 2)}`).join(lineBreak(column));
}

function scalarText(value: unknown, column: number): string {
  if (typeof value !== 'string') return value === undefined ? 'null' : JSON.stringify(value);
  const isLiteral = /^\S.*\n/.test(value) && !/[^\n\S]\n|\r|\t|\n\n$/.test(value);
  if (!isLiteral) return asScalar(value);
  const ends = value.endsWith('\n');
  const lines = (ends ? value.slice(0, -1) : value).split('\n');
  const indent = ' '.repeat(column + 2);
  return [ends ? '|' : '|-', ...lines.map((line) => (line === '' ? '' : `${indent}${line}`))].join('\n');
}

function lineBreak(column: number): string {
  return `\n${' '.repeat(column)}`;
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
