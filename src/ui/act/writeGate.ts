import * as vscode from 'vscode';
import type { Cluster, PlannedWrite, TrialPermit, WritePermit } from '../../cluster/main';
import { ExpectedError } from '../../util/errors';
import { t } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import { policyOf } from '../contextPolicy';
import { auditLine } from './auditLine';

export interface WriteIntent {
  readonly cluster: Cluster;
  /** Everything that will be written: nothing else is permitted. */
  readonly writes: readonly PlannedWrite[];
  /** A whole sentence that asks: `Delete the pod web-0?` Context, namespace and objects are added to it. */
  readonly question: string;
  /** What it means, for a person who has to decide. */
  readonly detail?: string;
  /** Of the button: `Delete Pod`. */
  readonly action: string;
  /** `asSet`: as the setting `ordinal.confirmApply` says; what takes or destroys something is always asked. */
  readonly ask: 'always' | 'asSet';
}

/** Objects that a question names one by one. */
const MOST_NAMED = 8;

type Log = Pick<vscode.LogOutputChannel, 'info' | 'warn'>;

/**
 * Every write passes here: trust of the workspace, policy of the context, rights of the user, and a person who has seen
 * context, namespace and object. What it gives is the leave that the cluster floor demands.
 */
export class WriteGate {
  readonly #session: ClusterSession;
  readonly #log: Log;

  constructor(session: ClusterSession, log: Log) {
    this.#session = session;
    this.#log = log;
  }

  /** `undefined`: the person said no. Throws an ExpectedError that says why the write is not allowed. */
  async permit(intent: WriteIntent): Promise<WritePermit | undefined> {
    const { cluster, writes } = intent;
    const refusal = await this.refusal(cluster, writes);
    if (refusal !== undefined) throw new ExpectedError(refusal);
    if (!(await this.#confirmed(intent))) return undefined;
    const { name, server } = cluster.context;
    const grant = {
      context: name,
      planned: writes,
      record: (entry) => {
        if (entry.outcome === 'done') this.#log.info(auditLine(entry, server));
        else this.#log.warn(auditLine(entry, server));
      },
    } satisfies Omit<WritePermit, symbol>;
    return grant as WritePermit;
  }

  /** Why these writes are not allowed, before anybody tries; `undefined` when nothing is known against them. */
  async refusal(cluster: Cluster, writes: readonly PlannedWrite[]): Promise<string | undefined> {
    const { context } = cluster;
    if (!vscode.workspace.isTrusted) return t`Nothing is written to a cluster from a workspace that is not trusted.`;
    if (policyOf(context) === 'readOnly') {
      return t`Nothing was written: the context ${context.name} is read-only by your setting ordinal.readOnlyContexts.`;
    }
    const [missing] = await cluster.missingRights(writes);
    if (!missing) return undefined;
    const { right, namespace } = missing;
    return namespace === undefined
      ? t`Not allowed in ${context.name}: you may not ${right}.`
      : t`Not allowed in ${context.name}: you may not ${right} in the namespace ${namespace}.`;
  }

  /** For dry-runs, once a person has allowed requests to the context; asks nothing. */
  trial({ context: { name } }: Cluster): TrialPermit | undefined {
    if (!vscode.workspace.isTrusted || !this.#session.hasConsent(name)) return undefined;
    const grant = { context: name } satisfies Omit<TrialPermit, symbol>;
    return grant as TrialPermit;
  }

  /** For dry-runs; the first of a context asks. `undefined`: the person said no. */
  async askForTrials(cluster: Cluster): Promise<TrialPermit | undefined> {
    const { context } = cluster;
    if (!vscode.workspace.isTrusted) throw new ExpectedError(t`A workspace that is not trusted sends nothing.`);
    if (!this.#session.hasConsent(context.name)) {
      const allow = t`Allow`;
      const answer = await vscode.window.showWarningMessage(
        t`Let Ordinal ask ${context.name} to check your manifests?`,
        {
          modal: true,
          detail: t`It sends them as dry-runs after a pause in typing and on save: the server checks and stores nothing; its webhooks and its audit log see the requests. Server: ${context.server}`,
        },
        allow,
      );
      if (answer !== allow) return undefined;
      await this.#session.giveConsent(context.name);
    }
    return this.trial(cluster);
  }

  async #confirmed(intent: WriteIntent): Promise<boolean> {
    const { context } = intent.cluster;
    if (policyOf(context) === 'protected') return typed(intent);
    const mode = vscode.workspace.getConfiguration('ordinal').get<string>('confirmApply', 'oncePerContext');
    const once = intent.ask === 'asSet' && mode !== 'always';
    if (once && (mode === 'never' || this.#session.hasConsent(context.name))) return true;
    const detail = [detailOf(intent), ...(once ? [t`Ordinal asks once for each context.`] : [])].join('\n');
    const answer = await vscode.window.showWarningMessage(intent.question, { modal: true, detail }, intent.action);
    if (answer !== intent.action) return false;
    if (once) await this.#session.giveConsent(context.name);
    return true;
  }
}

/** Of a protected context: a person reads what will happen, and types where. */
async function typed(intent: WriteIntent): Promise<boolean> {
  const { name } = intent.cluster.context;
  const goOn = t`Continue…`;
  const detail = `${detailOf(intent)}\n${t`This context is protected: you will be asked to type its name.`}`;
  const answer = await vscode.window.showWarningMessage(intent.question, { modal: true, detail }, goOn);
  if (answer !== goOn) return false;
  const input = await vscode.window.showInputBox({
    title: intent.question,
    prompt: t`Type ${name} to confirm: ${namesOf(intent.writes).join(', ')}`,
    placeHolder: name,
    ignoreFocusOut: true,
    validateInput: (value) => (value === '' || name.startsWith(value) ? undefined : t`This is not ${name}.`),
  });
  if (input === undefined) return false;
  if (input === name) return true;
  throw new ExpectedError(t`Nothing was written: ${input} is not the name of the context ${name}.`);
}

function detailOf({ cluster: { context }, writes, detail }: WriteIntent): string {
  const names = namesOf(writes).join('\n');
  return [names, t`Context ${context.name}, server ${context.server}`, ...(detail === undefined ? [] : [detail])].join(
    '\n',
  );
}

function namesOf(writes: readonly PlannedWrite[]): readonly string[] {
  const names = [...new Set(writes.map(({ target }) => nameOf(target)))];
  const more = names.length - MOST_NAMED;
  return more > 0 ? [...names.slice(0, MOST_NAMED), t`and ${more} more`] : names;
}

function nameOf({ kind, namespace, name }: PlannedWrite['target']): string {
  return namespace === undefined ? `${kind} ${name}` : t`${kind} ${name} in the namespace ${namespace}`;
}
