import type { Facts } from '../../src/core/causes/facts';
import { readWorkloadSpec } from '../../src/core/kube/readWorkloadSpec';
import { parseManifests } from '../../src/core/manifest/parseManifests';
import { factsOf } from './forecast';
import { liveDeployment, liveStatefulSet } from './liveObjects';

/** A namespace that has something of everything, so that every rule has something to judge. */
export function richFacts(text: string): Facts {
  const live = parseManifests(text).manifests.find(({ object }) => readWorkloadSpec(object));
  const nothing = { min: {}, max: {}, default: {}, defaultRequest: {}, maxLimitRequestRatio: {} };
  return factsOf({
    ...(live && {
      liveObject: live.object,
      liveWorkload: live.kind === 'Deployment' ? liveDeployment() : liveStatefulSet(),
    }),
    quotas: [
      {
        name: 'quota',
        hard: { pods: '4', 'requests.cpu': '500m', 'limits.memory': '1Gi', 'requests.storage': '10Gi' },
        used: { pods: '3', 'requests.cpu': '300m', 'limits.memory': '768Mi', 'requests.storage': '9Gi' },
        scopes: [],
      },
    ],
    limitRanges: [
      {
        name: 'limits',
        limits: [
          {
            ...nothing,
            type: 'Container',
            min: { cpu: '50m' },
            max: { memory: '256Mi' },
            default: { memory: '128Mi' },
          },
          { ...nothing, type: 'Pod', max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '2' } },
          { ...nothing, type: 'PersistentVolumeClaim', max: { storage: '5Gi' } },
        ],
      },
    ],
    access: { allowed: false, verb: 'patch', resource: 'statefulsets.apps', user: 'dev', reason: undefined },
  });
}
