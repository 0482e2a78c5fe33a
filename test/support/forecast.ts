import assert from 'node:assert/strict';
import { checkWorkload } from '../../src/core/causes/checkWorkload';
import type { Fact, Facts } from '../../src/core/causes/facts';
import { noFacts } from '../../src/core/causes/noFacts';
import { readWorkloadSpec } from '../../src/core/kube/readWorkloadSpec';
import { parseManifests } from '../../src/core/manifest/parseManifests';

/** A ServiceAccount as it is made, with nothing to it. */
export const plainAccount = { imagePullSecrets: [], secrets: [], onlyItsSecrets: false };

/** The class of claims that name none, as most clusters have one. */
const standardClass = {
  ...{ name: 'standard', isDefault: true, provisioner: 'example.com/disk' },
  ...{ bindingMode: 'WaitForFirstConsumer', allowsExpansion: false },
};

const known = <T>(value: T): Fact<T> => ({ state: 'known', value });

/** A namespace in which nothing is, on a server of the main version; a test says what is there. */
export function factsOf(
  more: { readonly [Name in keyof Facts]?: Facts[Name] extends Fact<infer T> ? T : never } = {},
): Facts {
  const nothing: Facts = {
    ...noFacts('the test does not say'),
    serverVersion: known({ major: 1, minor: 36, patch: 3 }),
    liveObject: known(null),
    liveWorkload: known(null),
    pods: known([]),
    quotas: known([]),
    limitRanges: known([]),
    serviceAccounts: known(new Map()),
    configMaps: known(new Map()),
    secrets: known(new Map()),
    access: known({ allowed: true, verb: 'patch', resource: 'statefulsets.apps', user: 'dev', reason: undefined }),
    rights: known({ incomplete: false, rules: [] }),
    namespace: known({ labels: {}, annotations: {}, terminating: false }),
    namespacePods: known([]),
    services: known(new Map()),
    claims: known([]),
    volumes: known(new Map()),
    storageClasses: known([standardClass]),
    priorityClasses: known([]),
    runtimeClasses: known(new Map()),
    nodes: known([]),
    sameFile: known([]),
  };
  const given = Object.fromEntries(Object.entries(more).map(([name, value]) => [name, known(value)]));
  return { ...nothing, ...given };
}

/** `code: line of the mark`, for each finding on the first manifest of the text. */
export function forecast(text: string, facts: Facts = factsOf()): string[] {
  return forecastMessages(text, facts).map(({ code, line }) => `${code}: ${line}`);
}

export function forecastMessages(
  text: string,
  facts: Facts = factsOf(),
): { code: string; line: string; message: string; advice: string | undefined }[] {
  const [manifest] = parseManifests(text).manifests;
  assert.ok(manifest, 'the text holds a manifest');
  const workload = readWorkloadSpec(manifest.object);
  assert.ok(workload, 'the manifest is a workload');
  return checkWorkload({ manifest, workload, facts }).findings.map(({ code, path, message, advice }) => {
    const { start } = manifest.markRange(path);
    const from = text.lastIndexOf('\n', start - 1) + 1;
    const end = text.indexOf('\n', start);
    return { code, line: text.slice(from, end < 0 ? undefined : end).trim(), message, advice };
  });
}

interface Lines {
  readonly kind?: string;
  readonly name?: string;
  readonly replicas?: number;
  readonly image?: string;
  /** Lines of spec, of the pod's spec and of the container, without indentation. */
  readonly spec?: string;
  readonly pod?: string;
  readonly container?: string;
}

/** A healthy workload, with lines added. */
export function aManifest({
  kind = 'StatefulSet',
  name = 'web',
  replicas = 3,
  image = 'web:1.1',
  ...lines
}: Lines = {}): string {
  const indent = (text: string | undefined, columns: number): string =>
    (text ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => `${' '.repeat(columns)}${line}\n`)
      .join('');
  return `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
${indent(lines.spec, 2)}  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: web }
    spec:
${indent(lines.pod, 6)}      containers:
        - name: app
          image: ${image}
${indent(lines.container, 10)}`;
}

/** The manifest as a live object. */
export function liveObjectOf(text: string): Readonly<Record<string, unknown>> {
  const [manifest] = parseManifests(text).manifests;
  assert.ok(manifest);
  return manifest.object;
}
