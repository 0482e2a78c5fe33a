import { configurationPlots } from './plots/configuration';
import { crashPlots } from './plots/crashes';
import { controllerPlots } from './plots/controllers';
import { imagePlots } from './plots/images';
import { placementPlots } from './plots/placement';
import { readinessPlots } from './plots/readiness';
import { refusalPlots } from './plots/refusals';
import type { Recorded } from './story';

/** What a plot may do to the cluster; each look at it is recorded. */
export interface Teller {
  apply(did: string, object: object): Promise<void>;
  /** `{namespace}` in the path is the story's own; a PATCH is a merge patch. */
  call(did: string, method: string, path: string, body?: unknown): Promise<void>;
  seconds(count: number): Promise<void>;
  until(what: string, probe: (seen: readonly Recorded[]) => boolean): Promise<void>;
}

export interface Plot {
  readonly name: string;
  readonly title: string;
  readonly nodes: 'kwok' | 'kubelet';
  /** StatefulSet when left out. */
  readonly kind?: 'StatefulSet' | 'Deployment';
  readonly setup?: readonly object[];
  /** Labels of its namespace. */
  readonly labels?: Readonly<Record<string, string>>;
  tell(teller: Teller): Promise<void>;
}

export const plots: readonly Plot[] = [
  ...imagePlots,
  ...refusalPlots,
  ...readinessPlots,
  ...crashPlots,
  ...configurationPlots,
  ...placementPlots,
  ...controllerPlots,
];
