import { ExpectedError } from '../../util/errors';
import { ApiError } from '../apiErrors';
import { send, type WriteContext } from './door';
import type { WritePermit } from './permit';
import { t } from '../../util/l10n';

export interface DeletePod {
  readonly namespace: string;
  readonly name: string;
  /** The pod that the user saw: another one of the same name is not touched. */
  readonly uid: string;
  readonly permit: WritePermit;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves when the server has taken the deletion, also when the pod is already gone. */
export async function deletePod(
  { namespace, name, uid, permit, signal }: DeletePod,
  context: WriteContext,
): Promise<void> {
  const target = { apiVersion: 'v1', kind: 'Pod', namespace, name };
  try {
    await send({ write: { verb: 'delete', seen: { uid } }, target, permit, signal }, context);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404) return;
    if (error.status !== 409) throw error;
    throw new ExpectedError(t`Pod ${namespace}/${name} was not deleted: it has been replaced by a new one meanwhile.`, {
      cause: error,
    });
  }
}
