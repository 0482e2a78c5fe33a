import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectTo, foresee } from '../scenarios/foresee';
import { startStage } from '../scenarios/stage';
import type { Cluster } from '../cluster/cluster';
import { build } from '../story';
import { median, round, type Figure } from './figure';

const RUNS = 7;
const USER = 'forecaster';

/** A set with what most have: a claim, a Secret, a ConfigMap, a governing Service. */
const BEFORE = `apiVersion: v1
kind: Service
metadata: { name: web }
spec: { clusterIP: None, selector: { app: web }, ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { level: "3" }
---
apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { password: unknown }
`;

const SET = `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: web
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: web
          image: registry.example/web:1.0
          envFrom: [{ configMapRef: { name: settings } }]
          env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: login, key: password } } }]
          ports: [{ name: http, containerPort: 8080 }]
          resources: { requests: { cpu: 10m, memory: 16Mi }, limits: { memory: 32Mi } }
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], storageClassName: standard, resources: { requests: { storage: 1Gi } } }
`;

/** Everything that is asked of the cluster about one document and its next version, with dry-runs, to findings. */
export async function forecast(): Promise<readonly Figure[]> {
  await build('extension');
  const cluster = await startStage({ audit: true });
  try {
    return await measure(cluster);
  } finally {
    await cluster.stop();
  }
}

/** On a cluster that keeps an audit log, which is where requests are counted. */
export async function measure(cluster: Cluster): Promise<readonly Figure[]> {
  const namespace = await cluster.freshNamespace('forecast');
  await cluster.apply(BEFORE, namespace);
  const rules = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];
  const kubeconfig = await cluster.user(USER, { rules });
  const file = join(cluster.dir, 'forecast.yaml');
  writeFileSync(file, SET);
  const first: number[] = [];
  const next: number[] = [];
  const theirs: number[] = [];
  let asked = 0;
  let askedAgain = 0;
  for (let run = 0; run < RUNS; run++) {
    const connection = await connectTo(kubeconfig);
    await connection.serverVersion();
    const before = cluster.requests(USER).length;
    first.push(await timed(() => foresee(SET, { namespace, connection })));
    const between = await settledCount(() => cluster.requests(USER).length);
    next.push(await timed(() => foresee(SET.replace(':1.0', ':1.1'), { namespace, connection })));
    askedAgain = (await settledCount(() => cluster.requests(USER).length)) - between;
    asked = between - before;
    connection.dispose();
    theirs.push(
      await timed(() => cluster.kubectl(['apply', '--dry-run=server', '-n', namespace, '-f', file], kubeconfig)),
    );
  }
  const peer = 'kubectl apply --dry-run=server';
  const beside = (ours: number): Pick<Figure, 'peer' | 'theirs' | 'times'> => ({
    peer,
    theirs: median(theirs),
    times: round(median(theirs) / ours),
  });
  return [
    {
      what: 'forecast of one document, connected, nothing known',
      unit: 'ms',
      ours: median(first),
      budget: 300,
      ...beside(median(first)),
    },
    { what: 'requests of it', unit: 'requests', ours: asked, budget: 12 },
    { what: 'forecast after an edit', unit: 'ms', ours: median(next), budget: 300, ...beside(median(next)) },
    { what: 'requests of it, after a pause', unit: 'requests', ours: askedAgain, budget: 12 },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The audit log is written a moment after the answer. */
async function settledCount(count: () => number): Promise<number> {
  let last = -1;
  for (let now = count(); now !== last; now = count()) {
    last = now;
    await new Promise((done) => setTimeout(done, 300));
  }
  return last;
}
