import { endOfText } from './blanks';
import type { TextChange, TextRange } from './manifest';
import type { Found } from './yamlNodes';
import type { YamlEntry, YamlMap, YamlNode, YamlSeq } from './yamlTree';

/**
 * The value's range, to put another value there. `undefined` when the field is gone, or its value is that of an anchor
 * or a merge key: an edit at this place would change it for everybody who uses it.
 */
export function editableRange({ value, key, shared, parent }: Found, text: string): TextRange | undefined {
  if (!value || !parent || shared) return undefined;
  const before = key ? text.slice(key.end, value.start) : '';
  return before.includes('&') ? undefined : value;
}

/**
 * The smallest change that takes a field or an item away and leaves the rest as it was: its lines, or in brackets its
 * part of the line with a comma. `undefined` when that cannot be done without changing anything else.
 */
export function removalOf({ parent, member, shared }: Found, text: string): TextChange | undefined {
  if (!parent || !member || shared || isTwice(parent, member)) return undefined;
  const range = parent.flow ? flowPart(parent, member) : blockPart(parent, member, text);
  // What an anchor in it names may be used elsewhere.
  if (!range || /(?:^|[\s:[{,-])&[^\s&]/.test(text.slice(range.start, range.end))) return undefined;
  // `- ` alone would be an item of null, and a document alone nothing.
  const empties = parent.kind === 'map' && parent.entries.length === 1;
  if (empties && !parent.flow) return { range: { start: parent.start, end: parent.end }, newText: '{}' };
  return { range, newText: '' };
}

type Member = YamlNode | YamlEntry;

function membersOf(parent: YamlMap | YamlSeq): readonly Member[] {
  return parent.kind === 'map' ? parent.entries : parent.items;
}

/** Without the last of its name the one above would count. */
function isTwice(parent: YamlMap | YamlSeq, member: Member): boolean {
  if (parent.kind !== 'map' || !('name' in member)) return false;
  return parent.entries.filter(({ name, merge }) => name === member.name && !merge).length > 1;
}

function startOf(member: Member): number {
  return 'key' in member ? member.key.start : member.start;
}

function endOf(member: Member): number {
  return 'key' in member ? Math.max(member.value.end, member.key.end) : member.end;
}

/** `{a: 1, b: 2}` without `a: 1, ` or without `, b: 2`. */
function flowPart(parent: YamlMap | YamlSeq, member: Member): TextRange {
  const members = membersOf(parent);
  const index = members.indexOf(member);
  const [before, after] = [members[index - 1], members[index + 1]];
  if (after) return { start: startOf(member), end: startOf(after) };
  if (before) return { start: endOf(before), end: endOf(member) };
  return { start: parent.start + 1, end: parent.end - 1 };
}

function blockPart(parent: YamlMap | YamlSeq, member: Member, text: string): TextRange | undefined {
  const start = parent.kind === 'map' ? startOf(member) : dashBefore(text, startOf(member));
  const end = lineEndAfter(text, endOf(member));
  if (start === undefined || end === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const isFirstOnLine = /^\uFEFF?[ ]*$/.test(text.slice(lineStart, start));
  if (isFirstOnLine) return { start: text.charCodeAt(lineStart) === 0xfeff ? lineStart + 1 : lineStart, end };
  // Behind the dash of a list: the next one takes its place.
  const members = membersOf(parent);
  const next = members[members.indexOf(member) + 1];
  if (!next) return members.length === 1 ? { start, end } : undefined;
  const nextStart = parent.kind === 'map' ? startOf(next) : dashBefore(text, startOf(next));
  return nextStart === undefined ? undefined : { start, end: nextStart };
}

/** The dash of an item, which may stand some lines above it. */
function dashBefore(text: string, start: number): number | undefined {
  const before = endOfText(text, 0, start);
  return text[before - 1] === '-' ? before - 1 : undefined;
}

/** After the line break, over blanks and a comment; `undefined` when something else follows. */
function lineEndAfter(text: string, end: number): number | undefined {
  const newline = text.indexOf('\n', end);
  const stop = newline < 0 ? text.length : newline + 1;
  return /^:?\s*(?:#.*)?\s*$/.test(text.slice(end, stop)) ? stop : undefined;
}
