import { clientSideAppliers, managedFieldsOf, withoutDropped } from '../../core/kube/managedFields';
import { ApiError } from '../apiErrors';
import { type Json, record, text } from '../json';
import { send, type WriteContext } from './door';
import type { TrialPermit, WritePermit, WriteTarget } from './permit';

interface TakingOver {
  /** The live object. */
  readonly before: Json;
  readonly applied: Json;
  readonly target: WriteTarget;
  readonly permit: WritePermit | TrialPermit;
  readonly context: WriteContext;
}

/**
 * What the object becomes when fields of kubectl's client-side apply are taken over and the manifest no longer has them.
 * A dry-run stores no change of ownership, so the fields are taken away here, and the server fills in defaults for them.
 */
export async function asTakenOver(
  trial: Json,
  { before, applied, target, permit, context }: TakingOver,
): Promise<Json> {
  const entries = managedFieldsOf(before);
  const appliers = clientSideAppliers(entries);
  const isTheirs = ({ manager, operation }: Json): boolean =>
    operation === 'Update' && appliers.includes(text(manager) ?? '');
  const others = entries.filter((entry) => !isTheirs(entry)).map(({ fieldsV1 }) => fieldsV1);
  const without = entries
    .filter(isTheirs)
    .reduce<unknown>((object, { fieldsV1 }) => withoutDropped(object, { owned: fieldsV1, applied, others }), trial);
  const object = record(without);
  const { uid, resourceVersion } = record(before.metadata);
  const seen = { uid: text(uid) ?? '', resourceVersion: text(resourceVersion) ?? '' };
  try {
    const { body } = await send({ write: { verb: 'replace', object, seen }, target, permit, dryRun: true }, context);
    return record(body);
  } catch (error) {
    // Who may patch may not always update: then only the defaults are missing.
    if (error instanceof ApiError) return object;
    throw error;
  }
}
