interface Options {
  readonly kind?: 'StatefulSet' | 'Deployment';
  readonly name: string;
  readonly replicas?: number;
  readonly image?: string;
  /** Lines of the pod's spec, without indentation. */
  readonly pod?: string;
  /** Lines of the container, without indentation. */
  readonly container?: string;
}

/** What the test registry serves under every tag that it has. */
export const IMAGE = 'registry.example.com/shop/web';

export function workloadText({
  kind = 'StatefulSet',
  name,
  replicas = 3,
  image = `${IMAGE}:1.0`,
  pod = '',
  container = '',
}: Options): string {
  return `apiVersion: apps/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
${kind === 'StatefulSet' ? `  serviceName: ${name}\n` : ''}  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      terminationGracePeriodSeconds: 1
${indent(pod, 6)}      containers:
        - name: app
          image: ${image}
${indent(container, 10)}`;
}

function indent(text: string, columns: number): string {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${' '.repeat(columns)}${line}\n`)
    .join('');
}
