import { valueAt, type FieldPath } from '../../fieldPath';
import { asNumber, asText } from '../../kube/readers';
import type { Rule } from '../rule';
import { t } from '../../../util/l10n';

const POD: FieldPath = ['spec', 'template', 'spec'];

/** plugin/pkg/admission/priority: the workload is accepted, each of its pods is refused. */
export const priorityClassMissing: Rule<'priorityClasses' | 'sameFile'> = {
  code: 'priority-class-missing',
  cause: 'runtime',
  severity: 'error',
  rows: ['R20'],
  summary: 'A PriorityClass that does not exist, or has another value',
  needs: ['priorityClasses', 'sameFile'],
  *check({ manifest, workload, facts: { priorityClasses, sameFile } }) {
    const name = workload.template.priorityClassName;
    // It is looked up for every pod, those that the server brings along itself included.
    if (name === undefined || name === '') return;
    if (sameFile.some((object) => object.kind === 'PriorityClass' && object.name === name)) return;
    const found = priorityClasses.find((each) => each.name === name);
    if (!found) {
      const names = priorityClasses.map((each) => each.name);
      yield {
        path: [...POD, 'priorityClassName'],
        message: t`The PriorityClass ${name} does not exist (there are ${names.join(', ') || 'none'}): every pod will be refused.`,
      };
      return;
    }
    const path = [...POD, 'priority'];
    const priority = asNumber(valueAt(manifest.object, path));
    if (priority === undefined || priority === found.value) return;
    yield {
      path,
      message: t`The priority comes from the class ${name}, which has ${found.value}: with another one every pod will be refused.`,
      fixes: [{ title: t`Remove priority`, edit: { kind: 'remove', path } }],
    };
  },
};

/** plugin/pkg/admission/runtimeclass. */
export const runtimeClassMissing: Rule<'runtimeClasses' | 'sameFile'> = {
  code: 'runtime-class-missing',
  cause: 'runtime',
  severity: 'error',
  rows: ['R18'],
  summary: 'A RuntimeClass that does not exist, or wants other nodes',
  needs: ['runtimeClasses', 'sameFile'],
  *check({ manifest, facts: { runtimeClasses, sameFile } }) {
    const path = [...POD, 'runtimeClassName'];
    const name = asText(valueAt(manifest.object, path));
    const found = name === undefined ? undefined : runtimeClasses.get(name);
    if (name === undefined || found === undefined) return;
    if (sameFile.some((object) => object.kind === 'RuntimeClass' && object.name === name)) return;
    if (found === null) {
      yield { path, message: t`The RuntimeClass ${name} does not exist: every pod will be refused.` };
      return;
    }
    for (const [key, value] of Object.entries(found.nodeSelector)) {
      const own = asText(valueAt(manifest.object, [...POD, 'nodeSelector', key]));
      if (own === undefined || own === value) continue;
      yield {
        path: [...POD, 'nodeSelector', key],
        message: t`The RuntimeClass ${name} runs on nodes with ${key}=${value} only: every pod will be refused.`,
      };
    }
  },
};
