import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expectOk, type Api } from './apiClient';
import type { ObjectApplier } from './applyObjects';
import { certificateUser, writeKubeconfig } from './kubeconfig';
import { execute, until } from './processes';

/** A rule as a Role has it. */
export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}

export interface UserRights {
  rules: PolicyRule[];
  /** Undefined: cluster-wide. */
  namespace?: string;
}

interface UserContext {
  dir: string;
  port: number;
  program: string;
  api: Api;
  applier: ObjectApplier;
}

/** Makes a user with a client certificate and rights, and answers the path of the user's kubeconfig. */
export async function addUser(name: string, rights: UserRights, context: UserContext): Promise<string> {
  const { dir, port, program } = context;
  if (['admin', 'ca', 'sa', 'server'].includes(name)) throw new Error(`User ${name}: the name is taken.`);
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(name)) throw new Error(`User ${name}: use small letters, digits, "." and "-".`);
  if (!existsSync(join(dir, 'pki', `${name}.crt`))) execute(program, ['pki', join(dir, 'pki'), name]);
  const file = join(dir, `${name}.kubeconfig`);
  writeKubeconfig(file, { dir, port, user: certificateUser(dir, name) });
  await grant(name, rights, context);
  return file;
}

async function grant(name: string, { rules, namespace }: UserRights, { api, applier }: UserContext): Promise<void> {
  const scope = namespace === undefined ? 'ClusterRole' : 'Role';
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const metadata = { name: `test-user-${name}`, ...(namespace !== undefined && { namespace }) };
  await applier.apply({ apiVersion, kind: scope, metadata, rules });
  await applier.apply({
    apiVersion,
    kind: `${scope}Binding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: scope, name: metadata.name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name }],
  });
  for (const rule of rules) await until(`rights of ${name}`, () => isEffective(api, { user: name, rule, namespace }));
}

/** Roles take effect some time (up to 0.1 s) after they are written. */
async function isEffective(
  api: Api,
  { user, rule, namespace }: { user: string; rule: PolicyRule; namespace: string | undefined },
): Promise<boolean> {
  const [resource, subresource] = rule.resources?.[0]?.split('/') ?? [];
  if (!resource) return true;
  const resourceAttributes = {
    group: rule.apiGroups?.[0],
    resource,
    subresource,
    verb: rule.verbs[0],
    namespace,
    name: rule.resourceNames?.[0],
  };
  const review = { spec: { user, resourceAttributes } };
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
  const { status } = await expectOk<{ status?: { allowed?: boolean } }>(api('POST', path, review), 'access review');
  return status?.allowed ?? false;
}
