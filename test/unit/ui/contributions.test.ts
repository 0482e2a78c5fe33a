import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

interface Contributions {
  readonly commands: readonly { readonly command: string; readonly title: string }[];
  readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  readonly languages: readonly { readonly id: string }[];
  readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
}

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as { contributes: Contributions };
const sources = readdirSync('src/ui', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join('src/ui', file), 'utf8'))
  .join('\n');

const matches = (pattern: RegExp): string[] =>
  [...new Set([...sources.matchAll(pattern)].map(([, id = '']) => id))].sort();

test('every command of package.json is registered, and every registered one is in package.json', () => {
  const declared = contributes.commands.map(({ command }) => command).sort();
  assert.deepEqual(matches(/registerCommand\(\s*'([\w.]+)'/g), declared);
  assert.deepEqual(matches(/^ {2}'(ordinal\.\w+)': \[/gm), declared);
});

test('menus name only commands that exist', () => {
  const declared = new Set(contributes.commands.map(({ command }) => command));
  const strays = Object.values(contributes.menus)
    .flat()
    .filter(({ command }) => !declared.has(command));
  assert.deepEqual(strays, []);
});

test('view and language ids are those that the code uses', () => {
  assert.deepEqual(
    matches(/VIEW_ROLLOUTS = '([\w.]+)'/g),
    Object.values(contributes.views)
      .flat()
      .map(({ id }) => id),
  );
  assert.deepEqual(
    matches(/ROLLOUT_LANGUAGE = '([\w-]+)'/g),
    contributes.languages.map(({ id }) => id),
  );
});

test('every setting is read, and every setting that is read is declared', () => {
  const read = matches(/\bget(?:<[^(]*>)?\('(\w+)',/g).filter((name) => name !== 'name');
  assert.deepEqual(
    read.map((name) => `ordinal.${name}`),
    Object.keys(contributes.configuration.properties).sort(),
  );
});
