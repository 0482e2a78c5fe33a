import type { WriteRecord } from '../../cluster/main';

/** One line per write, in English as the whole log; never a value of an object, never a sentence that may quote one. */
export function auditLine(entry: WriteRecord, server: string): string {
  const { verb, target, force, context, outcome, answer, precondition } = entry;
  const { kind, namespace, name, subresource } = target;
  const object = `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
  const part = subresource === undefined ? '' : `/${subresource}`;
  const taken = force ? ', fields of others taken' : '';
  return `WRITE ${outcome}: ${verb} ${object}${part} in ${context} (${server}): ${answer} [${precondition}${taken}]`;
}
