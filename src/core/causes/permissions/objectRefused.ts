import { t } from '../../../util/l10n';
import type { FieldPath } from '../../fieldPath';
import { valueAt } from '../../fieldPath';
import type { DryRun } from '../dryRun';
import type { Fact, FileObject } from '../facts';
import type { Finding } from '../finding';
import { isLimitRangeText } from '../limitRange/explainLimitRange';
import { oneLine } from '../observed';
import type { AskedRule } from '../rule';
import { webhookAdvice, withoutSubject } from './serverWords';

/** What else stands in the file of a workload: one apply of the file sends it too, and fails with it. */
export const objectRefused: AskedRule = {
  code: 'server-refuses-object',
  cause: 'permissions',
  severity: 'error',
  rows: ['A1', 'A8', 'A11', 'L10', 'Q6', 'Q15', 'R34', 'R35', 'S39'],
  summary: 'Another object of the file that the API server refuses',
  asks: 'a dry-run of that object',
};

export interface ObjectAnswer {
  readonly object: Json;
  /** `null`: the server has no such kind. */
  readonly answer: Fact<DryRun> | null;
  /** The objects of the same file. */
  readonly sameFile: readonly FileObject[];
}

export function findingsOfObject({ object, answer, sameFile }: ObjectAnswer): readonly Finding[] {
  const { code, cause, severity } = objectRefused;
  const finding = (path: FieldPath, message: string, more: Pick<Finding, 'advice'> = {}): Finding => ({
    ...{ code, cause, severity, origin: 'foreseen', path, message },
    ...more,
  });
  if (answer === null) {
    if (sameFile.some((each) => definesKind(each, object.kind))) return [];
    const [kind, version] = [String(object.kind), String(object.apiVersion)];
    return [finding(['apiVersion'], t`The API server has no ${kind} in ${version}: the apply of this file will fail.`)];
  }
  if (answer.state === 'forbidden') {
    return [finding(['metadata', 'name'], t`You may not ${answer.right}: the apply of this file will fail.`)];
  }
  if (answer.state !== 'known' || answer.value.kind !== 'refused') return [];
  const { message, fields, status } = answer.value;
  // A namespace that the same file makes is not there yet; of one that nobody makes, the workload speaks.
  if (status === 404) return [];
  const refused = (text: string): string =>
    t`The API server refuses this object, and the apply of this file fails: ${oneLine(text)}.`;
  if (fields.length === 0) {
    return [finding(pathOf(object, message), refused(withoutSubject(message)), webhookAdvice(message))];
  }
  return fields
    .filter((field) => !isOfTheMerge(field.message))
    .map((field) => finding(field.path.length === 0 ? ['metadata', 'name'] : field.path, refused(field.message)));
}

/**
 * A server-side apply keeps list items that kubectl's own apply made and the manifest no longer has (the old port of a
 * Service under another number); kubectl takes them away, so that nothing is twice then.
 */
function isOfTheMerge(text: string): boolean {
  return text.startsWith('Duplicate value');
}

function definesKind({ kind, object }: FileObject, wanted: unknown): boolean {
  return kind === 'CustomResourceDefinition' && valueAt(object, ['spec', 'names', 'kind']) === wanted;
}

const STORAGE: FieldPath = ['spec', 'resources', 'requests', 'storage'];

/** Admission names no field; what it counts or compares stands in one. */
function pathOf(object: Json, message: string): FieldPath {
  if (/requested: services\.(?:nodeports|loadbalancers)=/.test(message)) return ['spec', 'type'];
  if (object.kind !== 'PersistentVolumeClaim') return ['metadata', 'name'];
  const aboutSize = isLimitRangeText(message) || /requests\.storage=|can be resized|can be expanded/.test(message);
  return aboutSize ? STORAGE : ['metadata', 'name'];
}

type Json = Readonly<Record<string, unknown>>;
