import { formatPath } from '../fieldPath';
import { age } from '../wording';
import { t } from '../../util/l10n';
import type { FieldChange } from './fieldChanges';
import type { Revision } from './history';

export interface HistoryText {
  readonly text: string;
  /** Where each revision begins, by its line from 0. */
  readonly lines: ReadonlyMap<number, Revision>;
}

/** The newest first: that is what people look for. */
export function historyText(history: readonly Revision[], head: readonly string[], now: number): HistoryText {
  const lines = head.map((line) => `# ${line}`);
  const places = new Map<number, Revision>();
  if (history.length === 0) lines.push('', t`No rollout history found.`);
  for (const revision of [...history].reverse()) {
    lines.push('');
    places.set(lines.length, revision);
    lines.push(...revisionLines(revision, now));
  }
  return { text: `${lines.join('\n')}\n`, lines: places };
}

function revisionLines(revision: Revision, now: number): readonly string[] {
  const { number, changeCause, created, images, changes, pods, wanted, name } = revision;
  const running = pods.length === 0 ? t`no pod runs it` : t`runs in ${pods.join(', ')}`;
  return [
    wanted ? t`revision ${number} · what the spec asks for · ${running}` : t`revision ${number} · ${running}`,
    `  ${t`cause: ${changeCause ?? '<none>'}`}`,
    `  ${t`made ${age(created, now)} ago, at ${created}, as ${name}`}`,
    ...images.map((image) => `  ${t`image: ${image}`}`),
    ...changes.map((change) => `  ~ ${changeText(change)}`),
  ];
}

/** `spec.template.spec.containers[name="app"].image: shop/web:1 → shop/web:2`. */
export function changeText({ path, before, after }: FieldChange): string {
  const field = formatPath(path);
  if (before === undefined) return t`${field}: new, ${valueText(after)}`;
  if (after === undefined) return t`${field}: gone, was ${valueText(before)}`;
  return `${field}: ${valueText(before)} → ${valueText(after)}`;
}

const LONGEST = 100;

function valueText(value: unknown): string {
  const text = typeof value === 'string' && !/\n/.test(value) ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
