import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { readLogs } from '../../../src/cluster/operations';
import type { Transport } from '../../../src/cluster/transport';
import { FakeApiServer } from '../../support/fakeApiServer';
import { transportTo } from '../../support/fakeTransport';
import { ManualClock } from '../../support/manualClock';

const LOG = { namespace: 'db', pod: 'web-0', container: 'app' };

let server: FakeApiServer;
let transport: Transport;

beforeEach(async () => {
  server = await FakeApiServer.start();
  transport = transportTo(server, new ManualClock());
});

afterEach(async () => {
  transport.dispose();
  await server.close();
});

test('reads the last lines of a container, of the run before when asked', async () => {
  server.fail({ status: 200, body: 'one\r\ntwo\n\nfour\n' });
  assert.deepEqual(await readLogs({ ...LOG, previous: true }, transport), ['one', 'two', '', 'four']);
  const { path, query } = server.received[0] ?? assert.fail();
  assert.equal(path, '/api/v1/namespaces/db/pods/web-0/log');
  assert.deepEqual(query, { container: 'app', tailLines: '20', limitBytes: '262144', previous: 'true' });
});

test('has no lines of a container that wrote nothing', async () => {
  server.fail({ status: 200, body: '' });
  assert.deepEqual(await readLogs(LOG, transport), []);
});
