import type { DryRun } from '../core/causes/dryRun';
import type { Fact, FileObject } from '../core/causes/facts';
import type { Finding } from '../core/causes/finding';
import type { FieldPath } from '../core/fieldPath';
import { findingsOfObject } from '../core/causes/permissions/objectRefused';
import { errorMessage, isAbort } from '../util/errors';
import { bodyOf } from './apply';
import { ask, DEADLINE_MS, type Asking } from './dryRuns';
import { type Json, record, text } from './json';
import type { WriteContext } from './write/door';
import type { TrialPermit } from './write/permit';

export interface ObjectRequest {
  /** Any object but a workload, as the manifest has it. */
  readonly object: Json;
  /** For an object that names none itself. */
  readonly namespace: string;
  readonly sameFile: readonly FileObject[];
  readonly permit: TrialPermit;
  readonly signal?: AbortSignal | undefined;
}

/** Asks the server to judge an apply of this object, and to store nothing. Throws nothing but the abort of the signal. */
export async function foreseeObject(request: ObjectRequest, context: WriteContext): Promise<readonly Finding[]> {
  const { object, sameFile } = request;
  const [apiVersion, kind] = [text(object.apiVersion), text(object.kind)];
  const name = text(record(object.metadata).name);
  // SOPS encrypts values in place and adds a field that no kind has: the text is not what will be applied.
  if (apiVersion === undefined || kind === undefined || name === undefined || 'sops' in object) return [];
  return findingsOfObject({ object, sameFile, answer: await answerTo(request, context, { apiVersion, kind, name }) });
}

interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

async function answerTo(
  { object, namespace: otherwise, permit, signal }: ObjectRequest,
  context: WriteContext,
  { apiVersion, kind, name }: Identity,
): Promise<Fact<DryRun> | null> {
  try {
    const found = await context.discovery.find(apiVersion, kind, signal);
    if (!found) return null;
    const namespace = found.namespaced ? (text(record(object.metadata).namespace) ?? otherwise) : undefined;
    const asking: Asking = { context, permit, timeout: DEADLINE_MS, signal };
    const body = bodyOf(object, namespace);
    const target = { apiVersion, kind, namespace, name };
    const trial = { target, what: `${kind} ${name}`, pathOf: (path: FieldPath) => path };
    const applied = await ask(asking, {
      ...trial,
      write: { verb: 'apply', object: body, force: true, seen: undefined },
    });
    // kubectl creates what is not there, for which one need not be allowed to patch.
    if (applied.state !== 'forbidden') return applied;
    const created = await ask(asking, { ...trial, write: { verb: 'create', object: body } });
    return created.state === 'known' && !existed(created.value, body) ? created : applied;
  } catch (error) {
    if (isAbort(error)) throw error;
    return { state: 'unavailable', reason: errorMessage(error) };
  }
}

/** `ask` answers with the very object that was sent where there is one of that name already. */
function existed(answer: DryRun, body: Json): boolean {
  return answer.kind === 'admitted' && answer.object === body;
}
