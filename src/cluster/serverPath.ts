import type { FieldPath, FieldStep } from '../core/fieldPath';

/** Below these a dot belongs to the key: `.metadata.labels.app.kubernetes.io/name`. */
const MAPS = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'data',
  'stringData',
  'binaryData',
  'hard',
]);

/**
 * A field as the API server writes it: `spec.containers[0].image` in validation, `.spec.containers[name="app"].image`
 * in server-side apply. A list item named by other keys than `name` ends the path: the list is meant then.
 */
export function parseServerPath(path: string): FieldPath {
  const steps: FieldStep[] = [];
  let rest = path.trim();
  while (rest !== '') {
    const last = steps.at(-1);
    const inMap = typeof last === 'string' && MAPS.has(last);
    const match = inMap ? /^(?:\.|(?=\[))(.*)$/s.exec(rest) : /^\.?([^.[\]]+)/.exec(rest);
    if (match?.[1] !== undefined && !rest.startsWith('[')) {
      steps.push(match[1]);
      rest = rest.slice(match[0].length);
      continue;
    }
    const item = /^\[(?:(\d+)|name="((?:[^"\\]|\\.)*)"|([^"\]=]+))\]/.exec(rest);
    if (!item) break;
    const [whole, index, name, key] = item;
    if (index !== undefined) steps.push(Number(index));
    else if (name !== undefined) steps.push({ name: name.replace(/\\(.)/g, '$1') });
    else if (key !== undefined) steps.push(key);
    rest = rest.slice(whole.length);
  }
  return steps;
}
