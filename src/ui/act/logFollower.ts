import type { Cluster } from '../../cluster/main';
import { LogBuffer } from '../../core/logBuffer';
import { errorMessage, isAbort } from '../../util/errors';
import { t } from '../../util/l10n';

export interface LogSource {
  readonly pod: string;
  readonly container: string;
}

/** Which part of a log. */
export interface LogMode {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly sinceSeconds: number | undefined;
  readonly tailLines: number;
}

export interface FollowerOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly mode: LogMode;
  /** In the order in which they are shown; asked again while it follows, since pods come and go. */
  readonly sources: () => readonly LogSource[];
  /** There is more to show. */
  readonly onChange: () => void;
}

/** A cluster that writes gigabytes must not fill the window. */
const MOST = { mostLines: 10_000, mostCharacters: 2_000_000 };
/** kubectl follows five. */
const MOST_STREAMS = 20;
const ASK_AGAIN_MS = 3_000;
/** A window draws it as a whole again each time. */
const DRAW_MS = 300;

/** Logs of one or several containers in one text: first what was written, one source after another, then what comes. */
export class LogFollower {
  readonly #options: FollowerOptions;
  readonly #abort = new AbortController();
  readonly #buffer = new LogBuffer(MOST);
  /** What is being read, as `pod/container`. */
  readonly #reading = new Set<string>();
  readonly #ended = new Map<string, number>();
  #draw: NodeJS.Timeout | undefined;
  #ask: NodeJS.Timeout | undefined;
  #done = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Ends when everything has been read; of a log that is followed when it is disposed. */
  async run(): Promise<void> {
    const { mode, sources } = this.#options;
    if (!mode.follow) {
      for (const source of sources()) await this.#read(source, sources().length > 1);
      this.#done = true;
      this.#changed();
      return;
    }
    const ask = (): void => {
      const all = sources();
      for (const source of all.slice(0, MOST_STREAMS)) {
        const id = idOf(source);
        if (this.#reading.has(id) || Date.now() - (this.#ended.get(id) ?? 0) < ASK_AGAIN_MS) continue;
        void this.#read(source, all.length > 1);
      }
      this.#ask = setTimeout(ask, ASK_AGAIN_MS);
    };
    ask();
    await Promise.resolve();
  }

  text(head: readonly string[]): string {
    const lines = head.map((line) => `# ${line}`);
    const { dropped } = this.#buffer;
    if (dropped > 0) lines.push(`# ${t`${dropped} earlier lines were left out`}`);
    if (this.#options.sources().length > MOST_STREAMS && this.#options.mode.follow)
      lines.push(`# ${t`only the first ${MOST_STREAMS} containers are followed`}`);
    if (this.#buffer.size === 0) lines.push(`# ${this.#done ? t`nothing was written` : t`waiting for the first line`}`);
    return `${lines.join('\n')}\n${this.#buffer.text()}\n`;
  }

  async #read(source: LogSource, named: boolean): Promise<void> {
    const { cluster, namespace, mode } = this.#options;
    const id = idOf(source);
    this.#reading.add(id);
    // Of a container that was read to its end before, only what is new counts.
    const ended = this.#ended.get(id);
    const since = ended === undefined ? mode.sinceSeconds : Math.ceil((Date.now() - ended) / 1000);
    const prefix = named ? `${source.pod} ${source.container} | ` : '';
    try {
      const onLine = (line: string): void => this.#add(`${prefix}${line}`);
      await cluster.streamLog({
        namespace,
        ...source,
        ...mode,
        sinceSeconds: since,
        signal: this.#abort.signal,
        onLine,
      });
    } catch (error) {
      if (!isAbort(error) && ended === undefined) this.#add(`# ${id}: ${errorMessage(error)}`);
    } finally {
      this.#reading.delete(id);
      this.#ended.set(id, Date.now());
    }
  }

  #add(line: string): void {
    this.#buffer.add(line);
    this.#changed();
  }

  #changed(): void {
    if (this.#abort.signal.aborted) return;
    this.#draw ??= setTimeout(() => {
      this.#draw = undefined;
      this.#options.onChange();
    }, DRAW_MS);
  }

  dispose(): void {
    this.#abort.abort();
    clearTimeout(this.#draw);
    clearTimeout(this.#ask);
  }
}

function idOf({ pod, container }: LogSource): string {
  return `${pod}/${container}`;
}
