/**
 * Where a field stands inside an object: keys, indexes, or the list item with a name.
 *
 * `['spec', 'template', 'spec', 'containers', { name: 'app' }, 'image']`: an item by name stays right when a webhook
 * has added a container that the manifest does not have.
 */
export type FieldPath = readonly FieldStep[];
export type FieldStep = string | number | { readonly name: string };

/** As Kubernetes writes it: `spec.template.spec.containers[0].image`, `containers[name="app"]`. */
export function formatPath(path: FieldPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (typeof step === 'object') return `[name=${JSON.stringify(step.name)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

/** The value at a path of a plain object; `undefined` where the path leads nowhere. */
export function valueAt(object: unknown, path: FieldPath): unknown {
  let value = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Array.isArray(value) ? itemAt(value, step) : typeof step === 'string' ? ownValue(value, step) : undefined;
  }
  return value;
}

function itemAt(list: readonly unknown[], step: FieldStep): unknown {
  if (typeof step === 'number') return list[step];
  if (typeof step === 'string') return undefined;
  return list.find((item) => typeof item === 'object' && item !== null && ownValue(item, 'name') === step.name);
}

function ownValue(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}
