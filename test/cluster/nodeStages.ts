import { alive, has, hasNo, is, isNot, stage } from './kwokStage';
import { jq, statusPatch } from './podTemplates';

export const storageClass = 'standard';
export const provisioner = 'test.cluster/volume';

const nodeInfo = [
  ...['kubeletVersion', 'containerRuntimeVersion'].map((name) => `"${name}": "kwok"`),
  ...['kernelVersion', 'kubeProxyVersion', 'osImage', 'bootID', 'machineID', 'systemUUID'].map(
    (name) => `"${name}": ""`,
  ),
];

const nodeStatus = `
phase: Running
conditions:
{{ range NodeConditions }}
- {"type": {{ .type | Quote }}, "status": {{ .status | Quote }}, "reason": {{ .reason | Quote }}, "message": {{ .message | Quote }}, "lastHeartbeatTime": {{ $now | Quote }}, "lastTransitionTime": {{ $now | Quote }}}
{{ end }}
addresses: [{"type": "InternalIP", "address": {{ NodeIP | Quote }}}, {"type": "Hostname", "address": {{ NodeName | Quote }}}]
capacity: &all {"cpu": "64", "memory": "256Gi", "pods": "1000", "ephemeral-storage": "1Ti"}
allocatable: *all
nodeInfo: {"architecture": "amd64", "operatingSystem": "linux", ${nodeInfo.join(', ')}}`;

export const nodeStages = [
  stage('Node', 'node-ready', {
    match: [isNot(jq.readyCondition, 'True')],
    delay: { durationMilliseconds: 0 },
    steps: [statusPatch(nodeStatus)],
  }),
];

const claimReference = ['name', 'namespace', 'uid', 'resourceVersion'].map(
  (key) => `"${key}": {{ .metadata.${key} | Quote }}`,
);

const volume = (folder: string) => `
apiVersion: v1
kind: PersistentVolume
metadata: {"name": "pvc-{{ .metadata.uid }}", "annotations": {"pv.kubernetes.io/provisioned-by": "${provisioner}"}}
spec:
  accessModes: {{ toJson .spec.accessModes }}
  capacity: {{ toJson .spec.resources.requests }}
  persistentVolumeReclaimPolicy: Delete
  storageClassName: ${storageClass}
  volumeMode: {{ or .spec.volumeMode "Filesystem" }}
  claimRef: {"apiVersion": "v1", "kind": "PersistentVolumeClaim", ${claimReference.join(', ')}}
  hostPath: {"path": "${folder}/{{ .metadata.uid }}", "type": "DirectoryOrCreate"}
`;

/**
 * The scheduler names the node on a claim that waits for its first consumer; then the volume is made, and the real
 * controller binds the two. A claim of another class stays Pending.
 */
export const claimStages = (folder: string, pace: 0 | 1) => [
  stage('PersistentVolumeClaim', 'volume-provisioned', {
    match: [
      alive,
      is('.spec.storageClassName', storageClass),
      hasNo('.spec.volumeName'),
      has('.metadata.annotations["volume.kubernetes.io/selected-node"]'),
    ],
    delay: { durationMilliseconds: 200 * pace },
    steps: [{ apply: { template: volume(folder) } }],
  }),
  stage('PersistentVolume', 'volume-deleted', {
    match: [alive, is('.spec.storageClassName', storageClass), is('.status.phase', 'Released')],
    delay: { durationMilliseconds: 200 * pace },
    steps: [{ delete: true }],
  }),
];
