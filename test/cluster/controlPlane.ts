// The flags of the control plane's components.
import { join } from 'node:path';

export type ComponentName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';
export type ExtraFlags = Partial<Record<ComponentName, readonly string[]>>;

interface EtcdPorts {
  client: number;
  peer: number;
}

export function etcdFlags(dir: string, { client, peer }: EtcdPorts): string[] {
  return [
    `--data-dir=${join(dir, 'etcd')}`,
    '--unsafe-no-fsync',
    '--log-level=warn',
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
  ];
}

interface ApiServerPorts {
  secure: number;
  etcd: number;
}

export function apiServerFlags(dir: string, { secure, etcd }: ApiServerPorts, audit: boolean): string[] {
  const pki = (name: string) => join(dir, 'pki', name);
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    `--secure-port=${secure}`,
    '--bind-address=127.0.0.1',
    // Without these two it does not start on a machine that has no default route.
    '--advertise-address=192.0.2.1',
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${pki('server.crt')}`,
    `--tls-private-key-file=${pki('server.key')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    '--authorization-mode=Node,RBAC',
    '--allow-privileged',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki('sa.key')}`,
    `--service-account-signing-key-file=${pki('sa.key')}`,
    '--kubelet-preferred-address-types=InternalIP', // no DNS knows the nodes' names
    `--kubelet-client-certificate=${pki('admin.crt')}`,
    `--kubelet-client-key=${pki('admin.key')}`,
    '--shutdown-delay-duration=0s',
    ...(audit ? [`--audit-policy-file=${join(dir, 'audit.json')}`, `--audit-log-path=${auditLog(dir)}`] : []),
  ];
}

export const auditLog = (dir: string) => join(dir, 'log', 'audit.log');

export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
};

const shared = (dir: string) => [`--kubeconfig=${join(dir, 'kubeconfig')}`, '--leader-elect=false', '--secure-port=0'];

export const controllerManagerFlags = (dir: string) => [
  ...shared(dir),
  `--root-ca-file=${join(dir, 'pki', 'ca.crt')}`,
  `--service-account-private-key-file=${join(dir, 'pki', 'sa.key')}`,
  '--use-service-account-credentials',
  '--kube-api-qps=1000',
  '--kube-api-burst=2000',
  '--concurrent-statefulset-syncs=20',
];

export const schedulerFlags = (dir: string) => [...shared(dir), '--kube-api-qps=1000', '--kube-api-burst=2000'];
