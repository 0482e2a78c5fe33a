// The configuration files of a real node. What a node must not share with another on the same machine, or leave behind
// on it, is set to lie in the node's own folder.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeTraces } from './nodeRemoval';

export const pauseImage = 'test.cluster/pause:1';

interface Surroundings {
  /** The cluster's folder. */
  dir: string;
  /** HOST:PORT */
  registry: string;
}

export function writeNodeFiles(node: NodeTraces, { dir, registry }: Surroundings): void {
  const file = (...parts: string[]) => join(dir, node.name, ...parts);
  for (const part of ['cni', 'kubelet', 'pki', 'pods', 'registry/_default']) mkdirSync(file(part), { recursive: true });
  writeFileSync(file('cni', '10.conflist'), JSON.stringify(network(node, file('ipam'))));
  // Every image name, whatever its host, is asked of our registry.
  const hosts = `server = "http://${registry}"\n[host."http://${registry}"]\ncapabilities = ["pull", "resolve"]\n`;
  writeFileSync(file('registry/_default/hosts.toml'), hosts);
  writeFileSync(file('containerd.toml'), containerd(join(dir, node.name)));
  writeFileSync(file('kubelet.json'), JSON.stringify(kubelet(node, dir)));
}

const network = ({ bridge, subnet }: NodeTraces, dataDir: string) => ({
  cniVersion: '0.4.0',
  name: bridge,
  plugins: [
    {
      type: 'bridge',
      bridge,
      isGateway: true,
      ipMasq: false, // leaves no iptables rules
      ipam: {
        type: 'host-local',
        dataDir,
        ranges: [[{ subnet: `${subnet}.0/24` }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
  ],
});

// "opt" would make /opt/containerd; CAP_SYS_RESOURCE, for oom scores, may be absent; crun fails on hybrid cgroups.
const containerd = (dir: string) => `version = 2
root = "${dir}/root"
state = "${dir}/state"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.internal.v1.restart", "io.containerd.tracing.processor.v1.otlp"]
[grpc]
address = "${dir}/cd.sock"
[plugins."io.containerd.grpc.v1.cri"]
restrict_oom_score_adj = true
sandbox_image = "${pauseImage}"
netns_mounts_under_state_dir = true
disable_apparmor = true
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "${dir}/registry"
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "${dir}/cni"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
BinaryName = "runc"
Root = "${dir}/runc"
`;

const kubelet = ({ name, subnet, cgroup }: NodeTraces, dir: string) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: false },
    x509: { clientCAFile: join(dir, 'pki', 'ca.crt') },
  },
  authorization: { mode: 'AlwaysAllow' },
  containerRuntimeEndpoint: `unix://${join(dir, name, 'cd.sock')}`,
  podLogsDir: join(dir, name, 'pods'),
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroup}`, // kubelets with the same one would remove each other's pods
  failCgroupV1: false,
  failSwapOn: false,
  makeIPTablesUtilChains: false, // else chains stay behind
  address: `${subnet}.1`,
  port: 10250,
  healthzPort: 0,
  clusterDNS: ['10.96.0.10'], // nothing answers there, but pods get no event about missing DNS
  clusterDomain: 'cluster.local',
  resolvConf: '',
  evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '0%', 'imagefs.available': '0%' },
  imageGCHighThresholdPercent: 100,
  nodeStatusUpdateFrequency: '5s',
  syncFrequency: '10s',
  registryPullQPS: 0, // 0: no limit
  serializeImagePulls: false,
  eventRecordQPS: 0,
});
