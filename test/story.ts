import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster, type Cluster, type ClusterOptions } from './cluster/cluster';
import { whyNoRealNodes } from './cluster/prerequisites';
import { limitNamespaces } from './demo/story';
import { runInHost } from './host/runInHost';
import { workloadText } from './integration/manifests';
import { exitCode, nodeTests } from './nodeTests';
import type { Counts } from './suites';

/** A folder for one run; removed when `use` has ended. */
export async function withFolder<T>(name: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `ordinal-${name}-`));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** `ORDINAL_KUBERNETES=1.33 npx tsx test/run.ts live` plays a suite on another version; 1.36 has real nodes too. */
export async function withCluster<T>(options: ClusterOptions, use: (cluster: Cluster) => Promise<T>): Promise<T> {
  const version = process.env.ORDINAL_KUBERNETES;
  const cluster = await startCluster({ ...options, ...(version === undefined ? {} : { version }) });
  try {
    return await use(cluster);
  } finally {
    await cluster.stop();
  }
}

export async function build(target: string): Promise<void> {
  if ((await exitCode(process.execPath, ['esbuild.mjs', target])) !== 0)
    throw new Error(`the build of ${target} failed`);
}

/** Real containers where this machine can run them; kwok plays the pods elsewhere, and the API server is real in both. */
export function bestFlavour(): 'kubelet' | 'kwok' {
  return whyNoRealNodes() === undefined ? 'kubelet' : 'kwok';
}

/** The suites of test/integration in a real extension host, against a cluster of their own. */
export async function integration(version: 'newest' | 'oldest', flavour: 'kubelet' | 'kwok'): Promise<Counts> {
  await build('extension');
  await build('integration');
  return withFolder('workspace', (folder) =>
    withCluster({ flavour, pace: 1 }, async (cluster) => {
      console.log(`VS Code: ${version}; nodes: ${flavour}`);
      for (const namespace of ['story', 'causes', 'small', 'tidy']) await cluster.namespace(namespace);
      await limitNamespaces(cluster);
      const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { level: '3' } };
      await cluster.apply(settings, 'causes');
      // Made by kubectl: its fields are not ours.
      await cluster.apply(workloadText({ name: 'owned', replicas: 1 }), 'causes');
      const workspace = join(folder, 'workspace');
      mkdirSync(workspace);
      const env = { KUBECONFIG: cluster.kubeconfig };
      return runInHost({ version, workspace, tests: 'out/integration/index.js', env, timeoutSeconds: 600 });
    }),
  );
}

/** The cluster floor, bundled as it is shipped, against a real API server that may be killed. */
export async function live(): Promise<Counts> {
  await build('live');
  return withCluster({ flavour: 'kwok', pace: 1, audit: true }, (cluster) =>
    nodeTests(['out/live'], { ORDINAL_TEST_KUBECONFIG: cluster.kubeconfig, ORDINAL_TEST_CLUSTER_DIR: cluster.dir }),
  );
}

/** The cluster floor under faults of the API server, of the network and of the login; each is followed by the same check. */
export async function faults(): Promise<Counts> {
  await build('faults');
  return withCluster({ flavour: 'kwok', pace: 0, audit: true }, (cluster) =>
    nodeTests(['out/faults'], { ORDINAL_TEST_CLUSTER_DIR: cluster.dir }),
  );
}
