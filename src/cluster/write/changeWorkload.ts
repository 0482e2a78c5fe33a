import type { ObjectKey } from '../../core/objects';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import { ApiError } from '../apiErrors';
import { readWorkload } from '../history';
import { type Json, record, records, text } from '../json';
import { send, type WriteContext } from './door';
import type { Permitted } from './permit';

/** A workload as somebody saw it when he decided. */
export interface SeenWorkload {
  readonly key: ObjectKey;
  readonly uid: string;
  /** `metadata.generation`: grows with each change of the spec, and not with those of the status. */
  readonly generation: number;
}

interface Changing {
  readonly seen: SeenWorkload;
  /** A strategic merge patch of the workload; of its scale, a merge patch of that. */
  readonly patch: Json;
  readonly subresource?: 'scale';
  readonly signal?: AbortSignal | undefined;
}

export type WorkloadChange = Changing & Permitted;

export interface ChangedWorkload {
  readonly object: Json;
  readonly warnings: readonly string[];
}

/** The status of a set that is being rolled out changes all the time. */
const MOST_TRIES = 8;

/**
 * Changes a workload only as it was seen: another object of its name, or a spec that somebody changed since, is not
 * overwritten. A conflict with the controller, which writes the status, is no reason to give up: the patch means the same
 * after it, so it is sent again for the newer version. Without an answer it is never sent again.
 */
export async function changeWorkload(change: WorkloadChange, context: WriteContext): Promise<ChangedWorkload> {
  const { seen, patch, subresource, signal } = change;
  const target = { apiVersion: 'apps/v1', ...seen.key, ...(subresource ? { subresource } : {}) };
  for (let left = MOST_TRIES; ; left--) {
    const now = await readWorkload({ key: seen.key, signal }, context.transport);
    refuseIfChanged(now, seen);
    const resourceVersion = text(record(now.metadata).resourceVersion);
    const write = {
      verb: 'patch',
      patch: { type: subresource ? 'merge' : 'strategic', body: patch },
      seen: { uid: seen.uid, resourceVersion },
    } as const;
    try {
      const { body, warnings } = change.dryRun
        ? await send({ write, target, permit: change.permit, dryRun: true, signal }, context)
        : await send({ write, target, permit: change.permit, signal }, context);
      return { object: record(body), warnings };
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || left === 1) throw error;
    }
  }
}

function refuseIfChanged({ metadata }: Json, { key: { kind, name }, uid, generation }: SeenWorkload): void {
  const now = record(metadata);
  if (now.uid !== uid)
    throw new ExpectedError(t`${kind} ${name} was not changed: it has been replaced by a new one meanwhile.`);
  if (now.generation === generation) return;
  throw new ExpectedError(
    t`${kind} ${name} was not changed: ${lastManager(now)} has changed it meanwhile. Look at it again, and then decide.`,
  );
}

/** Who wrote last, but for the status. Times are of whole seconds, and among equal ones the last entry is as good as any. */
function lastManager(metadata: Json): string {
  const writes = records(metadata.managedFields).filter(({ subresource }) => subresource !== 'status');
  const newest = writes
    .map(({ time }) => text(time) ?? '')
    .sort()
    .at(-1);
  return text(writes.findLast(({ time }) => time === newest)?.manager) ?? t`somebody`;
}
