export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** From `gitVersion` of `/version`: `v1.31.4-gke.1`, `v1.30.2-eks-1552ad0`; `undefined` when it is none. */
export function parseServerVersion(gitVersion: string): Version | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(gitVersion);
  return match ? { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) } : undefined;
}
