import { isExpected } from '../../util/errors';
import { ApiError, ConnectionError } from '../apiErrors';

/**
 * Whether a write that failed may have been done: it was sent, and no answer about it came. Also when the API server gave
 * up waiting for its store: 504, or etcd's own timeout in a 500.
 */
export function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof ApiError)
    return error.status === 504 || /etcdserver: request timed out/.test(error.serverMessage);
  if (error instanceof ConnectionError) return error.sent;
  // A login that fails was asked for before; an abort may have come after.
  return !isExpected(error);
}
