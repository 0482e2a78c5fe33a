import { asFields, asTexts } from '../../../kube/readers';
import type { ContainerParts, PodParts, Violation } from './podParts';
import { t } from '../../../../util/l10n';

const VOLUME_TYPES = new Set([
  ...['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image'],
  ...['persistentVolumeClaim', 'projected', 'secret'],
]);

/** What the level `restricted` asks for on top of `baseline` (staging/src/k8s.io/pod-security-admission/policy). */
export function* restrictedViolations(pod: PodParts): Generator<Violation> {
  for (const { path, name, fields } of pod.volumes) {
    const type = Object.keys(fields).find((field) => field !== 'name');
    // hostPath is told at the level below.
    if (type === undefined || type === 'hostPath' || VOLUME_TYPES.has(type)) continue;
    yield { path: [...path, type], what: t`the volume ${name} of type ${type}` };
  }
  if (!pod.ownUsers) yield* users(pod);
  if (pod.windows) return;
  for (const container of pod.containers) {
    const { securityContext, name } = container;
    const context = [...container.path, 'securityContext'];
    if (securityContext.allowPrivilegeEscalation !== false) {
      const path = [...context, 'allowPrivilegeEscalation'];
      yield {
        path,
        what: t`allowPrivilegeEscalation that is not false in container ${name}`,
        set: { path, value: false },
      };
    }
    const { drop, add } = asFields(securityContext.capabilities);
    if (!asTexts(drop).includes('ALL')) {
      const path = [...context, 'capabilities', 'drop'];
      yield { path, what: t`capabilities that container ${name} does not drop`, set: { path, value: ['ALL'] } };
    }
    for (const [index, capability] of asTexts(add).entries()) {
      if (capability === 'NET_BIND_SERVICE') continue;
      yield {
        path: [...context, 'capabilities', 'add', index],
        what: t`the capability ${capability} of container ${name}`,
      };
    }
  }
  yield* seccomp(pod);
}

function* users(pod: PodParts): Generator<Violation> {
  const pods = [...pod.path, 'securityContext'];
  const { runAsNonRoot, runAsUser } = pod.securityContext;
  if (runAsUser === 0) yield { path: [...pods, 'runAsUser'], what: t`runAsUser 0 of the pod` };
  for (const { path, name, securityContext } of pod.containers) {
    if (securityContext.runAsUser !== 0) continue;
    yield { path: [...path, 'securityContext', 'runAsUser'], what: t`runAsUser 0 of container ${name}` };
  }
  const says = ({ securityContext }: ContainerParts): boolean | undefined =>
    typeof securityContext.runAsNonRoot === 'boolean' ? securityContext.runAsNonRoot : undefined;
  for (const container of pod.containers) {
    if (says(container) !== false) continue;
    const path = [...container.path, 'securityContext', 'runAsNonRoot'];
    yield { path, what: t`runAsNonRoot false in container ${container.name}`, set: { path, value: true } };
  }
  if (runAsNonRoot === true) return;
  const silent = pod.containers.filter((container) => says(container) === undefined);
  const path = [...pods, 'runAsNonRoot'];
  if (runAsNonRoot === false && silent.length > 0) {
    yield { path, what: t`runAsNonRoot false`, set: { path, value: true } };
  } else if (silent.length > 0) {
    yield* whereSilent(silent, { field: 'runAsNonRoot', set: { path, value: true } });
  }
}

function* seccomp(pod: PodParts): Generator<Violation> {
  const type = (context: Readonly<Record<string, unknown>>): unknown => asFields(context.seccompProfile).type;
  // `Unconfined` is told at the level below.
  if (type(pod.securityContext) !== undefined) return;
  const silent = pod.containers.filter(({ securityContext }) => type(securityContext) === undefined);
  const path = [...pod.path, 'securityContext', 'seccompProfile', 'type'];
  if (silent.length > 0)
    yield* whereSilent(silent, { field: 'seccompProfile', set: { path, value: 'RuntimeDefault' } });
}

/** What either the pod or every container must say: the fix is one line in the pod. */
function* whereSilent(
  silent: readonly ContainerParts[],
  { field, set }: { readonly field: string; readonly set: NonNullable<Violation['set']> },
): Generator<Violation> {
  const [first] = silent;
  if (!first) return;
  const names = silent.map(({ name }) => name).join(', ');
  yield { path: [...first.path, 'securityContext', field], what: t`${field} that is not set for ${names}`, set };
}
