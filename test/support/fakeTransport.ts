import { Credentials } from '../../src/cluster/credentials';
import { Transport } from '../../src/cluster/transport';
import type { FakeApiServer } from './fakeApiServer';
import type { ManualClock } from './manualClock';

/** To a fake server, as nobody in particular. */
export function transportTo({ url }: FakeApiServer, clock: ManualClock): Transport {
  const cluster = { value: { server: url }, folder: '' };
  const credentials = new Credentials({ cluster, user: { value: {}, folder: '' }, clock });
  return new Transport({ server: new URL(url), proxy: undefined, credentials, clock });
}
