import type { Cluster } from '../../cluster/main';
import { asFields, asList, asNumber, asText, type Fields } from '../../core/kube/readers';
import { blockText } from '../../core/manifest/blockText';
import type { ObjectKey } from '../../core/objects';
import { age } from '../../core/wording';
import { t } from '../../util/l10n';

/** A workload, or one pod of it: its conditions and events in short, and then all of it as the server has it. */
export async function describeText(
  cluster: Cluster,
  { key, podName, now }: { readonly key: ObjectKey; readonly podName: string; readonly now: number },
): Promise<string> {
  const about = podName === '' ? key : { ...key, kind: 'Pod', name: podName };
  const { kind, namespace, name } = about;
  const object = await cluster.read({ apiVersion: podName === '' ? 'apps/v1' : 'v1', kind, namespace, name });
  const head = `# ${t`${kind} ${name} in ${cluster.context.name}/${namespace}`}`;
  if (!object) return `${head}\n# ${t`not in the cluster`}\n`;
  const events = await cluster.events({ namespace, names: [name] }).catch(inWords);
  const conditions = asList(asFields(object.status).conditions).map((each) => conditionLine(asFields(each)));
  const parts = [
    [head],
    ['# conditions', ...(conditions.length > 0 ? conditions : [`  ${t`none`}`])],
    ['# events', ...(typeof events === 'string' ? [`  ${events}`] : eventLines(events, now, false))],
    [`# ${t`as the server has it, without managedFields`}`, '', blockText(withoutNoise(object))],
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The events of a workload, its pods and what else is named after it, the latest last. */
export async function eventsText(
  cluster: Cluster,
  { key, podNames, now }: { readonly key: ObjectKey; readonly podNames: readonly string[]; readonly now: number },
): Promise<string> {
  const { kind, namespace, name } = key;
  const events = await cluster.events({ namespace, names: [name, ...podNames] });
  const head = `# ${t`events of ${kind} ${name} and its pods in ${cluster.context.name}/${namespace}, the latest last`}`;
  return `${[head, ...eventLines(events, now, true)].join('\n')}\n`;
}

function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `Ready  False  ContainersNotReady: containers with unready status: [app]`. */
function conditionLine({ type, status, reason, message }: Fields): string {
  const why = [asText(reason), asText(message)].filter((part) => part !== undefined && part !== '').join(': ');
  return `  ${(asText(type) ?? '').padEnd(28)} ${(asText(status) ?? '').padEnd(7)} ${why}`.trimEnd();
}

function eventLines(events: readonly Fields[], now: number, named: boolean): readonly string[] {
  const lines = events
    .map((event) => ({ event, at: timeOf(event) }))
    .sort((a, b) => a.at.localeCompare(b.at))
    .map(({ event, at }) => eventLine(event, { at, now, named }));
  return lines.length > 0 ? lines : [`  ${t`none; the server keeps events for an hour as a rule`}`];
}

function timeOf({ lastTimestamp, eventTime, metadata, series }: Fields): string {
  const seen = asText(asFields(series).lastObservedTime) ?? asText(lastTimestamp) ?? asText(eventTime);
  return seen ?? asText(asFields(metadata).creationTimestamp) ?? '';
}

function eventLine(event: Fields, { at, now, named }: { at: string; now: number; named: boolean }): string {
  const { type, reason, message, count, involvedObject } = event;
  const times = asNumber(count) ?? 1;
  const { kind, name } = asFields(involvedObject);
  const about = named ? ` ${asText(kind) ?? ''} ${asText(name) ?? ''}:` : '';
  const often = times > 1 ? ` (×${times})` : '';
  return `  ${age(at, now).padStart(4)} ${(asText(type) ?? '').padEnd(8)}${about} ${asText(reason) ?? ''}${often}: ${asText(message) ?? ''}`;
}

function withoutNoise(object: Fields): Fields {
  const metadata = Object.entries(asFields(object.metadata)).filter(([name]) => name !== 'managedFields');
  return { ...object, metadata: Object.fromEntries(metadata) };
}
