import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { Agents } from '../../../src/cluster/agents';
import { FakeApiServer } from '../../support/fakeApiServer';
import { eventually } from '../../support/manualClock';

test('gives connections of their own to a certificate that was renewed, and closes those of the old one', async () => {
  const server = await FakeApiServer.start();
  const agents = new Agents({ server: new URL(server.url), proxy: undefined });
  const old = await agents.agentFor({ cert: 'first' });
  await new Promise((done) => {
    request(`${server.url}/api`, { agent: old }, (response) => response.resume().on('end', done)).end();
  });
  await eventually('a kept connection', () => Object.values(old.freeSockets).length === 1);
  assert.equal(await agents.agentFor({ cert: 'first' }), old);
  assert.notEqual(await agents.agentFor({ cert: 'second' }), old);
  await eventually('its end', () => server.openSockets === 0);
  agents.dispose();
  await server.close();
});
