import type { Cluster } from '../cluster/main';
import type { Pod } from '../core/objects';

/** Lines of a crashed container's last run that are worth showing. */
const LOG_LINES = 8;
/** Of so many containers of one namespace, the latest. */
const MOST = 100;

/** The last lines of containers that have crashed, each run asked for once. */
export class CrashLogs {
  readonly #cluster: Cluster;
  readonly #abort = new AbortController();
  /** By namespace, then by `pod/container`. */
  readonly #lines = new Map<string, Map<string, readonly string[]>>();
  /** The run that was asked for last, by `namespace/pod/container`. */
  readonly #asked = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** By `pod/container`. */
  of(namespace: string): ReadonlyMap<string, readonly string[]> {
    return this.#lines.get(namespace) ?? NONE;
  }

  /** Asks for what is not known yet; `onLines` is called for each container that has written something. */
  fetch(pods: readonly Pod[], onLines: () => void): void {
    for (const pod of pods) {
      for (const { name, restarts, last, state } of pod.containers) {
        const crashed = state?.kind === 'terminated' ? state : last;
        if (!crashed || crashed.exitCode === 0) continue;
        const id = `${pod.namespace}/${pod.name}/${name}`;
        const run = `${pod.uid}/${restarts}/${state?.kind ?? ''}`;
        if (this.#asked.get(id) === run) continue;
        setNewest(this.#asked, id, run);
        void this.#fetch(pod, { container: name, previous: state?.kind !== 'terminated' }, onLines);
      }
    }
  }

  async #fetch(pod: Pod, run: { container: string; previous: boolean }, onLines: () => void): Promise<void> {
    const { namespace, name } = pod;
    try {
      const options = { tailLines: LOG_LINES, signal: this.#abort.signal };
      const lines = await this.#cluster.logs({ namespace, pod: name, ...run, ...options });
      if (lines.length === 0) return;
      const there = this.#lines.get(namespace) ?? new Map<string, readonly string[]>();
      this.#lines.set(namespace, there);
      setNewest(there, `${name}/${run.container}`, lines);
      onLines();
    } catch {
      // No right to read logs, or the container is gone: the finding stands without its last lines.
    }
  }

  dispose(): void {
    this.#abort.abort();
  }
}

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

/** A map that is kept for days must not grow with every pod that ever crashed. */
function setNewest<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}
