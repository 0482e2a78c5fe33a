import { ExpectedError } from '../util/errors';
import { type Clock, reasonOf } from './clock';
import { t } from '../util/l10n';

/** What a login gives: a token, a certificate with its key, or both. It never goes into a log. */
export interface LoginCredential {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970; `undefined`: as long as the server takes it. */
  readonly expires: number | undefined;
  /** What the next run needs of this one, such as a refresh token that the issuer has replaced. */
  readonly renewal?: string;
}

export interface Login {
  /** Logins with the same key are one: of two contexts with the same user, of a kubeconfig that was read again. */
  readonly key: string;
  /** For messages: `the credential plugin aws`. */
  readonly name: string;
  run(signal: AbortSignal, earlier: LoginCredential | undefined): Promise<LoginCredential>;
}

interface Entry {
  credential: LoginCredential | undefined;
  running: Promise<LoginCredential> | undefined;
  failure: Error | undefined;
  obtained: number;
  /** Failures and refusals on end. */
  troubles: number;
  lastTrouble: number;
  /** Before this moment it is not run again, unless a person asks. */
  notBefore: number;
}

const TIMEOUT_MS = 60_000;
/** A credential that ends within this time is taken as ended: the request has to arrive, and clocks differ. */
const EXPIRY_MARGIN_MS = 10_000;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;
const FORGOTTEN_MS = 600_000;
const SOON_MS = 60_000;

/**
 * Runs each login once at a time, and not again at once when it fails or when the server does not take what it gave: a
 * plugin may open a browser window each time, and nobody asked for ten.
 */
export class Logins {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws what the run threw, again while it is too early for another one; ExpectedError after a minute. */
  async get(login: Login): Promise<LoginCredential> {
    const entry = this.#entryOf(login);
    const now = this.#clock.now();
    const { credential, failure } = entry;
    if (entry.running) return entry.running;
    if (credential && (credential.expires ?? Infinity) > now + EXPIRY_MARGIN_MS && failure === undefined) {
      return credential;
    }
    if (failure !== undefined && now < entry.notBefore) throw failure;
    entry.running = this.#run(login, entry);
    try {
      return await entry.running;
    } finally {
      entry.running = undefined;
    }
  }

  /** The server did not take this credential. The first time a new one may help; later it waits for a person, or for time. */
  refused(login: Login, credential: LoginCredential): void {
    const entry = this.#entryOf(login);
    if (entry.credential !== credential || entry.failure !== undefined) return;
    // One that was good for a while has ended, or was revoked.
    if (this.#clock.now() - entry.obtained > SOON_MS) entry.troubles = 0;
    this.#trouble(entry);
    if (entry.troubles === 1) entry.notBefore = 0;
    entry.failure = new ExpectedError(t`The API server does not accept the login by ${login.name}. Sign in again.`);
  }

  /** A person asks: the next run needs no pause. */
  forgive(login: Login): void {
    const entry = this.#entryOf(login);
    entry.notBefore = 0;
    entry.troubles = 0;
  }

  async #run(login: Login, entry: Entry): Promise<LoginCredential> {
    const controller = new AbortController();
    const timer = this.#clock.after(TIMEOUT_MS, () => {
      controller.abort(
        new ExpectedError(t`Signing in took longer than ${TIMEOUT_MS / 1000} s: ${login.name} did not answer.`),
      );
    });
    const timeout = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => {
        reject(reasonOf(controller.signal));
      });
    });
    try {
      const credential = await Promise.race([login.run(controller.signal, entry.credential), timeout]);
      entry.credential = credential;
      entry.failure = undefined;
      entry.obtained = this.#clock.now();
      return credential;
    } catch (error) {
      entry.failure = error instanceof Error ? error : new Error(String(error));
      this.#trouble(entry);
      throw error;
    } finally {
      timer.dispose();
    }
  }

  #trouble(entry: Entry): void {
    const now = this.#clock.now();
    if (now - entry.lastTrouble > FORGOTTEN_MS) entry.troubles = 0;
    entry.lastTrouble = now;
    entry.notBefore = now + Math.min(FIRST_PAUSE_MS * 2 ** entry.troubles, LONGEST_PAUSE_MS);
    entry.troubles++;
  }

  #entryOf({ key }: Login): Entry {
    const known = this.#entries.get(key);
    if (known) return known;
    const entry: Entry = {
      credential: undefined,
      running: undefined,
      failure: undefined,
      obtained: 0,
      troubles: 0,
      lastTrouble: 0,
      notBefore: 0,
    };
    this.#entries.set(key, entry);
    return entry;
  }
}
