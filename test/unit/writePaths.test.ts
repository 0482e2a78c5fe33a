import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { test } from 'node:test';

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.split(sep).join('/'));

const textOf = (file: string): string =>
  readFileSync(join('src', file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');

const filesWith = (pattern: RegExp, of: readonly string[] = files): readonly string[] =>
  of.filter((file) => pattern.test(textOf(file))).sort();

/** What may name a method that is no GET, and why that is no way around the gate. */
const METHODS: Readonly<Record<string, string>> = {
  'cluster/write/door.ts': 'the door: asks for a permit, sends the precondition, leaves a record',
  'cluster/write/rights.ts': 'SelfSubjectAccessReview: an answer that is called an object',
  'cluster/factSource.ts': 'reviews of rights: answers that are called objects',
  'cluster/transport.ts': 'the type of the method, and its default',
  'cluster/oidc.ts': 'an identity provider, no cluster',
};

/** Calls of the cluster floor that write. */
const WRITES = /\bcluster\.(?:apply|deletePod|write|changeWorkload)\(/;

test('only the door, and what stores nothing, names a method that is no GET', () => {
  const found = filesWith(/'(?:POST|PUT|PATCH|DELETE)'/);
  assert.deepEqual(
    found.filter((file) => !(file in METHODS)),
    [],
  );
  assert.ok(found.includes('cluster/write/door.ts'));
});

test('only the gate makes a permit', () => {
  assert.deepEqual(filesWith(/\bas (?:unknown as )?(?:Write|Trial)Permit\b|<(?:Write|Trial)Permit>\w/), [
    'ui/act/writeGate.ts',
  ]);
});

test('nobody writes around the transport', () => {
  const own = ['cluster/transport.ts', 'cluster/agents.ts', 'cluster/oidc.ts', 'cluster/proxy.ts'];
  const strays = filesWith(
    /\b(?:await|return|=) fetch\(|\bhttps?\.(?:request|get|ClientRequest)\b|from 'node:https?'|\bnew WebSocket\b/,
  );
  assert.deepEqual(
    strays.filter((file) => !own.includes(file) && !/^import type [^;]*from 'node:https?'/m.test(textOf(file))),
    [],
  );
});

test('every write of the user interface passes the gate, which names context, namespace and object', () => {
  const writers = filesWith(
    WRITES,
    files.filter((file) => file.startsWith('ui/')),
  );
  assert.ok(writers.length > 0);
  for (const file of writers) {
    const text = textOf(file);
    assert.match(
      text,
      /gate\.(?:permit|askForTrials|trial)\(|\bpermit: (?:Write|Trial)Permit/,
      `${file} asks the gate`,
    );
    for (const [call] of text.matchAll(/\bcluster\.(?:apply|deletePod|write|changeWorkload)\(\{[^}]*\}/g))
      assert.match(call, /permit/, `${file}: ${call}`);
  }
  const gate = textOf('ui/act/writeGate.ts');
  for (const part of [
    'isTrusted',
    "policyOf(context) === 'readOnly'",
    'missingRights(',
    'detailOf(intent)',
    'auditLine(',
  ])
    assert.ok(gate.includes(part), part);
});

test('every kind of write at the door has a precondition or says that there was no object', () => {
  const door = textOf('cluster/write/door.ts');
  const union = /export type Write =([\s\S]*?);\n\n/.exec(door)?.[1] ?? '';
  const kinds = union.split(/\n {2}\| \{/).slice(1);
  assert.ok(kinds.length >= 5);
  for (const kind of kinds) assert.match(kind, /\bseen: |verb: 'create'/);
});
