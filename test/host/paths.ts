import { join, resolve } from 'node:path';

export const repository = resolve(import.meta.dirname, '..', '..');

/** Pictures and logs of what failed. */
export const artifacts = join(repository, 'out', 'artifacts');
