import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An object as the API server had it, without what nobody derives anything of. */
export type Recorded = Readonly<Record<string, unknown>>;

export type Kind = 'workload' | 'pod' | 'replicaSet' | 'event';

/** What has changed since the frame before. */
export interface Frame {
  /** Milliseconds since the story began. */
  readonly at: number;
  /** What the teller did just before. */
  readonly did?: string;
  readonly put?: readonly { readonly kind: Kind; readonly object: Recorded }[];
  /** Uids. */
  readonly gone?: readonly string[];
}

/** One rollout as a real cluster played it. */
export interface Story {
  readonly title: string;
  readonly kubernetes: string;
  readonly nodes: 'kwok' | 'kubelet';
  /** When it began, RFC 3339. */
  readonly began: string;
  readonly frames: readonly Frame[];
  /** Last lines of crashed containers at the end, by `pod/container`. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
}

const FOLDER = join('test', 'stories', 'recorded');

export function storyNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

export function readStory(name: string): Story {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Story;
}

/** A frame a line, so that a difference can be read. */
export function writeStory(name: string, { frames, ...about }: Story): void {
  const head = JSON.stringify(about).slice(0, -1);
  const lines = frames.map((frame) => JSON.stringify(frame)).join(',\n');
  writeFileSync(join(FOLDER, `${name}.json`), `${head},"frames":[\n${lines}\n]}\n`);
}

const goldenFile = (name: string): string => join(FOLDER, `${name}.txt`);

export function readGolden(name: string): string | undefined {
  return existsSync(goldenFile(name)) ? readFileSync(goldenFile(name), 'utf8') : undefined;
}

export function writeGolden(name: string, text: string): void {
  writeFileSync(goldenFile(name), text);
}
