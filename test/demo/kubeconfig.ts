import { readFileSync, writeFileSync } from 'node:fs';

interface KubeConfig {
  contexts: { name: string; context: { namespace?: string } }[];
  'current-context': string;
}

/** A copy of the cluster's kubeconfig whose one context has a name and a namespace that read well. */
export function namedKubeconfig(
  source: string,
  { target, context, namespace }: { target: string; context: string; namespace: string },
): string {
  const config = JSON.parse(readFileSync(source, 'utf8')) as KubeConfig;
  for (const each of config.contexts) {
    each.name = context;
    each.context.namespace = namespace;
  }
  config['current-context'] = context;
  writeFileSync(target, JSON.stringify(config, null, 1), { mode: 0o600 });
  return target;
}
