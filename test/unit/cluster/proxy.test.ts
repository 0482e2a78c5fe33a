import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proxyFromEnvironment } from '../../../src/cluster/proxy';

function proxyOf(server: string, NO_PROXY = ''): string | undefined {
  return proxyFromEnvironment(new URL(server), { https_proxy: 'proxy.example:3128', NO_PROXY });
}

test('takes the proxy of the environment, in either case of letters, and makes it a URL', () => {
  assert.equal(proxyOf('https://cluster.example'), 'http://proxy.example:3128');
  assert.equal(proxyFromEnvironment(new URL('https://cluster.example'), {}), undefined);
});

test('never goes to the own machine through a proxy', () => {
  for (const server of ['https://localhost:6443', 'https://127.0.0.2:6443', 'https://[::1]:6443']) {
    assert.equal(proxyOf(server), undefined, server);
  }
});

test('connects directly to what NO_PROXY names', () => {
  const direct: readonly (readonly [string, string])[] = [
    ['https://cluster.example', '*'],
    ['https://cluster.example', 'other, cluster.example'],
    ['https://a.cluster.example', 'cluster.example'],
    ['https://a.cluster.example', '.cluster.example'],
    ['https://cluster.example:6443', 'cluster.example:6443'],
    ['https://10.1.2.3:6443', '10.0.0.0/8'],
    ['https://10.1.2.3', '10.1.2.3'],
    ['https://[fd00::1]', 'fd00::/8'],
  ];
  for (const [server, list] of direct) assert.equal(proxyOf(server, list), undefined, `${server} with ${list}`);
});

test('goes through the proxy to what NO_PROXY does not name', () => {
  const through: readonly (readonly [string, string])[] = [
    ['https://cluster.example', '.cluster.example'],
    ['https://mycluster.example', 'cluster.example'],
    ['https://cluster.example:6443', 'cluster.example:443'],
    ['https://11.1.2.3', '10.0.0.0/8'],
    ['https://10.1.2.3', 'fd00::/8'],
  ];
  for (const [server, list] of through) assert.notEqual(proxyOf(server, list), undefined, `${server} with ${list}`);
});
