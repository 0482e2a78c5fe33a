import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster';

interface Noted {
  readonly processes: Readonly<Record<string, { readonly args: readonly string[] }>>;
}

/** Has etcd forget all versions but the newest, as an API server has it do every five minutes. */
export async function compact({ dir }: Cluster): Promise<void> {
  const { processes } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8')) as Noted;
  const flag = processes.etcd?.args.find((arg) => arg.startsWith('--listen-client-urls='));
  const url = flag?.replace(/^[^=]*=/, '') ?? '';
  const { header } = (await ask(`${url}/v3/kv/range`, { key: Buffer.from('/').toString('base64') })) as {
    readonly header: { readonly revision: string };
  };
  await ask(`${url}/v3/kv/compaction`, { revision: header.revision, physical: true });
}

async function ask(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}
