import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { matches } from '../../../src/ui/contextPolicy';

const { contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  contributes: { configuration: { properties: Record<string, { default: readonly string[] }> } };
};
const byDefault = contributes.configuration.properties['ordinal.protectedContexts']?.default ?? [];

const named = (name: string, cluster = 'c', server = 'https://10.0.0.1:6443') => ({ name, cluster, server });

test('production-like names are protected by default', () => {
  const names = [
    'prod',
    'prod-eu1',
    'eu_PROD2',
    'arn:aws:eks:eu-west-1:123:cluster/production',
    'shop.live',
    'gke_acme-prd',
  ];
  assert.deepEqual(
    names.filter((name) => !matches(named(name), byDefault)),
    [],
  );
});

test('names that only sound like it are not', () => {
  const names = ['dev', 'product-team', 'reproduction', 'delivery', 'non-prod', 'eu-pre-prod-2', 'nonprod', 'olive'];
  assert.deepEqual(
    names.filter((name) => matches(named(name), byDefault)),
    [],
  );
});

test('a context with a harmless name that leads to production is protected', () => {
  assert.ok(matches(named('default', 'shop-prod'), byDefault));
  assert.ok(matches(named('default', 'c', 'https://api.prod.example.com'), byDefault));
});

test('a star stands for anything, and the whole name is meant', () => {
  assert.ok(matches(named('team-a-eu'), ['team-*-eu']));
  assert.ok(!matches(named('my-team-a-eu'), ['team-*-eu']));
  assert.ok(matches(named('a.b'), ['*']));
  assert.ok(!matches(named('a.b'), ['*', '!*']));
});

test('a pattern is no regular expression, and an empty one fits nothing', () => {
  assert.ok(!matches(named('axb'), ['a.b']));
  assert.ok(!matches(named('web'), ['', ' ']));
});
