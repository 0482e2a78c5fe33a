import type { FieldPath } from '../fieldPath';
import type { Manifest, TextRange } from './manifest';

/** The edit of a fix, as `core/causes` describes it. */
interface FixLike {
  readonly edit:
    | { readonly kind: 'replace'; readonly path: FieldPath; readonly text: string }
    | { readonly kind: 'remove'; readonly path: FieldPath };
}

export interface TextChange {
  readonly range: TextRange;
  readonly newText: string;
}

/**
 * The smallest change of the text that makes the fix: comments and line ends stay. Empty when the field is gone, and when
 * its value comes from an anchor or a merge key: an edit at this place would change it for everybody who uses it.
 */
export function fixEdits(manifest: Manifest, text: string, { edit }: FixLike): readonly TextChange[] {
  const key = manifest.keyRangeOf(edit.path);
  const value = manifest.rangeOf(edit.path);
  const shared = [key, value].some((range) => range && /^(?:\*|<<$)/.test(text.slice(range.start, range.end)));
  if (shared) return [];
  if (edit.kind === 'replace') {
    if (!value) return [];
    const blank = text[value.start - 1] === ':' ? ' ' : '';
    return [{ range: value, newText: `${blank}${asScalar(edit.text)}` }];
  }
  const first = key ?? value;
  if (!first) return [];
  const last = value && value.end > first.end ? value : first;
  return [{ range: wholeLines(text, first.start, last.end), newText: '' }];
}

/** Removes whole lines, unless something else stands on them (a flow collection). */
function wholeLines(text: string, start: number, end: number): TextRange {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const nextLine = text.indexOf('\n', end);
  const lineEnd = nextLine < 0 ? text.length : nextLine + 1;
  const before = text.slice(lineStart, start).trim();
  const after = text.slice(end, lineEnd).trim();
  return before === '' && (after === '' || after.startsWith('#')) ? { start: lineStart, end: lineEnd } : { start, end };
}

/** What YAML would read as a number, in any of its spellings. */
const NUMBER = /^[-+]?(?:\.?\d[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|0x[\da-f_]+|0[ob][\d_]+|\.(?:inf|nan))$/i;
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|~)$/i;

/** Quoted where YAML would read something else than this text. */
function asScalar(text: string): string {
  const plain =
    /^[A-Za-z0-9_./][\w./@:+-]*$/.test(text) && !text.endsWith(':') && !NUMBER.test(text) && !WORD.test(text);
  return plain ? text : JSON.stringify(text);
}
