import { explainImagePull } from './imagePull/explainImagePull';
import { explainLimitRange } from './limitRange/explainLimitRange';
import { explainPermissions } from './permissions/explainPermissions';
import { explainQuota } from './quota/explainQuota';
import { explainReadiness } from './readiness/explainReadiness';
import type { Explainer } from './rule';
import { explainRuntime } from './runtime/explainRuntime';
import { explainSilence } from './statefulSet/explainSilence';
import { explainStatefulSet } from './statefulSet/explainStatefulSet';

/**
 * In the order of questions: what refuses pods comes before what keeps them from running. Apart from the rules, which a
 * window needs that never asks for a cluster.
 */
export const explainers: readonly Explainer[] = [
  explainStatefulSet,
  explainPermissions,
  explainQuota,
  explainLimitRange,
  explainImagePull,
  explainRuntime,
  explainReadiness,
  explainSilence,
];
