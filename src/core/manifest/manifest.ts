import type { FieldPath } from '../fieldPath';
import type { Suppressions } from './suppressions';
import type { YamlNode } from './yamlTree';

/** Half open, in UTF-16 code units from the start of the file, as `TextDocument.positionAt` takes them. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Also the place behind its last character: there the cursor stands when somebody has just typed it. */
export function touches({ start, end }: TextRange, offset: number): boolean {
  return start <= offset && offset <= end;
}

export interface TextChange {
  readonly range: TextRange;
  readonly newText: string;
}

/**
 * One Kubernetes object in a YAML file: a document, or an item of a `kind: List`.
 *
 * In the running example
 *
 *     kind: StatefulSet
 *     spec:
 *       replicas: 3   # three
 *
 * `rangeOf(['spec', 'replicas'])` covers `3`, `keyRangeOf(['spec', 'replicas'])` covers `replicas`, and
 * `pathAt(offset of "3")` is `['spec', 'replicas']`.
 */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  /** `undefined` when the manifest names none (a Kustomize patch under work, `generateName`). */
  readonly name: string | undefined;
  /** `undefined` when the manifest leaves it to the context. */
  readonly namespace: string | undefined;
  /** The object as kubectl reads it: YAML 1.1 booleans and octal numbers included. */
  readonly object: Readonly<Record<string, unknown>>;
  /** From the first character of the object to the last. */
  readonly range: TextRange;
  /** The line to hang a CodeLens on: the range of the key `kind`, or of the first key. */
  readonly headRange: TextRange;
  /** Why only syntax can be judged: the text is a Helm template, so values are not what they seem. */
  readonly template: boolean;
  /** Kustomize changes it before it is applied: names, labels, the namespace, images may be others then. */
  readonly kustomized: boolean;
  /** The value's range (a scalar without its comment, a collection from its first to its last item). */
  rangeOf(path: FieldPath): TextRange | undefined;
  keyRangeOf(path: FieldPath): TextRange | undefined;
  /**
   * The range to mark for a path that may lead nowhere: the scalar value; the key when the value is empty or a
   * collection; the nearest key above when the field is absent. Always inside `range`.
   */
  markRange(path: FieldPath): TextRange;
  /** The value's range, to write another value there; `undefined` when the field is gone or others share its value. */
  editableRangeOf(path: FieldPath): TextRange | undefined;
  /** Takes a field or a list's item away, with its lines; `undefined` when it is gone or others share it. */
  removalOf(path: FieldPath): TextChange | undefined;
  /** The value at a path, with ranges from `offset` on; `undefined` where there is none. */
  nodeAt(path: FieldPath): { readonly node: YamlNode; readonly shared: boolean } | undefined;
  /** Where the ranges of nodes count from. */
  readonly offset: number;
  /** The path of the innermost key or value at this offset; `undefined` outside of fields. Indexes, never names. */
  pathAt(offset: number): FieldPath | undefined;
}

/** What is wrong with the text itself, as data: reading never throws. */
export interface SyntaxProblem {
  readonly message: string;
  readonly range: TextRange;
  readonly severity: 'error' | 'warning';
}

export interface ManifestFile {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly SyntaxProblem[];
  readonly suppressions: Suppressions;
  /** The file was not read, and why: it is larger than the stated limit. `undefined` in the normal case. */
  readonly notRead: string | undefined;
}
