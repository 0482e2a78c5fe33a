// A Kubernetes cluster to try things on, from the command line; `usage` says how.
import { copyFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runningCluster, startCluster, type Cluster, type ClusterOptions } from './cluster';
import { countNodes } from './launch';
import { commandLineFolder, removeCluster } from './runFolder';

const usage = `usage: npm run cluster -- start|stop|status [options]

  start               starts a cluster in the background and tells its kubeconfig
  stop                ends it and removes all of it
  status              tells whether it runs

  --kubelet           real nodes over containerd (Linux, root); without: nodes played by kwok
  --version VERSION   Kubernetes 1.33, 1.36 (default) or 1.37
  --nodes N           3 by default
  --kubeconfig FILE   writes the kubeconfig there as well`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kubelet: { type: 'boolean', default: false },
      version: { type: 'string' },
      nodes: { type: 'string' },
      kubeconfig: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [command, ...rest] = positionals;
  if (values.help || command === undefined || rest.length > 0) {
    console.log(usage);
    return;
  }
  if (command === 'start') {
    const nodes = values.nodes === undefined ? undefined : Number(values.nodes);
    if (nodes !== undefined && !(Number.isInteger(nodes) && nodes > 0))
      throw new Error('--nodes: give a number above 0.');
    await start(
      {
        flavour: values.kubelet ? 'kubelet' : 'kwok',
        ...(values.version !== undefined && { version: values.version }),
        ...(nodes !== undefined && { nodes }),
      },
      values.kubeconfig,
    );
  } else if (command === 'stop') {
    await removeCluster(commandLineFolder());
  } else if (command === 'status') {
    await tellStatus();
  } else {
    throw new Error(`unknown command ${command}\n${usage}`);
  }
}

async function start(options: ClusterOptions, kubeconfig: string | undefined): Promise<void> {
  const running = await runningCluster(commandLineFolder());
  if (running) {
    console.error(`A cluster runs already (${running.flavour}); stop it first for other options.`);
    tellKubeconfig(running, kubeconfig);
    return;
  }
  const cluster = await startCluster({ ...options, dir: commandLineFolder(), background: true });
  tellKubeconfig(cluster, kubeconfig);
}

function tellKubeconfig(cluster: Cluster, file: string | undefined): void {
  if (file !== undefined) {
    rmSync(file, { force: true }); // a copy keeps the permissions of a file that exists
    copyFileSync(cluster.kubeconfig, file);
  }
  console.log(`export KUBECONFIG=${file === undefined ? cluster.kubeconfig : resolve(file)}`);
}

async function tellStatus(): Promise<void> {
  const cluster = await runningCluster(commandLineFolder());
  if (!cluster) {
    console.log('No cluster runs.');
    process.exitCode = 1;
    return;
  }
  const { gitVersion } = (await cluster.api<{ gitVersion: string }>('GET', '/version')).body;
  const { ready, all } = await countNodes(cluster.api);
  const minutes = Math.floor((Date.now() - cluster.components.about.since) / 60_000);
  console.log(`Kubernetes ${gitVersion} runs for ${minutes} min; ${ready} of ${all} nodes Ready (${cluster.flavour})`);
  tellKubeconfig(cluster, undefined);
}

main().then(
  () => process.exit(), // the connections to the API server would keep it alive
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
