import * as vscode from 'vscode';
import type { Assessment } from '../../core/causes/assess';
import { CheckCache, neighboursOf } from '../../core/causes/checkCache';
import type { CheckResult } from '../../core/causes/checkWorkload';
import type { Facts } from '../../core/causes/facts';
import type { Finding, Severity } from '../../core/causes/finding';
import { noFacts } from '../../core/causes/noFacts';
import { valueAt } from '../../core/fieldPath';
import { referencesOf } from '../../core/kube/readWorkloadSpec';
import type { Manifest } from '../../core/manifest/manifest';
import type { Suppressions } from '../../core/manifest/suppressions';
import { idOf, type ObjectKey } from '../../core/objects';
import { DisposableStore } from '../../util/disposable';
import { errorMessage, isAbort } from '../../util/errors';
import { Emitter } from '../../util/event';
import { t } from '../../util/l10n';
import type { ClusterSession } from '../clusterSession';
import { log } from '../log';
import { DryRunAnswers, notAsked } from './dryRunAnswers';
import { ImageAnswers } from './imageAnswers';
import { type ManifestFindings, ObjectFindings } from './objectFindings';
import { keyOf, type ManifestDocuments, type WorkloadManifest } from './manifestDocuments';

/** Everything there is to say about one workload in a file. */
export interface WorkloadReport extends CheckResult {
  readonly item: WorkloadManifest;
  /** `undefined` while the manifest has no name. */
  readonly key: ObjectKey | undefined;
  readonly assessment: Assessment | undefined;
  /** Foreseen and observed, after suppressions and the user's severities. */
  readonly findings: readonly Finding[];
}

interface KnownFacts {
  /** What was asked for: facts are fetched again when the manifest names other objects, not on every key press. */
  readonly question: string;
  readonly facts: Omit<Facts, 'sameFile'> | undefined;
}

/** After the live object has changed, facts are fetched again this much later: one rollout step is many changes. */
const REFETCH_MS = 1_000;

/** Rules and explainers over the open files; facts are fetched only while there is a connection the user asked for. */
export class WorkloadFindings {
  readonly #session: ClusterSession;
  readonly #documents: ManifestDocuments;
  readonly #disposables = new DisposableStore();
  readonly #checks = new CheckCache();
  readonly #notConnected = noFacts(t`there is no connection to a cluster`);
  readonly #facts = new Map<string, KnownFacts>();
  /** Live objects as this window showed them first, or last by an apply or a diff. */
  readonly #seen = new Map<string, Readonly<Record<string, unknown>>>();
  readonly #refetch = new Map<string, NodeJS.Timeout>();
  readonly #abort = new AbortController();
  readonly #dryRuns: DryRunAnswers;
  readonly #images: ImageAnswers;
  readonly #others: ObjectFindings;
  readonly #onDidChange = new Emitter<vscode.TextDocument>();

  /** The reports of this file may differ now. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(documents: ManifestDocuments, session: ClusterSession) {
    this.#documents = documents;
    this.#session = session;
    this.#dryRuns = this.#disposables.add(new DryRunAnswers(session));
    this.#disposables.add(this.#dryRuns.onDidAnswer((key) => this.#announce([key])));
    this.#images = this.#disposables.add(new ImageAnswers(session));
    this.#disposables.add(this.#images.onDidAnswer((key) => this.#announce([key])));
    this.#others = this.#disposables.add(new ObjectFindings(documents, session));
    this.#disposables.add(this.#others.onDidAnswer((document) => this.#onDidChange.fire(document)));
    const all = (): void => documents.open().forEach((document) => this.#update(document));
    this.#disposables.add(documents.onDidChange((document) => this.#update(document)));
    this.#disposables.add(
      session.onDidChange(() => {
        if (session.state.kind !== 'open') {
          this.#facts.clear();
          this.#seen.clear();
          this.#dryRuns.forget();
          this.#others.forget();
          this.#images.forget();
        }
        all();
      }),
    );
    this.#disposables.add(session.onDidChangeRollouts((keys) => this.#changed(keys)));
    this.#disposables.add(
      vscode.workspace.onDidSaveTextDocument((document) => {
        for (const { key } of this.of(document)) if (key) this.#facts.delete(idOf(key));
        this.#update(document, true);
      }),
    );
    this.#disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('ordinal.severity') || event.affectsConfiguration('ordinal.checkImages')) all();
      }),
    );
  }

  of(document: vscode.TextDocument): readonly WorkloadReport[] {
    const { workloads, file } = this.#documents.read(document);
    const namespace = this.#session.selection?.namespace ?? 'default';
    const suppressed = file.suppressions;
    const neighbours = neighboursOf(file.manifests);
    const severities = usersSeverities();
    return workloads.map((item) => {
      const key = keyOf(item, namespace);
      const fetched = (key && this.#facts.get(idOf(key))?.facts) ?? this.#notConnected;
      const facts = this.#dryRuns.addTo(fetched, item);
      const result = this.#checks.check(item.manifest, item.spec, { facts, neighbours });
      const assessment = key && this.#session.rollouts(key.namespace)?.of(key);
      const observed = (assessment?.findings ?? []).filter((finding) => isAbout(item, finding));
      const images = this.#images.of(item);
      const foreseen = [...result.findings, ...images.findings];
      const notChecked = [...result.notChecked, ...images.notChecked];
      const findings = told([...observed, ...foreseen], item.manifest, { suppressed, severities });
      return { ...result, notChecked, item, key, assessment, findings };
    });
  }

  /** What is known of the other objects in the file of a workload. */
  ofOthers(document: vscode.TextDocument): readonly ManifestFindings[] {
    const { suppressions: suppressed } = this.#documents.read(document).file;
    const severities = usersSeverities();
    return this.#others
      .of(document)
      .map(({ manifest, findings }) => ({ manifest, findings: told(findings, manifest, { suppressed, severities }) }));
  }

  /** The report of a manifest that is looked for by what it describes: its place may have moved. */
  find(document: vscode.TextDocument, key: ObjectKey): WorkloadReport | undefined {
    return this.of(document).find((report) => report.key && idOf(report.key) === idOf(key));
  }

  /** What the person who edits knows of the live object: what others have changed since is news. */
  seenOf(key: ObjectKey): Readonly<Record<string, unknown>> | undefined {
    return this.#seen.get(idOf(key));
  }

  /** `undefined`: there is none, or nothing is to be kept of it. */
  saw(key: ObjectKey, object: Readonly<Record<string, unknown>> | undefined): void {
    if (object) this.#seen.set(idOf(key), object);
    else this.#seen.delete(idOf(key));
  }

  /** After an apply the cluster is another one. */
  forget(key: ObjectKey): void {
    this.#dryRuns.forget();
    this.#others.forget();
    this.#refresh(key);
  }

  #refresh(key: ObjectKey): void {
    this.#facts.delete(idOf(key));
    if (this.#session.state.kind === 'open') this.#session.state.cluster.forgetFacts();
    for (const document of this.#documentsAbout([key])) this.#update(document);
  }

  /** Dry-runs are allowed now: of everything that is open. */
  askServer(): void {
    this.#facts.clear();
    for (const document of this.#documents.open()) this.#update(document, true);
  }

  #announce(keys: readonly ObjectKey[]): void {
    for (const document of this.#documentsAbout(keys)) this.#onDidChange.fire(document);
  }

  /** Asked for each change in the cluster: it reads the manifests and judges nothing. */
  #documentsAbout(keys: readonly ObjectKey[]): readonly vscode.TextDocument[] {
    const ids = new Set(keys.map(idOf));
    const namespace = this.#session.selection?.namespace ?? 'default';
    return this.#documents.open().filter((document) =>
      this.#documents.read(document).workloads.some((item) => {
        const key = keyOf(item, namespace);
        return key !== undefined && ids.has(idOf(key));
      }),
    );
  }

  #update(document: vscode.TextDocument, saved = false): void {
    this.#onDidChange.fire(document);
    const connected = this.#session.state.kind === 'open';
    if (connected) this.#others.ask(document, saved);
    const namespace = this.#session.selection?.namespace ?? 'default';
    for (const item of this.#documents.read(document).workloads) {
      const key = keyOf(item, namespace);
      if (!key || item.manifest.template || item.manifest.kustomized) continue;
      this.#images.ask(item, key, saved);
      if (!connected) continue;
      void this.#fetch(item, key);
      this.#dryRuns.ask(item, key, saved);
    }
  }

  async #fetch(item: WorkloadManifest, key: ObjectKey): Promise<void> {
    if (this.#session.state.kind !== 'open') return;
    const { cluster } = this.#session.state;
    const id = idOf(key);
    const question = questionOf(item);
    const known = this.#facts.get(id);
    if (known?.question === question) return;
    this.#facts.set(id, { question, facts: known?.facts });
    try {
      const { signal } = this.#abort;
      const facts = await cluster.fetchFacts({ workload: item.spec, namespace: key.namespace, signal });
      if (this.#facts.get(id)?.question !== question) return;
      this.#facts.set(id, { question, facts: { ...facts, ...notAsked(this.#dryRuns.isAllowed()) } });
      if (facts.liveObject.state === 'known' && facts.liveObject.value && !this.#seen.has(id))
        this.#seen.set(id, facts.liveObject.value);
      this.#announce([key]);
    } catch (error) {
      this.#facts.delete(id);
      if (!isAbort(error)) log.warn(`Facts for ${id}: ${errorMessage(error)}`);
    }
  }

  #changed(keys: readonly ObjectKey[]): void {
    this.#announce(keys);
    for (const key of keys) {
      const id = idOf(key);
      if (!this.#facts.has(id) || this.#refetch.has(id)) continue;
      this.#refetch.set(
        id,
        setTimeout(() => {
          this.#refetch.delete(id);
          this.#refresh(key);
        }, REFETCH_MS),
      );
    }
  }

  dispose(): void {
    this.#abort.abort();
    for (const timer of this.#refetch.values()) clearTimeout(timer);
    this.#disposables.dispose();
    this.#onDidChange.dispose();
  }
}

/** The objects that a manifest makes us ask for. */
function questionOf({ spec }: WorkloadManifest): string {
  const { template } = spec;
  const references = [...referencesOf(spec), ...template.imagePullSecrets].map(({ kind, name }) => `${kind}/${name}`);
  return [...new Set([template.serviceAccountName ?? '', ...references])].join(' ');
}

/** An observed cause belongs to this text only if the text says what the cluster runs. */
function isAbout({ manifest }: WorkloadManifest, { path, value }: Finding): boolean {
  return value === undefined || valueAt(manifest.object, path) === value;
}

/** By code. */
type Severities = Readonly<Record<string, Severity | 'off'>>;

function usersSeverities(): Severities {
  return vscode.workspace.getConfiguration('ordinal').get<Severities>('severity', {});
}

interface Wishes {
  readonly suppressed: Suppressions;
  readonly severities: Severities;
}

/** After suppressions and the user's severities. */
function told(
  findings: readonly Finding[],
  manifest: Manifest,
  { suppressed, severities }: Wishes,
): readonly Finding[] {
  return findings
    .map((finding) => withUsersSeverity(finding, severities))
    .filter((finding) => finding !== undefined)
    .filter(({ code, path }) => !suppressed.isSuppressed(code, manifest.markRange(path).start));
}

function withUsersSeverity(finding: Finding, severities: Severities): Finding | undefined {
  const severity = severities[finding.code];
  if (severity === undefined) return finding;
  return severity === 'off' ? undefined : { ...finding, severity };
}
