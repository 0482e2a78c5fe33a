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

/** The smallest change of the text that makes the fix: comments and line ends stay. Empty when the field is gone. */
export function fixEdits(manifest: Manifest, text: string, { edit }: FixLike): readonly TextChange[] {
  if (edit.kind === 'replace') {
    const range = manifest.rangeOf(edit.path);
    return range ? [{ range, newText: asScalar(edit.text) }] : [];
  }
  const key = manifest.keyRangeOf(edit.path);
  const value = manifest.rangeOf(edit.path);
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

/** Quoted where YAML would read something else than this text. */
function asScalar(text: string): string {
  const plain =
    /^[A-Za-z0-9_./@][\w./@:+-]*$/.test(text) &&
    !/:$/.test(text) &&
    !/^(?:y|n|yes|no|on|off|true|false|null|~)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
