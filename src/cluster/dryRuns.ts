import type { DryRun } from '../core/causes/dryRun';
import type { Fact } from '../core/causes/facts';
import { type DryRunFacts, noDryRuns } from '../core/causes/noFacts';
import type { FieldPath } from '../core/fieldPath';
import { claimOfTemplate, podOfWorkload, type PodOfWorkload } from '../core/kube/podOfWorkload';
import { errorMessage, isAbort } from '../util/errors';
import { ApiError } from './apiErrors';
import { bodyOf } from './apply';
import { applyProblemOf } from './applyProblem';
import { type Json, list, record, text } from './json';
import { deployments, statefulSets } from './resources';
import { send, type Write, type WriteContext } from './write/door';
import type { TrialPermit, WriteTarget } from './write/permit';
import { t } from '../util/l10n';

export interface DryRunRequest {
  /** A StatefulSet or Deployment as the manifest has it. */
  readonly object: Json;
  /** For an object that names none itself. */
  readonly namespace: string;
  readonly permit: TrialPermit;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 5000 when left out. */
  readonly deadline?: number;
}

export const DEADLINE_MS = 5_000;

/** Claims beyond these are not tried: each costs a request. */
const MOST_CLAIMS = 3;

/**
 * Asks the server to check an apply, then one pod and the claims that its controllers would make of it, and to store
 * nothing. Each request is authorised, and seen by webhooks, as the real one. Throws nothing but the abort of the signal.
 */
export async function dryRun(request: DryRunRequest, context: WriteContext): Promise<DryRunFacts> {
  const { object, permit, deadline = DEADLINE_MS, signal } = request;
  const metadata = record(object.metadata);
  const namespace = text(metadata.namespace) ?? request.namespace;
  const name = text(metadata.name);
  if (name === undefined) return noDryRuns(t`The manifest has no metadata.name.`);
  const asking: Asking = { context, permit, timeout: deadline, signal };
  const resource = object.kind === 'Deployment' ? deployments : statefulSets;
  const workloadDryRun = await ask(asking, {
    // In a dry run nothing is taken from anybody: who owns which field is asked at the apply.
    write: { verb: 'apply', object: bodyOf(object, namespace), force: true, seen: undefined },
    target: {
      apiVersion: 'apps/v1',
      kind: object.kind === 'Deployment' ? 'Deployment' : 'StatefulSet',
      namespace,
      name,
    },
    what: `${resource.fullName} ${namespace}/${name}`,
    pathOf: (path) => path,
  });
  const made: PodOfWorkload = { object: withReplicas(object, workloadDryRun), namespace };
  const [podDryRun, claimDryRuns] = await Promise.all([dryRunPod(asking, made), dryRunClaims(asking, made)]);
  return { workloadDryRun, podDryRun, claimDryRuns };
}

/**
 * The text as it is, not as the server answers it: kubectl's own apply takes away what the manifest no longer has, while
 * the answer to ours keeps what kubectl owns. Only how many pods there are is the server's to say.
 */
function withReplicas(object: Json, answer: Fact<DryRun>): Json {
  const spec = record(object.spec);
  if (answer.state !== 'known' || answer.value.kind !== 'admitted') return object;
  return { ...object, spec: { ...spec, replicas: record(answer.value.object.spec).replicas } };
}

function dryRunPod(asking: Asking, made: PodOfWorkload): Promise<Fact<DryRun>> {
  const pod = podOfWorkload(made);
  const name = text(record(pod.metadata).name) ?? '';
  return ask(asking, {
    write: { verb: 'create', object: pod },
    target: { apiVersion: 'v1', kind: 'Pod', namespace: made.namespace, name },
    what: t`pod ${name}`,
    pathOf: (path) => podPathOf(path, made.object.kind === 'StatefulSet'),
  });
}

/** Where a field of the pod that was made stands in the workload: its name and domain are those of the set. */
function podPathOf(path: FieldPath, ofSet: boolean): FieldPath {
  const [first, second] = path;
  if (first === 'metadata' && (second === 'name' || second === undefined)) return ['metadata', 'name'];
  if (ofSet && first === 'spec' && second === 'subdomain') return ['spec', 'serviceName'];
  if (ofSet && first === 'spec' && second === 'hostname') return ['metadata', 'name'];
  return ['spec', 'template', ...path];
}

async function dryRunClaims(asking: Asking, made: PodOfWorkload): Promise<Fact<ReadonlyMap<string, DryRun>>> {
  const templates = list(record(made.object.spec).volumeClaimTemplates).slice(0, MOST_CLAIMS);
  const answers = await Promise.all(
    templates.map((_, index) =>
      ask(asking, {
        write: { verb: 'create', object: claimOfTemplate(made, index) },
        target: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: made.namespace, name: '' },
        what: 'a claim',
        pathOf: (path) => ['spec', 'volumeClaimTemplates', index, ...path],
      }),
    ),
  );
  const map = new Map<string, DryRun>();
  for (const [index, answer] of answers.entries()) {
    if (answer.state !== 'known') return answer;
    map.set(text(record(record(templates[index]).metadata).name) ?? '', answer.value);
  }
  return { state: 'known', value: map };
}

export interface Asking {
  readonly context: WriteContext;
  readonly permit: TrialPermit;
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

interface Trial {
  readonly write: Extract<Write, { readonly object: Json }>;
  readonly target: WriteTarget;
  readonly what: string;
  /** Where a field of the object that was sent stands in the manifest. */
  readonly pathOf: (path: FieldPath) => FieldPath;
}

/** One object, tried and not stored. Throws nothing but the abort of the signal. */
export async function ask(
  { context, permit, timeout, signal }: Asking,
  { write, target, what, pathOf: place }: Trial,
): Promise<Fact<DryRun>> {
  try {
    const answer = await send({ write, target, permit, dryRun: true, timeout, signal }, context);
    return { state: 'known', value: { kind: 'admitted', object: record(answer.body), warnings: answer.warnings } };
  } catch (error) {
    if (isAbort(error)) throw error;
    return error instanceof ApiError
      ? refusal(error, { body: write.object, what, place })
      : unavailable(errorMessage(error));
  }
}

function unavailable(reason: string): Fact<never> {
  return { state: 'unavailable', reason };
}

interface Sent {
  readonly body: Json;
  readonly what: string;
  readonly place: Trial['pathOf'];
}

function refusal(error: ApiError, { body, what, place }: Sent): Fact<DryRun> {
  const { status, reason, serverMessage, right } = error;
  if (right !== undefined) return { state: 'forbidden', right };
  // Existence is asked last (registry/generic/registry/store.go): all else has passed.
  if (reason === 'AlreadyExists') return { state: 'known', value: { kind: 'admitted', object: body, warnings: [] } };
  // A webhook that may act on a dry run as on the real thing is not called: nothing is known then.
  if (/does not support dry run/.test(serverMessage)) return unavailable(serverMessage);
  if (status === 401 || status === 429 || status === 503) return unavailable(error.message);
  const fields = (applyProblemOf(error, what)?.fields ?? [])
    .filter(({ text: path }) => path !== '')
    .map(({ path, message }) => ({ path: place(path), message }));
  return { state: 'known', value: { kind: 'refused', status, reason, message: serverMessage, fields, warnings: [] } };
}
