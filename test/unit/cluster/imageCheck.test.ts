import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ClusterOfImages, ImageChecker } from '../../../src/cluster/imageCheck';
import { systemClock } from '../../../src/cluster/clock';
import type { Json } from '../../../src/cluster/json';
import { type Registry, startRegistry } from '../../support/imageRegistry';

let registry: Registry;
before(async () => {
  registry = await startRegistry();
});
after(() => registry.stop());

const HOST = 'registry.example.org';

/** Every other host is one where nothing listens. */
function checker(): ImageChecker {
  const urlOf = (host: string): URL => (host === HOST ? registry.url : new URL('http://127.0.0.1:1'));
  return new ImageChecker({ clock: systemClock, env: {}, urlOf });
}

function workload(image: string, more: Json = {}): Json {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api' },
    spec: {
      selector: { matchLabels: { app: 'api' } },
      template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name: 'api', image }], ...more } },
    },
  };
}

function cluster(host: string, live: Json | null = null): ClusterOfImages {
  const auths = { [host]: { username: 'user', password: 'secret' } };
  const content = Buffer.from(JSON.stringify({ auths })).toString('base64');
  return {
    get: (plural) => Promise.resolve(plural === 'secrets' ? { data: { '.dockerconfigjson': content } } : null),
    facts: () => Promise.resolve({ liveObject: { state: 'known', value: live }, nodes: { state: 'known', value: [] } }),
  };
}

const SECRET = { imagePullSecrets: [{ name: 'pull' }] };

test('a tag that the registry lacks is found, on the image of its container', async () => {
  const { findings } = await checker().check(workload(`${HOST}/team/web:9.9`));
  assert.deepEqual(
    findings.map(({ path, message }) => [path.at(-1), message]),
    [['image', `The registry ${HOST} has no team/web:9.9: the pods cannot be started.`]],
  );
});

test('nothing is said of an image that is there, and only its manifest is asked for, without a body', async () => {
  const before = registry.requests.length;
  assert.deepEqual(await checker().check(workload(`${HOST}/team/web:1.0`)), { findings: [], notChecked: [] });
  const lines = registry.requests.slice(before).map(({ line }) => line);
  assert.deepEqual(
    lines.map((line) => line.split('?')[0]),
    ['HEAD /v2/team/web/manifests/1.0', 'GET /token', 'HEAD /v2/team/web/manifests/1.0'],
  );
});

test('a private image is not told from a missing one without a login, and counts as not checked', async () => {
  const { findings, notChecked } = await checker().check(workload(`${HOST}/private/web:9.9`));
  assert.deepEqual(findings, []);
  assert.equal(notChecked.length, 1);
});

test('the pull secret of the pod logs in to the registry it is for', async () => {
  const { findings } = await checker().check(workload(`${HOST}/private/web:9.9`, SECRET), cluster(HOST));
  assert.equal(findings.length, 1);
  assert.deepEqual(await checker().check(workload(`${HOST}/private/web:1.1`, SECRET), cluster(HOST)), {
    findings: [],
    notChecked: [],
  });
});

test('a pull secret for another registry is not sent', async () => {
  const before = registry.requests.length;
  await checker().check(workload(`${HOST}/private/web:1.1`, SECRET), cluster('elsewhere.example.org'));
  const basic = registry.requests.slice(before).filter(({ authorization }) => authorization?.startsWith('Basic'));
  assert.ok(registry.requests.length > before);
  assert.deepEqual(basic, []);
});

test('a login goes to no service of another domain that a registry names', async () => {
  const foreign = await startRegistry();
  foreign.realm = registry.url.href.replace('127.0.0.1', 'localhost');
  const before = registry.requests.length;
  try {
    const urlOf = (): URL => foreign.url;
    const images = new ImageChecker({ clock: systemClock, env: {}, urlOf });
    await images.check(workload(`${HOST}/private/web:1.1`, SECRET), cluster(HOST));
    const sent = registry.requests.slice(before).filter(({ authorization }) => authorization !== undefined);
    assert.deepEqual(sent, []);
  } finally {
    foreign.stop();
  }
});

test('an image that runs already is left alone, and so is one that is never pulled', async () => {
  const image = `${HOST}/team/web:9.9`;
  assert.deepEqual((await checker().check(workload(image), cluster(HOST, workload(image)))).findings, []);
  const never = { containers: [{ name: 'api', image, imagePullPolicy: 'Never' }] };
  assert.deepEqual((await checker().check(workload(image, never))).findings, []);
});

test('a registry that does not answer is named as not checked', async () => {
  const { findings, notChecked } = await checker().check(workload('nowhere.example.org/web:1'));
  assert.deepEqual(findings, []);
  assert.match(notChecked[0]?.reason ?? '', /^nowhere\.example\.org does not answer: /);
});
