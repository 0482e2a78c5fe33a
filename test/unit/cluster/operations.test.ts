import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Credentials } from '../../../src/cluster/credentials';
import { readLogs } from '../../../src/cluster/operations';
import { Transport } from '../../../src/cluster/transport';
import { FakeApiServer } from '../../support/fakeApiServer';
import { ManualClock } from '../../support/manualClock';

const LOG = { namespace: 'db', pod: 'web-0', container: 'app' };

let server: FakeApiServer;
let transport: Transport;

beforeEach(async () => {
  server = await FakeApiServer.start();
  const clock = new ManualClock();
  const cluster = { value: { server: server.url }, folder: '' };
  const credentials = new Credentials({ cluster, user: { value: {}, folder: '' }, clock });
  transport = new Transport({ server: new URL(server.url), proxy: undefined, credentials, clock });
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
