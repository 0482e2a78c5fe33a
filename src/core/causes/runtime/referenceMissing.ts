import { referencesOf } from '../../kube/readWorkloadSpec';
import type { Rule } from '../rule';

/** The container waits in CreateContainerConfigError, or the pod in ContainerCreating when a volume needs it. */
export const referenceMissing: Rule<'configMaps' | 'secrets' | 'sameFile'> = {
  code: 'reference-missing',
  cause: 'runtime',
  severity: 'error',
  summary: 'A ConfigMap or Secret that does not exist',
  needs: ['configMaps', 'secrets', 'sameFile'],
  *check({ workload, facts: { configMaps, secrets, sameFile } }) {
    const told = new Set<string>();
    for (const { kind, name, path, optional } of referencesOf(workload)) {
      const found = kind === 'ConfigMap' ? configMaps.get(name) : secrets.get(name);
      const where = JSON.stringify(path);
      if (optional || found !== null || told.has(where)) continue;
      if (sameFile.some((object) => object.kind === kind && object.name === name)) continue;
      told.add(where);
      yield {
        path,
        message: `The ${kind} ${name} does not exist in the namespace: the pod cannot start.`,
        advice: 'Create it, correct the name, or make the reference optional.',
      };
    }
  },
};

/** The object is there, the entry is not. */
export const referenceKeyMissing: Rule<'configMaps' | 'secrets' | 'sameFile'> = {
  code: 'reference-key-missing',
  cause: 'runtime',
  severity: 'error',
  summary: 'A key that its ConfigMap or Secret does not have',
  needs: ['configMaps', 'secrets', 'sameFile'],
  *check({ workload, facts: { configMaps, secrets, sameFile } }) {
    for (const { kind, name, key, keyPath, optional } of referencesOf(workload)) {
      const keys = kind === 'ConfigMap' ? configMaps.get(name) : secrets.get(name)?.keys;
      if (optional || key === undefined || keyPath === undefined || !keys || keys.includes(key)) continue;
      // The same file may bring a newer version of the object.
      if (sameFile.some((object) => object.kind === kind && object.name === name)) continue;
      const has = keys.length > 0 ? `it has ${keys.slice(0, 8).join(', ')}` : 'it is empty';
      yield {
        path: keyPath,
        message: `The ${kind} ${name} has no key ${JSON.stringify(key)} (${has}): the pod cannot start.`,
      };
    }
  },
};
