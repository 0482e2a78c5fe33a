import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a kubeconfig (as JSON, which is YAML) for one user of the cluster in `dir`; `user` as kubeconfigs have it. */
export function writeKubeconfig(file: string, { dir, port, user }: { dir: string; port: number; user: object }): void {
  const authority = readFileSync(join(dir, 'pki', 'ca.crt')).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      { name: 'test', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': authority } },
    ],
    users: [{ name: 'test', user }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
  };
  writeFileSync(file, JSON.stringify(config, null, 1), { mode: 0o600 });
}

/** A user by the client certificate that `k8s pki` wrote under this file name; the kubeconfig then needs no other file. */
export function certificateUser(dir: string, name: string): object {
  const data = (suffix: string) => readFileSync(join(dir, 'pki', `${name}.${suffix}`)).toString('base64');
  return { 'client-certificate-data': data('crt'), 'client-key-data': data('key') };
}
