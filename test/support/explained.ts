import { explainWorkload } from '../../src/core/causes/explainWorkload';
import type { Observation } from '../../src/core/causes/rule';
import { formatPath } from '../../src/core/fieldPath';
import type { KubeEvent } from '../../src/core/objects';
import { liveStatefulSet } from './liveObjects';

/** The moment of every observation. */
export const NOW = Date.parse('2026-01-01T00:10:00Z');

function observe(more: Partial<Observation>): Observation {
  return { workload: liveStatefulSet(), pods: [], replicaSets: [], events: [], logs: new Map(), now: NOW, ...more };
}

/** `severity code @ path`, and the message. */
export const said = (observation: Partial<Observation>): [string, string][] =>
  explainWorkload(observe(observation)).map(({ severity, code, path, message }) => [
    `${severity} ${code} @ ${formatPath(path)}`,
    message,
  ]);

/** A `FailedCreate` of the StatefulSet web, seen three times in the last minute. */
export function event(more: Partial<KubeEvent>, involved: Partial<KubeEvent['involved']> = {}): KubeEvent {
  return {
    ...{ uid: 'e', namespace: 'shop', type: 'Warning', reason: 'FailedCreate', message: '', count: 3 },
    ...{ first: '2026-01-01T00:09:00Z', last: '2026-01-01T00:09:50Z' },
    involved: { kind: 'StatefulSet', name: 'web', uid: 'set-uid', fieldPath: undefined, ...involved },
    ...more,
  };
}
