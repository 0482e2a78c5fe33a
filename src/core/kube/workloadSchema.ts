/**
 * The fields of a StatefulSet and a Deployment as Kubernetes 1.37 knows them, with what the API server demands of their
 * values (staging/src/k8s.io/api, pkg/apis/{apps,core}/validation). One type a line: its name, then its fields.
 *
 * A field is its name, `!` when it is required, and its kind: nothing for a text, `?` boolean, `#` whole number,
 * `%` whole number or text, `=` quantity, `.Type` object, `[Type` list of objects, `[` list of texts, `[#` of numbers, `{` map
 * of texts, `{=` of quantities, `~` not looked into. Then the demand: `:A|B` one of these, `@x` a form (see valueForms.ts).
 */
const TYPES = `
StatefulSet apiVersion kind metadata.Meta spec!.SetSpec status~
Deployment apiVersion kind metadata.Meta spec!.DeploymentSpec status~
Meta name namespace labels{@l annotations{@a generateName finalizers[ ownerReferences~ managedFields~ creationTimestamp~ deletionTimestamp~ deletionGracePeriodSeconds# generation# resourceVersion selfLink uid
SetSpec selector!.Selector template!.Template serviceName replicas#@0 volumeClaimTemplates[Claim updateStrategy.SetStrategy podManagementPolicy:OrderedReady|Parallel minReadySeconds#@0 revisionHistoryLimit# ordinals.Ordinals persistentVolumeClaimRetentionPolicy.Retention
DeploymentSpec selector!.Selector template!.Template replicas#@0 strategy.DeploymentStrategy minReadySeconds#@0 revisionHistoryLimit#@0 paused? progressDeadlineSeconds#@0
Ordinals start#@0
Retention whenDeleted:Retain|Delete whenScaled:Retain|Delete
SetStrategy type:RollingUpdate|OnDelete rollingUpdate.SetRolling
SetRolling partition#@0 maxUnavailable%@%
DeploymentStrategy type:RollingUpdate|Recreate rollingUpdate.DeploymentRolling
DeploymentRolling maxSurge%@% maxUnavailable%@%
Selector matchLabels{@l matchExpressions[Requirement
Requirement key!@q operator!:In|NotIn|Exists|DoesNotExist values[
Template metadata.Meta spec!.Pod
Claim apiVersion kind metadata.Meta spec!.ClaimSpec status~
ClaimSpec accessModes![:ReadWriteOnce|ReadOnlyMany|ReadWriteMany|ReadWriteOncePod resources.Resources storageClassName@s volumeMode:Filesystem|Block selector.Selector volumeName dataSource~ dataSourceRef~ volumeAttributesClassName
Pod containers![Container initContainers[Container volumes[Volume restartPolicy:Always serviceAccountName@s serviceAccount automountServiceAccountToken? imagePullSecrets[Ref securityContext.PodSecurity terminationGracePeriodSeconds# nodeSelector{@l affinity.Affinity tolerations[Toleration topologySpreadConstraints[Spread priorityClassName@s priority# preemptionPolicy:Never|PreemptLowerPriority runtimeClassName@s schedulerName nodeName@s hostNetwork? hostPID? hostIPC? hostUsers? shareProcessNamespace? hostname subdomain hostnameOverride setHostnameAsFQDN? dnsPolicy:ClusterFirst|ClusterFirstWithHostNet|Default|None dnsConfig.Dns hostAliases[HostAlias enableServiceLinks? readinessGates[Gate schedulingGates[SchedulingGate activeDeadlineSeconds# overhead{= resources.Resources resourceClaims~ os.Os ephemeralContainers~ evictionResponders~ schedulingGroup~
Os name!:linux|windows
Gate conditionType!@q
SchedulingGate name!@q
HostAlias ip! hostnames[@s
Dns nameservers[ searches[ options[DnsOption
DnsOption name value
Ref name
Container name!@d image! command[ args[ workingDir env[Env envFrom[EnvFrom ports[Port resources.Resources volumeMounts[Mount volumeDevices[Device livenessProbe.Probe readinessProbe.Probe startupProbe.Probe lifecycle.Lifecycle imagePullPolicy:Always|IfNotPresent|Never securityContext.Security restartPolicy:Always|OnFailure|Never restartPolicyRules~ resizePolicy~ stdin? stdinOnce? tty? terminationMessagePath terminationMessagePolicy:File|FallbackToLogsOnError
Env name!@e value valueFrom.EnvSource
EnvSource configMapKeyRef.KeyRef secretKeyRef.KeyRef fieldRef.FieldRef resourceFieldRef.ResourceRef fileKeyRef~
EnvFrom prefix@e configMapRef.ObjectRef secretRef.ObjectRef
KeyRef name!@s key! optional?
ObjectRef name!@s optional?
FieldRef apiVersion fieldPath!
ResourceRef containerName resource! divisor=
Port name@n containerPort!#@p hostPort#@h protocol:TCP|UDP|SCTP hostIP
Resources requests{= limits{= claims~
Mount name! mountPath! subPath@r subPathExpr@r readOnly? recursiveReadOnly:Disabled|IfPossible|Enabled mountPropagation:None|HostToContainer|Bidirectional bindMountOptions[
Device name! devicePath!
Probe exec.Exec httpGet.Http tcpSocket.Tcp grpc.Grpc initialDelaySeconds#@0 periodSeconds#@0 timeoutSeconds#@0 successThreshold#@0 failureThreshold#@0 terminationGracePeriodSeconds#@1
Lifecycle postStart.Handler preStop.Handler stopSignal
Handler exec.Exec httpGet.Http tcpSocket.Tcp sleep.Sleep
Exec command![
Http port!%@p path host scheme:HTTP|HTTPS httpHeaders[Header protocol:HTTP1|HTTP2
Header name! value
Tcp port!%@p host
Grpc port!#@p service mode:Plaintext|TLS
Sleep seconds#@0
Security allowPrivilegeEscalation? privileged? readOnlyRootFilesystem? runAsNonRoot? runAsUser#@u runAsGroup#@u capabilities.Capabilities procMount:Default|Unmasked seccompProfile.Seccomp appArmorProfile.Seccomp seLinuxOptions.SeLinux windowsOptions~
PodSecurity runAsNonRoot? runAsUser#@u runAsGroup#@u fsGroup#@u fsGroupChangePolicy:Always|OnRootMismatch supplementalGroups[# supplementalGroupsPolicy:Merge|Strict sysctls[Sysctl seccompProfile.Seccomp appArmorProfile.Seccomp seLinuxOptions.SeLinux seLinuxChangePolicy:MountOption|Recursive windowsOptions~
Capabilities add[ drop[
SeLinux level role type user
Seccomp type!:RuntimeDefault|Localhost|Unconfined localhostProfile
Sysctl name! value
Toleration key@q operator:Equal|Exists|Lt|Gt value effect:NoSchedule|PreferNoSchedule|NoExecute tolerationSeconds#
Spread maxSkew!#@1 topologyKey!@q whenUnsatisfiable!:DoNotSchedule|ScheduleAnyway labelSelector.Selector matchLabelKeys[ minDomains#@1 nodeAffinityPolicy:Honor|Ignore nodeTaintsPolicy:Honor|Ignore
Affinity nodeAffinity.NodeAffinity podAffinity.PodAffinity podAntiAffinity.PodAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution.NodeSelector preferredDuringSchedulingIgnoredDuringExecution[PreferredNode
NodeSelector nodeSelectorTerms![NodeTerm
PreferredNode weight!#@w preference.NodeTerm
NodeTerm matchExpressions[NodeRequirement matchFields[NodeRequirement
NodeRequirement key!@q operator!:In|NotIn|Exists|DoesNotExist|Gt|Lt values[
PodAffinity requiredDuringSchedulingIgnoredDuringExecution[PodTerm preferredDuringSchedulingIgnoredDuringExecution[PreferredPod
PreferredPod weight!#@w podAffinityTerm!.PodTerm
PodTerm topologyKey!@q labelSelector.Selector namespaceSelector.Selector namespaces[ matchLabelKeys[ mismatchLabelKeys[
Volume name!@d emptyDir.EmptyDir configMap.ConfigVolume secret.SecretVolume projected.Projected persistentVolumeClaim.ClaimVolume hostPath.HostPath downwardAPI.Downward nfs.Nfs csi.Csi image.Image ephemeral~ iscsi~ fc~ awsElasticBlockStore~ azureDisk~ azureFile~ cephfs~ cinder~ flexVolume~ flocker~ gcePersistentDisk~ gitRepo~ glusterfs~ photonPersistentDisk~ portworxVolume~ quobyte~ rbd~ scaleIO~ storageos~ vsphereVolume~
EmptyDir medium sizeLimit= mode#
ConfigVolume name!@s items[Item defaultMode#@m optional? defaultUser#
SecretVolume secretName!@s items[Item defaultMode#@m optional? defaultUser#
ClaimVolume claimName!@s readOnly?
HostPath path! type:DirectoryOrCreate|Directory|FileOrCreate|File|Socket|CharDevice|BlockDevice
Downward items[DownwardItem defaultMode#@m defaultUser#
Nfs server! path! readOnly?
Csi driver! fsType readOnly? volumeAttributes{ nodePublishSecretRef.Ref
Image reference pullPolicy:Always|IfNotPresent|Never
Item key! path!@r mode#@m user#
DownwardItem path!@r fieldRef.FieldRef resourceFieldRef.ResourceRef mode#@m user#
Projected sources[Projection defaultMode#@m defaultUser#
Projection configMap.ConfigVolume secret.SecretSource downwardAPI.Downward serviceAccountToken.Token clusterTrustBundle~ podCertificate~
SecretSource name!@s items[Item optional?
Token path!@r audience expirationSeconds# user#`;

export interface SchemaField {
  readonly required: boolean;
  readonly kind: '' | '?' | '#' | '%' | '=' | '.' | '[' | '[#' | '{' | '{=' | '~';
  /** Of an object, or of a list's items. */
  readonly type: string | undefined;
  readonly oneOf: readonly string[] | undefined;
  /** A letter of valueForms.ts. */
  readonly form: string | undefined;
}

export type SchemaType = ReadonlyMap<string, SchemaField>;

const FIELD = /^(\w+)(!?)(\[#|\{=|[?#%=.[{~]?)(\w*)(?::([\w|]+))?(?:@(.))?$/;

let types: ReadonlyMap<string, SchemaType> | undefined;

/** Fields by name; `undefined` for a type that there is not. Read on first use: most files have no workload. */
export function schemaType(name: string): SchemaType | undefined {
  types ??= new Map(
    TYPES.trim()
      .split('\n')
      .map((line) => {
        const [type = '', ...fields] = line.split(' ');
        return [type, new Map(fields.map(readField))];
      }),
  );
  return types.get(name);
}

function readField(text: string): readonly [string, SchemaField] {
  const [, name = '', required, kind, type, oneOf, form] = FIELD.exec(text) ?? [];
  return [
    name,
    {
      required: required === '!',
      // The table is a constant, and a test reads all of it.
      kind: (kind ?? '') as SchemaField['kind'],
      type: type === '' ? undefined : type,
      oneOf: oneOf?.split('|'),
      form,
    },
  ];
}
