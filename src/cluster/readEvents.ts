import { type Json, record, text } from './json';
import { listInPages } from './pagedList';
import { events, pathOf } from './resources';
import type { Transport } from './transport';

export interface EventsRequest {
  readonly namespace: string;
  /** Of the objects that the events are about, of whatever kind. */
  readonly names: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** Above this one question for all events of the namespace is cheaper than one for each name. */
const MOST_QUESTIONS = 4;

/** As the server sends them. Throws ExpectedError when the user may not list them. */
export async function readEvents(
  { namespace, names, signal }: EventsRequest,
  transport: Transport,
): Promise<readonly Json[]> {
  const found: Json[] = [];
  const wanted = new Set(names);
  const ask = (selector: Readonly<Record<string, string>> | undefined): Promise<string> =>
    listInPages({
      transport,
      path: pathOf({ ...events, namespace }),
      selector,
      action: `list events in ${namespace}`,
      signal: signal ?? new AbortController().signal,
      onObject: (event) => {
        if (wanted.has(text(record(event.involvedObject).name) ?? '')) found.push(event);
      },
    });
  if (names.length > MOST_QUESTIONS) await ask(undefined);
  else await Promise.all(names.map((name) => ask({ fieldSelector: `involvedObject.name=${name}` })));
  return found;
}
