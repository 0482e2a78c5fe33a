export interface Wanted {
  /** Of the StatefulSet; the Deployment of the same name has the image alone. */
  readonly name?: string;
  readonly image?: string;
  readonly replicas?: number;
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/** A StatefulSet and, when it has the usual name, a Deployment. */
export function workloads({
  name = 'web',
  image = 'registry.example/app:0',
  replicas = 2,
  env = [],
}: Wanted = {}): readonly object[] {
  const spec = (app: string) => ({
    replicas,
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app } },
      spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'app', image, env }] },
    },
  });
  const set = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name },
    spec: { serviceName: name, ...spec(name) },
  };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: spec(`${name}-stateless`) };
  return [set, ...(name === 'web' ? [deployment] : [])];
}
