import type { Deployment, LiveWorkload, StatefulSet } from '../objects';

/** The line that `kubectl rollout status` prints for an object, and whether it stops there. */
export interface KubectlStatus {
  readonly text: string;
  readonly state: 'waiting' | 'done' | 'error';
}

/** The same sentences, in the same order of questions, as kubectl's pkg/polymorphichelpers/rollout_status.go (v0.36). */
export function kubectlStatus(workload: LiveWorkload): KubectlStatus {
  return workload.kind === 'StatefulSet' ? statefulSetStatus(workload) : deploymentStatus(workload);
}

const waiting = (text: string): KubectlStatus => ({ text, state: 'waiting' });
const done = (text: string): KubectlStatus => ({ text, state: 'done' });
const error = (text: string): KubectlStatus => ({ text, state: 'error' });

function statefulSetStatus(set: StatefulSet): KubectlStatus {
  const { replicas, readyReplicas, updatedReplicas, updateRevision } = set;
  if (set.updateStrategy !== 'RollingUpdate') {
    return error('rollout status is only available for RollingUpdate strategy type');
  }
  if (set.observedGeneration === 0 || set.observedGeneration < set.generation) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  if (readyReplicas < replicas) return waiting(`Waiting for ${replicas - readyReplicas} pods to be ready...`);
  if (set.partition !== undefined) {
    const wanted = replicas - set.partition;
    return updatedReplicas < wanted
      ? waiting(
          `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...`,
        )
      : done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  return updateRevision !== set.currentRevision
    ? waiting(
        `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
      )
    : done(`statefulset rolling update complete ${set.currentReplicas} pods at revision ${set.currentRevision}...`);
}

function deploymentStatus(deployment: Deployment): KubectlStatus {
  const { name, replicas, updatedReplicas, availableReplicas, existingReplicas } = deployment;
  if (deployment.generation > deployment.observedGeneration) {
    return waiting('Waiting for deployment spec update to be observed...');
  }
  const progressing = deployment.conditions.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return error(`deployment "${name}" exceeded its progress deadline`);
  }
  const start = `Waiting for deployment "${name}" rollout to finish:`;
  if (updatedReplicas < replicas) {
    return waiting(`${start} ${updatedReplicas} out of ${replicas} new replicas have been updated...`);
  }
  if (existingReplicas > updatedReplicas) {
    return waiting(`${start} ${existingReplicas - updatedReplicas} old replicas are pending termination...`);
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(`${start} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`);
  }
  return done(`deployment "${name}" successfully rolled out`);
}
