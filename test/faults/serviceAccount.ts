import { createPrivateKey, createPublicKey, createHash, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster';
import { expectOk } from '../cluster/apiClient';

export interface ServiceAccount {
  /** As the audit log names it. */
  readonly user: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export async function makeServiceAccount(cluster: Cluster, namespace: string): Promise<ServiceAccount> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const { metadata } = await expectOk(cluster.api('POST', path, { metadata: { generateName: 'window-' } }), path);
  const { name = '', uid = '' } = metadata ?? {};
  return { user: `system:serviceaccount:${namespace}:${name}`, namespace, name, uid };
}

/**
 * A token as the API server issues it, but for any time: it lets one in until a minute after its end. `ends`: seconds
 * from now.
 */
export function tokenOf({ user, namespace, name, uid }: ServiceAccount, cluster: Cluster, ends = 86_400): string {
  const key = createPrivateKey(readFileSync(join(cluster.dir, 'pki', 'sa.key')));
  const issuer = 'https://kubernetes.default.svc';
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: [issuer],
    sub: user,
    iat: now - 3600,
    nbf: now - 3600,
    exp: now + ends,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const kid = createHash('sha256').update(der).digest('base64url');
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'RS256', kid })}.${part(claims)}`;
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
}

const READ = ['get', 'list', 'watch'];
const RULES = [
  { apiGroups: ['apps'], resources: ['statefulsets', 'deployments', 'replicasets'], verbs: READ },
  { apiGroups: [''], resources: ['pods', 'events'], verbs: READ },
];

/** All that the product reads in a namespace. */
export async function allow(cluster: Cluster, account: ServiceAccount, namespace: string): Promise<void> {
  const { name } = account;
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  await cluster.apply({ apiVersion, kind: 'Role', metadata: { name }, rules: RULES }, namespace);
  await cluster.apply(
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace: account.namespace }],
    },
    namespace,
  );
  await untilAllowed(cluster, { account, namespace, allowed: true });
}

export async function forbid(cluster: Cluster, account: ServiceAccount, namespace: string): Promise<void> {
  const bindings = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
  await expectOk(cluster.api('DELETE', `${bindings}/${account.name}`), 'taking the rights away');
  await untilAllowed(cluster, { account, namespace, allowed: false });
}

interface Expected {
  readonly account: ServiceAccount;
  readonly namespace: string;
  readonly allowed: boolean;
}

async function untilAllowed(cluster: Cluster, { account, namespace, allowed }: Expected): Promise<void> {
  const resourceAttributes = { group: 'apps', resource: 'statefulsets', verb: 'watch', namespace };
  const review = { spec: { user: account.user, resourceAttributes } };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  for (;;) {
    const { status } = await expectOk<{ status?: { allowed?: boolean } }>(cluster.api('POST', path, review), path);
    if ((status?.allowed ?? false) === allowed) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}
