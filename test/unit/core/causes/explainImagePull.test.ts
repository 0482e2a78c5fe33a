import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodContainer } from '../../../../src/core/objects';
import { event, said } from '../../../support/explained';
import { liveContainer, livePod } from '../../../support/liveObjects';

test('image pull: what the registry said decides, in the words of several runtimes', () => {
  const rows: [string, string][] = [
    [
      'rpc error: code = NotFound desc = failed to pull and unpack image "a": failed to resolve reference "a": a: not found',
      'not found: the registry has no such image or tag',
    ],
    [
      'pulling from host r failed with status code [manifests 1]: 401 Unauthorized',
      'not authorised (401 or 403), or it does not exist',
    ],
    [
      'pull access denied, repository does not exist or may require authorization: authorization failed',
      'not authorised (401 or 403), or it does not exist',
    ],
    [
      'failed to resolve reference "r/denied/web:4.0.403": r/denied/web:4.0.403: not found',
      'not found: the registry has no such image or tag',
    ],
    [
      'unexpected status from HEAD request to https://r/v2/web/manifests/4.0.404: 403 Forbidden',
      'not authorised (401 or 403), or it does not exist',
    ],
    [
      'failed to do request: Head "https://r/v2": dial tcp 10.0.0.1:443: i/o timeout',
      'the registry cannot be reached from the node',
    ],
    ['no match for platform in manifest: not found', 'not found for the architecture of the node'],
    ['toomanyrequests: You have reached your pull rate limit', 'the registry limits the rate of pulls'],
    [
      'failed to do request: Head "https://r/v2": dial tcp: lookup r: no such host',
      'the registry cannot be reached from the node',
    ],
  ];
  for (const [message, words] of rows) {
    const state = { kind: 'waiting', reason: 'ErrImagePull', message } as const;
    const pod = livePod('web-2', { ready: false, containers: [liveContainer({ state, ready: false })] });
    const [[where, text] = ['', '']] = said({ pods: [pod] });
    assert.match(where, /image-pull-failed @ spec\.template\.spec\.containers\[name="app"\]\.image$/);
    assert.ok(text.startsWith(`web-2 cannot pull registry.example.com/web:1.1: ${words} (ErrImagePull).`), text);
  }
});

test('image pull: an older kubelet says only that it backs off; the event has the reason', () => {
  const state = { kind: 'waiting', reason: 'ImagePullBackOff', message: 'Back-off pulling image "a"' } as const;
  const pod = livePod('web-2', { ready: false, containers: [liveContainer({ state, ready: false })] });
  const failed = event(
    { reason: 'Failed', message: 'Failed to pull image "a": rpc error: code = NotFound desc = a: not found' },
    { kind: 'Pod', name: 'web-2', uid: pod.uid, fieldPath: 'spec.containers{app}' },
  );
  assert.match(said({ pods: [pod], events: [failed] })[0]?.[1] ?? '', /no such image or tag/);
});

test('an image of an init container is marked there', () => {
  const container: Partial<PodContainer> = {
    name: 'setup',
    init: true,
    state: { kind: 'waiting', reason: 'ErrImagePull', message: 'not found' },
  };
  const pod = livePod('web-2', { ready: false, containers: [liveContainer(container)] });
  assert.match(said({ pods: [pod] })[0]?.[0] ?? '', /initContainers\[name="setup"\]\.image$/);
});
