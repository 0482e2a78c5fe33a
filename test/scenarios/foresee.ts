import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { ClusterModule, Cluster as Connection } from '../../src/cluster/main';
import { CheckCache, neighboursOf } from '../../src/core/causes/checkCache';
import type { Finding, Severity } from '../../src/core/causes/finding';
import type { Manifest } from '../../src/core/manifest/manifest';
import { parseManifests } from '../../src/core/manifest/parseManifests';
import { trialFor } from '../support/permits';

export interface Mark {
  readonly code: string;
  readonly severity: Severity;
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

export interface Forecast {
  readonly marks: readonly Mark[];
  /** `code: reason`. */
  readonly notChecked: readonly string[];
}

/** The name that it has on the nodes. */
const REGISTRY = 'registry.ordinal.test:5000';

/** Nothing listens there. */
const NOWHERE = new URL('http://127.0.0.1:1');

interface Options {
  /** Whom to impersonate; `undefined`: nobody. */
  readonly user?: string | undefined;
  /** Where the registry of the scenarios answers; there is no other. */
  readonly registry?: URL;
}

/**
 * A connection as the extension makes it, of the bundle that is shipped (`node esbuild.mjs extension` first).
 */
export async function connectTo(kubeconfig: string, { user, registry }: Options = {}): Promise<Connection> {
  const { loadKubeConfig, createCluster } = createRequire(import.meta.url)(resolve('dist/cluster.js')) as ClusterModule;
  const config = await loadKubeConfig({ path: kubeconfig });
  const users = new Map(
    [...config.users].map(([key, { value, folder }]) => [
      key,
      { value: user === undefined ? value : { ...value, as: user }, folder },
    ]),
  );
  const registryUrl = (host: string): URL => (host === REGISTRY && registry ? registry : NOWHERE);
  return createCluster({ kubeConfig: { ...config, users }, context: config.currentContext ?? '', registryUrl });
}

interface Asked {
  readonly namespace: string;
  readonly connection: Connection;
  /** Ask the registry as well, as with `ordinal.checkImages`. */
  readonly images?: boolean;
}

/** What the extension says about the text of a file, with dry-runs allowed. */
export async function foresee(text: string, { namespace, connection, images: ask = false }: Asked): Promise<Forecast> {
  const checks = new CheckCache();
  const permit = trialFor(connection.context.name);
  const { manifests, suppressions } = parseManifests(text);
  const neighbours = neighboursOf(manifests);
  const marks: Mark[] = [];
  const notChecked: string[] = [];
  const tell = (manifest: Manifest, findings: readonly Finding[]): void => {
    for (const { code, severity, path, message } of findings) {
      const { start } = manifest.markRange(path);
      if (suppressions.isSuppressed(code, start)) continue;
      marks.push({ code, severity, line: text.slice(0, start).split('\n').length, message });
    }
  };
  for (const manifest of manifests) {
    const workload = checks.specOf(manifest);
    if (!workload) {
      const { object } = manifest;
      tell(manifest, await connection.foreseeObject({ object, namespace, sameFile: neighbours.objects, permit }));
      continue;
    }
    const [facts, dryRuns, images] = await Promise.all([
      connection.fetchFacts({ workload, namespace }),
      connection.dryRun({ object: manifest.object, namespace, permit }),
      ask ? connection.checkImages(manifest.object, namespace) : { findings: [], notChecked: [] },
    ]);
    const result = checks.check(manifest, workload, { facts: { ...facts, ...dryRuns }, neighbours });
    notChecked.push(...[...result.notChecked, ...images.notChecked].map(({ code, reason }) => `${code}: ${reason}`));
    tell(manifest, [...result.findings, ...images.findings]);
  }
  return { marks, notChecked };
}
