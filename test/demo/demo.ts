// `npm run demo`: a real Kubernetes with a story in it, a copy of the workspace, and a VS Code with the extension.
//
//   npm run demo [-- --kubelet]
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from '../cluster/cluster';
import { openDemoWindow } from '../host/demoWindow';
import { packageExtension } from '../host/vsix';
import { namedKubeconfig } from './kubeconfig';
import { tellStory, WORKSPACE } from './story';

const { values } = parseArgs({ options: { kubelet: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'ordinal-demo-'));
const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
let ending = false;

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  console.log('\nstopping …');
  for (const step of cleanUp.reverse()) await step();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));

try {
  const vsix = await packageExtension(join(folder, 'ordinal.vsix'));
  console.log(
    `starting Kubernetes (${values.kubelet ? 'real containers' : 'kwok: pods are played, everything else is real'}) …`,
  );
  const cluster = await startCluster({
    flavour: values.kubelet ? 'kubelet' : 'kwok',
    pace: 1,
    dir: join(tmpdir(), `ordinal-demo-cluster-${process.getuid?.() ?? 0}`),
  });
  cleanUp.push(() => cluster.stop());
  await tellStory(cluster, console.log);
  const target = join(folder, 'kubeconfig');
  const kubeconfig = namedKubeconfig(cluster.kubeconfig, { target, context: 'demo', namespace: 'shop' });
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  cpSync(WORKSPACE, workspace, { recursive: true });
  const window = await openDemoWindow({
    folder: workspace,
    files: [join(workspace, '1-web.yaml')],
    env: { KUBECONFIG: kubeconfig },
    vsix,
  });
  cleanUp.push(() => window.close());
  console.log(
    window.address === undefined
      ? '\nVS Code is open.'
      : `\nOpen this address in a browser:\n\n    ${window.address}\n`,
  );
  console.log('Ctrl-C ends the demo and removes everything.');
  await window.closed;
  await end(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end(1);
}
