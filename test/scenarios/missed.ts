/** Failing scenarios that are not marked on their line yet: things to do. All others must stay marked. */
export const missed: ReadonlySet<string> = new Set([
  'image/first-install-tag',
  'image/no-tag',
  'image/other-architecture',
  'image/repository-typo',
  'image/sidecar-image',
  'readiness/exec-missing',
  'readiness/sidecar-readiness',
  'readiness/startup-budget',
  'runtime/oom',
  'runtime/post-start',
  'runtime/run-as-non-root',
]);
