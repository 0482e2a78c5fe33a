import { imagePullSecretMissing } from './imagePull/imagePullSecretMissing';
import { imageNotFound } from './imagePull/imageNotFound';
import { imageReference } from './imagePull/imageReference';
import { pullSecretElsewhere } from './imagePull/pullSecretElsewhere';
import { limitRangeDefault } from './limitRange/limitRangeDefault';
import { limitRangeViolated } from './limitRange/limitRangeViolated';
import { applyForbidden } from './permissions/applyForbidden';
import { namespaceMissing } from './permissions/namespaceMissing';
import { secretNotMountable } from './permissions/secretNotMountable';
import { serviceAccountMissing } from './permissions/serviceAccountMissing';
import {
  podSecurityAnswered,
  podSecurityViolated,
  podSecurityWarned,
} from './permissions/podSecurity/podSecurityViolated';
import { objectRefused } from './permissions/objectRefused';
import { claimRefused, podRefused, workloadRefused } from './permissions/serverRefusals';
import { quotaAnswered } from './quota/quotaAnswered';
import { quotaExceeded } from './quota/quotaExceeded';
import { quotaMustSpecify } from './quota/quotaMustSpecify';
import { deadlineBelowMinReady } from './readiness/deadlineBelowMinReady';
import { deadlineBeforeReady, probePortChanged, startupTooShort } from './readiness/probeTiming';
import { probePortUnknown } from './readiness/probePortUnknown';
import type { AskedRule, Rule } from './rule';
import {
  containerNameDuplicate,
  memoryInMilli,
  mountPathDuplicate,
  quantityInvalid,
  requestAboveLimit,
  volumeUnknown,
} from './runtime/containerShape';
import { memoryLimitLowered, nonRootUnproven, schedulerOther } from './runtime/changedLimits';
import { priorityClassMissing, runtimeClassMissing } from './runtime/classMissing';
import { noNodeFits, tooFewNodes } from './runtime/noNodeFits';
import {
  apiRemoved,
  hostnameTooLong,
  manifestTooLarge,
  objectTwice,
  schedulingGate,
  sysctlUnsafe,
} from './runtime/manifestTraps';
import {
  configMapKeyMissing,
  configMapMissing,
  keyMissingInFile,
  secretKeyMissing,
  secretMissing,
} from './runtime/referenceMissing';
import { shapeRules } from './runtime/shape/shapeRules';
import { claimShared, claimUnusable, storageClassMissing, volumeElsewhere } from './statefulSet/claimTrouble';
import { governingService } from './statefulSet/governingService';
import {
  nodeOfPodLost,
  parallelDeadlock,
  podNameTaken,
  podVolumesOutdated,
  scaleDownWaits,
} from './statefulSet/podTrouble';
import { readinessGateUnknown } from './readiness/readinessGateUnknown';
import { droppedField } from './statefulSet/droppedField';
import { immutableField } from './statefulSet/immutableField';
import { deploymentPaused, partitionHolds, updateOnDelete } from './statefulSet/heldBack';
import { historyNotKept, replicasOfAutoscaler, versionInImmutable, volumeShadowed } from './statefulSet/laterTrouble';
import { maxUnavailableIgnored } from './statefulSet/maxUnavailableIgnored';
import { nameTooLong, serviceNameDots } from './statefulSet/nameRules';
import { claimsDeleted, ordinalsStartChanged } from './statefulSet/podsAndClaimsLost';
import { orderedReadyDeadlock } from './statefulSet/orderedReadyDeadlock';
import { selectorMismatch } from './statefulSet/selectorMismatch';

/** Every rule; documentation, severities and tests are derived from this list. */
export const rules: readonly Rule[] = [
  imageReference,
  imagePullSecretMissing,
  pullSecretElsewhere,
  applyForbidden,
  namespaceMissing,
  serviceAccountMissing,
  secretNotMountable,
  quotaExceeded,
  quotaAnswered,
  quotaMustSpecify,
  probePortUnknown,
  deadlineBelowMinReady,
  deadlineBeforeReady,
  probePortChanged,
  startupTooShort,
  limitRangeViolated,
  limitRangeDefault,
  configMapMissing,
  secretMissing,
  configMapKeyMissing,
  secretKeyMissing,
  keyMissingInFile,
  volumeUnknown,
  mountPathDuplicate,
  containerNameDuplicate,
  requestAboveLimit,
  quantityInvalid,
  memoryInMilli,
  ...shapeRules,
  apiRemoved,
  objectTwice,
  sysctlUnsafe,
  hostnameTooLong,
  manifestTooLarge,
  schedulingGate,
  priorityClassMissing,
  runtimeClassMissing,
  noNodeFits,
  tooFewNodes,
  claimShared,
  memoryLimitLowered,
  nonRootUnproven,
  schedulerOther,
  readinessGateUnknown,
  immutableField,
  selectorMismatch,
  nameTooLong,
  serviceNameDots,
  orderedReadyDeadlock,
  updateOnDelete,
  partitionHolds,
  deploymentPaused,
  maxUnavailableIgnored,
  ordinalsStartChanged,
  claimsDeleted,
  versionInImmutable,
  historyNotKept,
  volumeShadowed,
  replicasOfAutoscaler,
  claimUnusable,
  volumeElsewhere,
  storageClassMissing,
  governingService,
  podNameTaken,
  podVolumesOutdated,
  nodeOfPodLost,
  scaleDownWaits,
  parallelDeadlock,
  podSecurityViolated,
  podSecurityAnswered,
  podSecurityWarned,
  workloadRefused,
  podRefused,
  claimRefused,
  droppedField,
];

/** What is asked about in other ways than by facts: the other objects of a workload's file, and registries. */
export const askedRules: readonly AskedRule[] = [objectRefused, imageNotFound];
