import type { FieldPath, FieldStep } from '../fieldPath';
import { blockText, entryText } from './blockText';
import type { Manifest, TextChange } from './manifest';
import type { YamlMap, YamlNode, YamlSeq } from './yamlTree';

/**
 * The text that puts a value where the manifest has none, behind what the nearest map or list above it holds already.
 * `undefined` when that cannot be done without changing other fields: anchors, merges, a scalar in the way.
 */
export function insertionOf(manifest: Manifest, path: FieldPath, { value, text }: Inserted): TextChange | undefined {
  const { offset } = manifest;
  for (let depth = path.length - 1; depth >= 0; depth--) {
    const holder = manifest.nodeAt(path.slice(0, depth));
    if (holder?.shared) return undefined;
    if (!holder) continue;
    const [step = '', ...rest] = path.slice(depth);
    const change = insertInto(holder.node, step, { value: wrapped(rest, value), text: text.slice(offset) });
    return change && { ...change, range: { start: change.range.start + offset, end: change.range.end + offset } };
  }
  return undefined;
}

interface Inserted {
  readonly value: unknown;
  /** Of the file. */
  readonly text: string;
}

/** Maps and lists around a value that are not there either. */
function wrapped(path: FieldPath, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, step) => (typeof step === 'string' ? { [step]: inner } : [inner]), value);
}

function insertInto(holder: YamlNode, step: FieldStep, { value, text }: Inserted): TextChange | undefined {
  if (holder.kind === 'map' && typeof step === 'string') {
    if (holder.flow || holder.entries.length === 0) return intoFlow(holder, `${flow(step)}: ${flow(value)}`);
    const column = columnOf(text, holder.entries[0]?.key.start ?? holder.start);
    return below(holder, entryText(step, value, column), { column, text });
  }
  if (holder.kind === 'seq' && typeof step !== 'string') {
    if (holder.flow || holder.items.length === 0) return intoFlow(holder, flow(value));
    const dash = text.lastIndexOf('-', (holder.items[0]?.start ?? holder.start) - 1);
    const column = columnOf(text, dash);
    return below(holder, `- ${blockText(value, column + 2)}`, { column, text });
  }
  return undefined;
}

/** JSON is YAML in flow style. */
function flow(value: unknown): string {
  return JSON.stringify(value);
}

function intoFlow(holder: YamlMap | YamlSeq, added: string): TextChange {
  const filled = holder.kind === 'map' ? holder.entries.length > 0 : holder.items.length > 0;
  const at = holder.end - 1;
  return { range: { start: at, end: at }, newText: filled ? `, ${added}` : added };
}

interface Below {
  readonly column: number;
  readonly text: string;
}

/** After the line on which the holder ends, with its comment. */
function below({ end }: YamlNode, added: string, { column, text }: Below): TextChange {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const newline = text.indexOf('\n', end);
  const at = newline < 0 ? text.length : text[newline - 1] === '\r' ? newline - 1 : newline;
  return { range: { start: at, end: at }, newText: `\n${' '.repeat(column)}${added}`.replaceAll('\n', eol) };
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
