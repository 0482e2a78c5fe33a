// Template text of kwok stages: pod statuses and events as kubelet 1.36 writes them. A template is YAML made by Go's
// text/template with sprig; here the pod is $pod, its container $c, and JSON is used as YAML where it keeps to one line.

/** A word that the command or the arguments of a container contain, as a jq expression for its containers. */
const containersSaying = (word: string) =>
  `.spec.containers[] | select([.command[]?, .args[]?] | any(test("${word}"))) | .name`;

/** jq expressions over a pod; one without a value "does not exist" for a selector. */
export const jq = {
  missingImage: '.spec.containers[] | select(.image | test("missing")) | .name',
  crashing: containersSaying('crash|oom'),
  ignoringSigterm: containersSaying('sigterm'),
  unready: '.spec.containers[] | select(.readinessProbe | tostring | test("/fail")) | .name',
  waitingReason: '.status.containerStatuses[]?.state.waiting.reason',
  terminatedReason: '.status.containerStatuses[]?.state.terminated.reason',
  readyCondition: '.status.conditions[]? | select(.type == "Ready") | .status',
};

const begin = '{{ $pod := . }}{{ $now := Now }}';

const eachContainer =
  '{{ range $index, $c := .spec.containers }}' +
  '{{ $old := dict }}{{ if $pod.status.containerStatuses }}{{ $old = index $pod.status.containerStatuses $index }}{{ end }}' +
  '{{ $words := toJson (list $c.command $c.args) }}' +
  '{{ $crash := regexMatch "crash|oom" $words }}{{ $oom := contains "oom" $words }}' +
  '{{ $missing := contains "missing" $c.image }}{{ $count := int (or $old.restartCount 0) }}';

const containerId = 'containerd://{{ printf "%s/%s/%d" $pod.metadata.uid $c.name $count | sha256sum }}';

export const pullError =
  'failed to pull and unpack image \\"{{ $c.image }}\\": failed to resolve reference \\"{{ $c.image }}\\": {{ $c.image }}: not found';

export const terminated =
  `{"terminated": {"containerID": "${containerId}", "exitCode": {{ if $oom }}137{{ else }}1{{ end }}, ` +
  '"reason": "{{ if $oom }}OOMKilled{{ else }}Error{{ end }}", ' +
  '"startedAt": {{ $now | Quote }}, "finishedAt": {{ $now | Quote }}}}';

export const waiting = (reason: string, message?: string) =>
  `{"waiting": {"reason": "${reason}"${message === undefined ? '' : `, "message": "${message}"`}}}`;

interface ContainerStatus {
  state: string;
  lastState?: string;
  ready?: string;
  started?: boolean;
  /** Whether there is a container (and so an image) at all. */
  ran?: boolean;
}

/** One entry of containerStatuses; the values are template text. */
export function containerStatus({
  state,
  lastState = '{}',
  ready = 'false',
  started = false,
  ran = true,
}: ContainerStatus) {
  const image = `"image": {{ $c.image | Quote }}, "imageID": ${ran ? '"sha256:{{ sha256sum $c.image }}"' : '""'}`;
  const id = ran ? `"containerID": "${containerId}", ` : '';
  const flags = `"ready": ${ready}, "started": ${started ? 'true' : 'false'}, "restartCount": {{ $count }}`;
  return `- {"name": {{ $c.name | Quote }}, ${image}, ${id}"lastState": ${lastState}, ${flags}, "state": ${state}}\n`;
}

export const running = (ready: string) =>
  containerStatus({ state: '{"running": {"startedAt": {{ $now | Quote }}}}', ready, started: true });

/** A container whose status stays as it was: a patch replaces the whole list. */
export const unchanged = '- {{ toJson $old }}\n';

export const choose = (condition: string, then: string, otherwise: string) =>
  `{{ if ${condition} }}${then}{{ else }}${otherwise}{{ end }}`;

export const containerStatuses = (template: string) => `containerStatuses:\n${eachContainer}\n${template}{{ end }}\n`;

function condition(type: string, holds: boolean, reason = ''): string {
  const times = '"lastProbeTime": null, "lastTransitionTime": {{ $now | Quote }}';
  return `- {"type": "${type}", "status": "${holds ? 'True' : 'False'}", ${times}${reason}}\n`;
}

export function readiness(ready: boolean): string {
  const names = '{{ range $i, $c := .spec.containers }}{{ if $i }} {{ end }}{{ $c.name }}{{ end }}';
  const reason = ready
    ? ', "reason": null, "message": null'
    : `, "reason": "ContainersNotReady", "message": "containers with unready status: [${names}]"`;
  return condition('Ready', ready, reason) + condition('ContainersReady', ready, reason);
}

export const initialized = condition('Initialized', true);
export const sandboxReady = (ready: boolean) => condition('PodReadyToStartContainers', ready);

export const podIp =
  'podIP: {{ PodIPWith .spec.nodeName false .metadata.uid .metadata.name .metadata.namespace | Quote }}\n';

/** A step that merges into the status; conditions are merged by type, container statuses are replaced. */
export const statusPatch = (template: string) => ({
  patch: { root: 'status', subresource: 'status', template: `${begin}\n${template}` },
});

interface PodEvent {
  type?: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** Template condition: of the first container for which it holds. */
  when?: string;
  count?: string;
}

/** A step that writes an event as a kubelet does; kwok's own event step has a fixed text and no fieldPath. */
export function podEvent({ type = 'Normal', reason, message, when = 'true', count = '1' }: PodEvent) {
  const hashed = `{{ printf "%s/%s/%s" $pod.metadata.uid $c.name ${JSON.stringify(reason + message)} | sha256sum | trunc 16 }}`;
  const ofPod = ['name', 'namespace', 'uid', 'resourceVersion'].map(
    (key) => `"${key}": {{ $pod.metadata.${key} | Quote }}`,
  );
  const fieldPath = 'spec.containers{{ "{" }}{{ $c.name }}{{ "}" }}';
  const template = `${begin}${eachContainer}{{ if ${when} }}
apiVersion: v1
kind: Event
metadata: {"name": "{{ $pod.metadata.name }}.${hashed}", "namespace": {{ $pod.metadata.namespace | Quote }}}
involvedObject: {"apiVersion": "v1", "kind": "Pod", ${ofPod.join(', ')}, "fieldPath": "${fieldPath}"}
type: ${type}
reason: ${reason}
message: "${message}"
count: ${count}
firstTimestamp: {{ or $pod.status.startTime $now | Quote }}
lastTimestamp: {{ $now | Quote }}
source: {"component": "kubelet", "host": {{ $pod.spec.nodeName | Quote }}}
reportingComponent: kubelet
reportingInstance: {{ $pod.spec.nodeName | Quote }}
{{ break }}{{ end }}{{ end }}`;
  return { apply: { template } };
}
