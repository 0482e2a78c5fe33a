import type { WorkloadSpec } from '../kube/workloadSpec';
import type { Manifest } from '../manifest/manifest';
import type { KubeEvent, LiveWorkload, Pod, ReplicaSet } from '../objects';
import type { Fact, FactName, Facts } from './facts';
import type { Cause, Finding, Severity } from './finding';

/** What a rule knows: the facts it needs, with their values at hand, since it does not run without them. */
export type KnownFacts<Needs extends FactName> = {
  readonly [Name in Needs]: Facts[Name] extends Fact<infer Value> ? Value : never;
};

/** What a rule says; code, cause and origin are added by the one who runs it, severity unless the rule differs. */
export type RuleFinding = Omit<Finding, 'code' | 'cause' | 'severity' | 'origin'> & { readonly severity?: Severity };

export interface RuleInput<Needs extends FactName, Wants extends FactName = never> {
  readonly manifest: Manifest;
  readonly workload: WorkloadSpec;
  readonly facts: KnownFacts<Needs> & Partial<KnownFacts<Wants>>;
}

/** One way an upgrade fails, foreseen. `check` never throws and never waits. */
export interface Rule<Needs extends FactName = FactName, Wants extends FactName = Needs> {
  readonly code: string;
  readonly cause: Cause;
  readonly severity: Severity;
  /** The ways to fail that it foresees, by their numbers in docs/coverage.md. */
  readonly rows: readonly string[];
  /** One line for the documentation: what it finds. */
  readonly summary: string;
  /** The facts it reads; empty: it works offline. */
  readonly needs: readonly Needs[];
  /** Facts that make it more exact, and which it can do without. */
  readonly wants?: readonly Wants[];
  /** It judges what is missing, or a sum: it does not run on a patch, whose other parts stand elsewhere. */
  readonly whole?: true;
  /** It runs only where the rules of this code could not: their facts are not known. */
  readonly insteadOf?: string;
  check(input: RuleInput<Needs, Wants>): Iterable<RuleFinding>;
}

/** A way to fail that is read from one answer to a question of its own, not from facts. */
export type AskedRule = Pick<Rule, 'code' | 'cause' | 'severity' | 'rows' | 'summary'> & {
  /** What is asked, for the documentation. */
  readonly asks: string;
};

/** What the cluster shows of one workload. */
export interface Observation {
  readonly workload: LiveWorkload;
  readonly pods: readonly Pod[];
  /** Of a Deployment; empty for a StatefulSet. */
  readonly replicaSets: readonly ReplicaSet[];
  /** Of the workload, its ReplicaSets and its pods, since the rollout began. */
  readonly events: readonly KubeEvent[];
  /** Last lines of containers that crashed, by `pod/container`. */
  readonly logs: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970, UTC. */
  readonly now: number;
}

/** One cause, explained from what the cluster did. `explain` never throws and never waits. */
export interface Explainer {
  readonly cause: Cause;
  explain(observation: Observation): Iterable<Omit<Finding, 'cause' | 'origin'>>;
}
