import type { FieldPath } from '../../fieldPath';

const POD: FieldPath = ['spec', 'template', 'spec'];

/** The field that the scheduler's text speaks of; texts differ by version, so words decide, not sentences. */
export function schedulingPath(text: string): FieldPath {
  if (/persistentvolumeclaim|PersistentVolume|volume node affinity|available volume zone/i.test(text))
    return ['spec', 'volumeClaimTemplates'];
  if (/untolerated taint/i.test(text)) return [...POD, 'tolerations'];
  if (/topology spread/i.test(text)) return [...POD, 'topologySpreadConstraints'];
  if (/node affinity|node selector/i.test(text)) return [...POD, 'nodeSelector'];
  if (/pod (?:anti-)?affinity/i.test(text)) return [...POD, 'affinity'];
  if (/free ports/i.test(text)) return [...POD, 'containers', 0, 'ports'];
  if (/Insufficient/i.test(text)) return [...POD, 'containers', 0, 'resources'];
  return ['metadata', 'name'];
}
