import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterFolder } from './realCluster';

interface Noted {
  readonly processes: Record<string, { readonly binary: string }>;
}

/** The cluster's own program, which holds kubectl as well. */
function binary(): string {
  const file = join(clusterFolder ?? '', 'run.json');
  const { processes } = JSON.parse(readFileSync(file, 'utf8')) as Noted;
  const found = processes['kube-apiserver']?.binary;
  if (found === undefined) throw new Error(`${file} names no kube-apiserver`);
  return found;
}

/** The real kubectl, as the administrator, with an object on its standard input. Rejects with what it says on failure. */
export async function kubectl(args: readonly string[], input: object): Promise<string> {
  const kubeconfig = process.env.ORDINAL_TEST_KUBECONFIG ?? '';
  const own = ['kubectl', `--kubeconfig=${kubeconfig}`, `--cache-dir=${join(clusterFolder ?? '', 'kubectl')}`];
  const child = spawn(binary(), [...own, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify(input));
  let said = '';
  let failed = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (failed += chunk.toString()));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${failed}`);
  return said;
}
