import type { FieldPath } from '../fieldPath';
import type { Manifest, TextChange } from './manifest';
import { resolvePlain } from './plainScalar';

/** The edit of a fix, as `core/causes` describes it. */
interface FixLike {
  readonly edit:
    | { readonly kind: 'replace'; readonly path: FieldPath; readonly text: string }
    | { readonly kind: 'remove'; readonly path: FieldPath };
}

/**
 * The smallest change of the text that makes the fix: comments and line ends stay. Empty when the field is gone, and when
 * the change would have effects elsewhere.
 */
export function fixEdits(manifest: Manifest, text: string, { edit }: FixLike): readonly TextChange[] {
  if (edit.kind === 'remove') {
    const removal = manifest.removalOf(edit.path);
    return removal ? [removal] : [];
  }
  const range = manifest.editableRangeOf(edit.path);
  if (!range) return [];
  // An empty value stands right behind its colon or dash.
  const blank = range.start > 0 && !/[\s[{(,]/.test(text.charAt(range.start - 1)) ? ' ' : '';
  return [{ range, newText: `${blank}${asScalar(edit.text)}` }];
}

/** Quoted where YAML would read something else than this text. */
export function asScalar(text: string): string {
  const plain = /^[\w./][\w./@:+-]*$/.test(text) && !text.endsWith(':') && resolvePlain(text) === text;
  return plain && !/^\d[\d_:.-]*$|^\.(?:inf|nan)$/i.test(text) ? text : JSON.stringify(text);
}
