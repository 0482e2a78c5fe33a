import { type FieldPath, valueAt } from '../fieldPath';
import { firstDifference } from '../kube/sameFields';
import { blockText } from '../manifest/blockText';
import { insertionOf } from '../manifest/insertField';
import type { Manifest, TextChange } from '../manifest/manifest';
import { parseManifests } from '../manifest/parseManifests';
import { type FieldChange, fieldChanges } from './fieldChanges';

export interface FileBack {
  /** The whole file, with the smallest edits; comments, order and line ends stay. */
  readonly text: string;
  /** Fields that could not be written, since others share their value: to be done by hand. */
  readonly missed: readonly FieldPath[];
}

export interface FileBackRequest {
  /** Of the manifest among those of the file. */
  readonly index: number;
  /** The fields of the object that are meant: `['spec', 'template']`. */
  readonly below: FieldPath;
  /** Those fields as the cluster had them; what only the server fills in is not written into the file. */
  readonly before: unknown;
  /** As the cluster has them now. */
  readonly after: unknown;
}

/** Makes a file say what the cluster runs: fields that the file sets, and those that have just changed. */
export function fileBack(text: string, { index, below, before, after }: FileBackRequest): FileBack {
  const missed: FieldPath[] = [];
  let now = text;
  const first = manifestAt(text, index);
  if (!first) return { text, missed };
  const moved = fieldChanges(before, after, below);
  for (const change of changesOf(first, { below, after, moved })) {
    const manifest = manifestAt(now, index);
    const edit = manifest && editOf(manifest, now, change);
    if (edit) now = now.slice(0, edit.range.start) + edit.newText + now.slice(edit.range.end);
    else missed.push(change.path);
  }
  return { text: now, missed };
}

function manifestAt(text: string, index: number): Manifest | undefined {
  return parseManifests(text).manifests[index];
}

interface Wanted {
  readonly below: FieldPath;
  readonly after: unknown;
  readonly moved: readonly FieldChange[];
}

function changesOf({ object }: Manifest, { below, after, moved }: Wanted): readonly FieldChange[] {
  const all = fieldChanges(valueAt(object, below), after, below);
  const changed = all.filter(
    ({ path, before: mine, after: theirs }) =>
      mine !== undefined && theirs !== undefined && firstDifference(mine, theirs, path) !== undefined,
  );
  const added = all.filter(({ before }) => before === undefined).flatMap((change) => newParts(change, moved));
  const gone = all.filter((change) => isGone(change) && !isEmpty(change.before));
  // From the end of a list, so that the places of those before it stay.
  return [...changed, ...added, ...gone.reverse()];
}

/** Of what the file does not have, that which has just changed: the rest are values that the server fills in. */
function newParts(change: FieldChange, moved: readonly FieldChange[]): readonly FieldChange[] {
  const { path } = change;
  if (moved.some((each) => each.after !== undefined && isWithin(path, each.path))) return [change];
  const parts = moved.filter((each) => each.after !== undefined && isWithin(each.path, path));
  // An item of a list that the file does not have is nothing without its key.
  if (parts.some((part) => part.path.slice(path.length).some((step) => typeof step !== 'string'))) return [change];
  return parts.map((part) => ({
    path: [...path, ...part.path.slice(path.length)],
    before: undefined,
    after: part.after,
  }));
}

/** Places in lists may be others in the file. */
function isWithin(path: FieldPath, above: FieldPath): boolean {
  return above.every((step, index) => {
    const other = path[index];
    if (typeof step === 'object') return typeof other === 'object' && other.name === step.name;
    return typeof step === 'number' ? typeof other === 'number' : other === step;
  });
}

function isGone({ after }: FieldChange): boolean {
  return after === undefined;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function editOf(manifest: Manifest, text: string, { path, before, after }: FieldChange): TextChange | undefined {
  if (after === undefined) return manifest.removalOf(path);
  if (before === undefined) return insertionOf(manifest, path, { value: after, text });
  const range = manifest.editableRangeOf(path);
  if (!range) return undefined;
  const column = range.start - (text.lastIndexOf('\n', range.start - 1) + 1);
  const inLine = typeof before !== 'object' || /^[[{]/.test(text.slice(range.start, range.end));
  const written = inLine && typeof after === 'object' ? JSON.stringify(after) : blockText(after, column);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return { range, newText: written.replaceAll('\n', eol) };
}
