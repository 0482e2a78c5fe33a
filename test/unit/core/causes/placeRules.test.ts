import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ClaimFact,
  NamespacePod,
  NodeFact,
  StorageClassFact,
  VolumeFact,
} from '../../../../src/core/causes/factObjects';
import { readWorkloadSpec } from '../../../../src/core/kube/readWorkloadSpec';
import { aManifest, factsOf, forecast, liveObjectOf } from '../../../support/forecast';
import { livePod, liveStatefulSet } from '../../../support/liveObjects';

const node = (name: string, labels: Record<string, string> = {}, more: Partial<NodeFact> = {}): NodeFact => ({
  ...{
    name,
    labels,
    taints: [],
    unschedulable: false,
    ready: true,
    allocatable: { cpu: '4', memory: '8Gi' },
    images: [],
  },
  ...more,
});
const claim = (name: string, more: Partial<ClaimFact> = {}): ClaimFact => ({
  ...{
    name,
    uid: name,
    labels: {},
    phase: 'Bound',
    deleting: false,
    storageClassName: 'fast',
    accessModes: ['ReadWriteOnce'],
  },
  ...{ requested: '1Gi', capacity: '1Gi', volumeName: `volume-of-${name}`, owners: [] },
  ...more,
});
const zoned = (name: string, zone: string): VolumeFact => ({
  name,
  nodeTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }], matchFields: [] }],
});
const storage = (name: string, isDefault = false): StorageClassFact => ({
  ...{ name, isDefault, provisioner: 'example.com/disk', bindingMode: 'Immediate', allowsExpansion: false },
});
function podIn(name: string, text: string, more: Partial<NamespacePod> = {}): NamespacePod {
  const template = readWorkloadSpec(liveObjectOf(text))?.template;
  assert.ok(template);
  return {
    ...{ name, uid: name, ownerUid: undefined, labels: { app: 'web' }, phase: 'Running', deleting: false, node: 'a' },
    ...{ conditions: ['Ready'], scheduler: 'default-scheduler', priorityClassName: undefined, template, overhead: {} },
    ...more,
  };
}
const taint = { key: 'edge', value: 'true', effect: 'NoSchedule' };
const running = {
  liveObject: liveObjectOf(aManifest({ image: 'web:1' })),
  pods: [0, 1, 2].map((each) => livePod(`web-${each}`)),
};

test('a nodeSelector that no node has, by its key', () => {
  const nodes = [node('a', { disk: 'hdd' }), node('b', { disk: 'hdd' })];
  const text = aManifest({ pod: 'nodeSelector:\n  disk: ssd' });
  assert.deepEqual(forecast(text, factsOf({ nodes })), ['no-node-fits: disk: ssd']);
  assert.deepEqual(forecast(text, factsOf({ nodes: [...nodes, node('c', { disk: 'ssd' })] })), []);
  assert.deepEqual(forecast(text, factsOf({ nodes: [] })), []);
});

test('a required affinity with every operator', () => {
  const affinity = (expression: string): string =>
    aManifest({
      pod: `affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n        - matchExpressions:\n            - ${expression}`,
    });
  const nodes = [node('a', { zone: 'one', cores: '8' })];
  for (const fits of [
    '{ key: zone, operator: In, values: [one] }',
    '{ key: zone, operator: NotIn, values: [two] }',
    '{ key: zone, operator: Exists }',
    '{ key: gpu, operator: DoesNotExist }',
    '{ key: cores, operator: Gt, values: ["4"] }',
  ]) {
    assert.deepEqual(forecast(affinity(fits), factsOf({ nodes })), [], fits);
  }
  for (const not of [
    '{ key: zone, operator: In, values: [two] }',
    '{ key: gpu, operator: Exists }',
    '{ key: cores, operator: Lt, values: ["8"] }',
    '{ key: gpu, operator: Gt, values: ["1"] }',
  ]) {
    assert.deepEqual(forecast(affinity(not), factsOf({ nodes })), ['no-node-fits: nodeAffinity:'], not);
  }
});

test('a taint that is not tolerated', () => {
  const nodes = [node('a'), node('b', { zone: 'b' }, { taints: [taint] })];
  const text = (more = ''): string => aManifest({ pod: `nodeSelector:\n  zone: b\n${more}` });
  assert.deepEqual(forecast(text(), factsOf({ nodes })), ['no-node-fits: zone: b']);
  for (const fits of [
    '{ operator: Exists }',
    '{ key: edge, operator: Exists }',
    '{ key: edge, value: "true", effect: NoSchedule }',
  ]) {
    assert.deepEqual(forecast(text(`tolerations:\n  - ${fits}`), factsOf({ nodes })), [], fits);
  }
  for (const not of ['{ key: edge, value: "false" }', '{ key: edge, operator: Exists, effect: NoExecute }']) {
    assert.deepEqual(forecast(text(`tolerations:\n  - ${not}`), factsOf({ nodes })), ['no-node-fits: zone: b'], not);
  }
  const preferred = [node('b', { zone: 'b' }, { taints: [{ ...taint, effect: 'PreferNoSchedule' }] })];
  assert.deepEqual(forecast(text(), factsOf({ nodes: preferred })), []);
});

test('a request above the largest node that would do', () => {
  const text = aManifest({ container: 'resources:\n  requests:\n    cpu: 6' });
  assert.deepEqual(forecast(text, factsOf({ nodes: [node('a')] })), ['no-node-fits: cpu: 6']);
  assert.deepEqual(forecast(text, factsOf({ nodes: [node('a', {}, { allocatable: { cpu: '8' } })] })), []);
});

test('where no pod comes, it does not matter', () => {
  const text = aManifest({ image: 'web:1', pod: 'nodeSelector:\n  disk: ssd' });
  const facts = { nodes: [node('a')], pods: running.pods };
  assert.deepEqual(forecast(text, factsOf({ ...facts, liveObject: liveObjectOf(text) })), []);
  assert.deepEqual(forecast(text, factsOf({ ...facts, liveObject: running.liveObject })), ['no-node-fits: disk: ssd']);
});

test('ports of a node: a set needs as many nodes as pods, a rolling Deployment one more', () => {
  const container = 'ports:\n  - containerPort: 80\n    hostPort: 80';
  const nodes = [node('a'), node('b')];
  const found = (replicas: number, kind = 'StatefulSet', spec = ''): string[] => {
    const text = aManifest({ kind, replicas, container, image: 'web:2', spec });
    const liveObject = liveObjectOf(text.replace('web:2', 'web:1'));
    return forecast(text, factsOf({ nodes, liveObject, pods: [livePod('web-0')] }));
  };
  assert.deepEqual(found(2), []);
  assert.deepEqual(found(3), ['too-few-nodes: hostPort: 80']);
  assert.deepEqual(found(2, 'Deployment'), ['too-few-nodes: hostPort: 80']);
  assert.deepEqual(found(1, 'Deployment'), []);
  assert.deepEqual(found(2, 'Deployment', 'strategy: { rollingUpdate: { maxUnavailable: 1 } }'), []);
  assert.deepEqual(found(2, 'Deployment', 'strategy: { type: Recreate }'), []);
});

test('pods that must not share a zone', () => {
  const text = (app: string): string =>
    aManifest({
      pod: `affinity:\n  podAntiAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      - topologyKey: zone\n        labelSelector: { matchLabels: { app: ${app} } }`,
    });
  const nodes = [node('a', { zone: 'one' }), node('b', { zone: 'one' }), node('c', { zone: 'two' })];
  assert.deepEqual(forecast(text('web'), factsOf({ nodes })), ['too-few-nodes: - topologyKey: zone']);
  assert.deepEqual(forecast(text('other'), factsOf({ nodes })), []);
  assert.deepEqual(forecast(text('web'), factsOf({ nodes: [...nodes, node('d', { zone: 'z' })] })), []);
});

test('PriorityClass: missing, and a priority that is not its own', () => {
  const priorityClasses = [{ name: 'high', value: 1000, globalDefault: false }];
  const found = (pod: string, more = {}): string[] =>
    forecast(aManifest({ pod }), factsOf({ priorityClasses, ...more }));
  assert.deepEqual(found('priorityClassName: hgih'), ['priority-class-missing: priorityClassName: hgih']);
  assert.deepEqual(found('priorityClassName: hgih', { sameFile: [{ kind: 'PriorityClass', name: 'hgih' }] }), []);
  assert.deepEqual(found('priorityClassName: high\npriority: 1000'), []);
  assert.deepEqual(found('priorityClassName: high\npriority: 5'), ['priority-class-missing: priority: 5']);
});

test('RuntimeClass: missing, and one that wants other nodes', () => {
  const gvisor = { handler: 'runsc', overhead: {}, nodeSelector: { sandbox: 'yes' } };
  const found = (pod: string): string[] =>
    forecast(
      aManifest({ pod }),
      factsOf({
        runtimeClasses: new Map([
          ['gvisor', gvisor],
          ['gone', null],
        ]),
      }),
    );
  assert.deepEqual(found('runtimeClassName: gone'), ['runtime-class-missing: runtimeClassName: gone']);
  assert.deepEqual(found('runtimeClassName: gvisor'), []);
  assert.deepEqual(found('runtimeClassName: gvisor\nnodeSelector:\n  sandbox: "no"'), [
    'runtime-class-missing: sandbox: "no"',
  ]);
});

const CLAIMS =
  'volumeClaimTemplates:\n  - metadata:\n      name: data\n    spec:\n      storageClassName: fast\n      accessModes: [ReadWriteOnce]\n      resources: { requests: { storage: 1Gi } }';
const set = (image: string, pod = ''): string => aManifest({ image, pod, spec: CLAIMS });

test('a bound volume out of reach of the new template, for a pod that is replaced', () => {
  const nodes = [node('a', { zone: 'one' }), node('b', { zone: 'two' })];
  const claims = [0, 1, 2].map((each) => claim(`data-web-${each}`));
  const volumes = new Map(claims.map(({ volumeName = '' }) => [volumeName, zoned(volumeName, 'one')]));
  const facts = factsOf({ nodes, claims, volumes, pods: running.pods, liveObject: liveObjectOf(set('web:1')) });
  assert.deepEqual(forecast(set('web:2', 'nodeSelector:\n  zone: two'), facts), ['volume-elsewhere: zone: two']);
  assert.deepEqual(forecast(set('web:2', 'nodeSelector:\n  zone: one'), facts), []);
  assert.deepEqual(forecast(set('web:2'), facts), []);
});

test('claims that are going or have lost their volume', () => {
  const found = (more: Partial<ClaimFact>): string[] =>
    forecast(
      set('web:2'),
      factsOf({
        claims: [claim('data-web-1', more)],
        storageClasses: [storage('fast')],
        pods: running.pods,
        liveObject: liveObjectOf(set('web:1')),
      }),
    );
  assert.deepEqual(found({ deleting: true }), ['claim-unusable: name: data']);
  assert.deepEqual(found({ phase: 'Lost' }), ['claim-unusable: name: data']);
  assert.deepEqual(found({ phase: 'Pending' }), []);
});

test('a StorageClass is missing only for claims that are still to be made', () => {
  const found = (
    storageClasses: readonly StorageClassFact[],
    text = set('web:2'),
    claims: readonly ClaimFact[] = [],
  ): string[] => forecast(text, factsOf({ storageClasses, claims }));
  assert.deepEqual(found([storage('slow')]), ['storage-class-missing: storageClassName: fast']);
  assert.deepEqual(found([storage('fast')]), []);
  assert.deepEqual(
    found(
      [],
      set('web:2'),
      [0, 1, 2].map((each) => claim(`data-web-${each}`)),
    ),
    [],
  );
  const without = set('web:2').replace(/ *storageClassName: fast\n/, '');
  assert.deepEqual(found([storage('slow')], without), ['storage-class-missing: spec:']);
  assert.deepEqual(found([storage('slow', true)], without), []);
  assert.deepEqual(found([storage('slow', true)], set('web:2').replace('fast', '""')), [
    'storage-class-missing: storageClassName: ""',
  ]);
});

test('a claim that several pods share', () => {
  const pod = 'volumes:\n  - name: data\n    persistentVolumeClaim:\n      claimName: shared';
  const found = ({
    modes = ['ReadWriteOnce'],
    kind = 'Deployment',
    replicas = 1,
    spec = '',
    nodes = [node('a'), node('b')],
  }): string[] => {
    const text = aManifest({ kind, replicas, pod, spec, image: 'web:2' });
    const liveObject = liveObjectOf(text.replace('web:2', 'web:1'));
    return forecast(
      text,
      factsOf({ nodes, claims: [claim('shared', { accessModes: modes })], liveObject, pods: [livePod('web-0')] }),
    );
  };
  const expected = ['claim-shared: claimName: shared'];
  assert.deepEqual(found({}), expected);
  assert.deepEqual(found({ spec: 'strategy: { type: Recreate }' }), []);
  assert.deepEqual(found({ spec: 'strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }' }), []);
  assert.deepEqual(found({ nodes: [node('a')] }), []);
  assert.deepEqual(found({ modes: ['ReadWriteMany'], replicas: 3 }), []);
  assert.deepEqual(found({ modes: ['ReadWriteOncePod'], nodes: [node('a')] }), expected);
  assert.deepEqual(found({ modes: ['ReadWriteOncePod'], kind: 'StatefulSet', replicas: 2 }), expected);
  assert.deepEqual(found({ modes: ['ReadWriteOncePod'], kind: 'StatefulSet', replicas: 1 }), []);
});

test('the governing Service: missing, selecting others, or in the same file', () => {
  const text = aManifest({ spec: 'serviceName: web' });
  const service = { headless: true, selector: { app: 'web' }, publishNotReadyAddresses: false, ports: [] };
  const found = (
    value: typeof service | null,
    sameFile: { kind: string; name: string; object?: Record<string, unknown> }[] = [],
  ): string[] => forecast(text, factsOf({ services: new Map([['web', value]]), sameFile }));
  const expected = ['governing-service: serviceName: web'];
  assert.deepEqual(found(null), expected);
  assert.deepEqual(found(service), []);
  assert.deepEqual(found({ ...service, selector: { app: 'api' } }), expected);
  assert.deepEqual(found({ ...service, headless: false }), expected);
  assert.deepEqual(
    found(null, [{ kind: 'Service', name: 'web', object: { spec: { clusterIP: 'None', selector: { app: 'web' } } } }]),
    [],
  );
  assert.deepEqual(
    found(null, [{ kind: 'Service', name: 'web', object: { spec: { clusterIP: 'None', selector: { app: 'one' } } } }]),
    expected,
  );
});

test("somebody else's pod has the name of an ordinal", () => {
  const live = liveStatefulSet();
  const found = (more: Partial<NamespacePod>, name = 'web-1'): string[] =>
    forecast(aManifest(), factsOf({ namespacePods: [podIn(name, aManifest(), more)], liveWorkload: live }));
  assert.deepEqual(found({ ownerUid: live.uid }), []);
  assert.deepEqual(found({ ownerUid: 'other' }), ['pod-name-taken: name: web']);
  assert.deepEqual(found({ labels: {} }), ['pod-name-taken: name: web']);
  assert.deepEqual(found({}), []);
  assert.deepEqual(found({ ownerUid: 'other' }, 'web-7'), []);
});

test('pods that lack the volume of a claim template wedge the set', () => {
  const live = liveStatefulSet();
  const found = (text: string): string[] =>
    forecast(
      set('web:1'),
      factsOf({
        storageClasses: [storage('fast')],
        namespacePods: [podIn('web-0', text, { ownerUid: live.uid })],
        liveWorkload: live,
      }),
    );
  assert.deepEqual(found(aManifest()), ['pod-volumes-outdated: name: data']);
  assert.deepEqual(
    found(aManifest({ pod: 'volumes:\n  - name: data\n    persistentVolumeClaim: { claimName: data-web-0 }' })),
    [],
  );
});

test('a pod on a node that is not ready', () => {
  const pods = running.pods.map((pod) => ({ ...pod, node: 'a' }));
  const found = (ready: boolean, image: string): string[] =>
    forecast(
      aManifest({ image }),
      factsOf({ nodes: [node('a', {}, { ready })], liveObject: running.liveObject, pods }),
    );
  assert.deepEqual(found(false, 'web:2'), ['node-of-pod-not-ready: name: web']);
  assert.deepEqual(found(true, 'web:2'), []);
  assert.deepEqual(found(false, 'web:1'), []);
});

test('a scale-down waits for a pod that cannot run', () => {
  const broken = livePod('web-0', { phase: 'Failed' });
  const pods = [broken, livePod('web-1'), livePod('web-2')];
  const found = (replicas: number, policy: 'OrderedReady' | 'Parallel'): string[] =>
    forecast(
      aManifest({ replicas }),
      factsOf({ liveWorkload: liveStatefulSet({ podManagementPolicy: policy }), pods }),
    ).filter((line) => line.startsWith('scale'));
  assert.deepEqual(found(2, 'OrderedReady'), ['scale-down-waits: replicas: 2']);
  assert.deepEqual(found(3, 'OrderedReady'), []);
  assert.deepEqual(found(2, 'Parallel'), []);
});

test('broken pods of a Parallel set on 1.35.0 to 1.35.3', () => {
  const pods = [livePod('web-0', { phase: 'Failed', conditions: [] }), livePod('web-1')];
  const found = (patch: number): string[] =>
    forecast(
      aManifest(),
      factsOf({
        serverVersion: { major: 1, minor: 35, patch },
        liveWorkload: liveStatefulSet({ podManagementPolicy: 'Parallel' }),
        pods,
      }),
    );
  assert.deepEqual(found(3), ['parallel-deadlock: name: web']);
  assert.deepEqual(found(4), []);
});

test('a readiness gate that no running pod has opened', () => {
  const text = aManifest({ pod: 'readinessGates:\n  - conditionType: example.com/open' });
  const found = (conditions: readonly string[]): string[] =>
    forecast(text, factsOf({ namespacePods: [podIn('api-0', aManifest(), { conditions, ownerUid: 'other' })] }));
  assert.deepEqual(found(['Ready']), ['readiness-gate-unknown: - conditionType: example.com/open']);
  assert.deepEqual(found(['example.com/open']), []);
  assert.deepEqual(forecast(text, factsOf()), []);
});
