/**
 * Kubernetes objects as CIs: workloads, pods, services, ingresses, nodes and volumes, with the
 * relations between them. Objects of other kinds (ConfigMaps, Secrets, roles …) say nothing of what
 * can break what, and are passed over. A ReplicaSet or Job that something else made stands for its
 * maker; a pod that has ended is gone.
 *
 * Keys are kind, namespace, name and cluster: they outlive a deletion and creation, which a uid does not.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/
 */
import type { Collector } from './collect.ts'
import { itemOf, readAs } from './found.ts'
import {
  Claim,
  Envelope,
  Ingress,
  type Meta,
  Node,
  Pod,
  Service,
  type Volumes,
  Workload,
} from './kubernetes-schema.ts'

/** An object and where it was found. */
export interface FoundObject {
  readonly where: string
  readonly value: unknown
}

interface Known {
  readonly kind: string
  readonly where: string
  readonly meta: Meta
  readonly value: unknown
}

/** Something a Service can select: its labels as pods have them. */
interface Selectable {
  readonly key: string
  readonly labels: Readonly<Record<string, string>>
}

interface Cluster {
  readonly name: string | undefined
  readonly objects: ReadonlyMap<string, Known>
  readonly collector: Collector
}

const WORKLOADS: ReadonlyMap<string, string> = new Map([
  ['Deployment', 'deployment'],
  ['StatefulSet', 'statefulset'],
  ['DaemonSet', 'daemonset'],
  ['ReplicaSet', 'replicaset'],
  ['ReplicationController', 'replicaset'],
  ['CronJob', 'cronjob'],
  ['Job', 'job'],
  ['Rollout', 'rollout'],
])

const CLASSES: ReadonlyMap<string, string> = new Map([
  ...WORKLOADS,
  ['Pod', 'pod'],
  ['Service', 'service'],
  ['Ingress', 'ingress'],
  ['Node', 'node'],
  ['PersistentVolumeClaim', 'persistent_volume_claim'],
  ['PersistentVolume', 'persistent_volume'],
])

const CLUSTER_WIDE = new Set(['Node', 'PersistentVolume'])
const ENDED = new Set(['Succeeded', 'Failed'])

/** Adds the objects of one cluster; without a name for it, keys and labels hold none. */
export function addObjects(
  found: readonly FoundObject[],
  name: string | undefined,
  collector: Collector,
): void {
  const objects = new Map<string, Known>()
  for (const { where, value } of found) {
    const envelope = readAs(Envelope, value, where, collector)
    if (envelope === undefined || !CLASSES.has(envelope.kind)) continue
    const known = { kind: envelope.kind, where, meta: envelope.metadata, value }
    const key = keyOf(known.kind, known.meta.namespace, known.meta.name, name)
    const first = objects.get(key)
    // Of two descriptions of one object the same one counts, whichever was read first.
    if (first === undefined || isBefore(known, first)) objects.set(key, known)
  }
  const cluster = { name, objects, collector }
  const selectable = new Map<string, Selectable[]>()
  for (const known of objects.values()) {
    if (isWorkload(known.kind)) addWorkload(known, cluster, selectable)
    else if (known.kind === 'Pod') addPod(known, cluster, selectable)
    else if (known.kind === 'Node') addNode(known, cluster)
    else if (known.kind === 'PersistentVolumeClaim') addClaim(known, cluster)
    else if (known.kind === 'PersistentVolume') addPlain(known, cluster)
    else if (known.kind === 'Ingress') addIngress(known, cluster)
  }
  // Services come last: they select among all workloads and pods.
  for (const known of objects.values())
    if (known.kind === 'Service') addService(known, cluster, selectable)
}

function isBefore(a: Known, b: Known): boolean {
  return JSON.stringify(a.value) < JSON.stringify(b.value)
}

function isWorkload(kind: string): boolean {
  return WORKLOADS.has(kind)
}

function keyOf(
  kind: string,
  namespace: string | null | undefined,
  name: string,
  cluster: string | undefined,
): string {
  const place = CLUSTER_WIDE.has(kind) ? '' : `${namespace ?? 'default'}/`
  return `${kind}:${place}${name}${cluster === undefined ? '' : `@${cluster}`}`
}

function keyIn(cluster: Cluster, kind: string, beside: Meta, name: string): string {
  return keyOf(kind, beside.namespace, name, cluster.name)
}

interface More {
  readonly aliases?: readonly (string | null | undefined)[]
  readonly labels?: Readonly<Record<string, string | null | undefined>>
}

/** The item of an object, and the application it says it is part of; gives its key. */
function add(known: Known, cluster: Cluster, more: More = {}): string {
  const { kind, meta, where } = known
  const key = keyIn(cluster, kind, meta, meta.name)
  const labels = meta.labels ?? {}
  const namespace = CLUSTER_WIDE.has(kind) ? undefined : (meta.namespace ?? 'default')
  const partOf = labels['app.kubernetes.io/part-of']
  cluster.collector.item(
    itemOf({
      key,
      class: CLASSES.get(kind) ?? kind,
      name: meta.name,
      aliases: more.aliases ?? [],
      labels: {
        namespace,
        cluster: cluster.name,
        app: labels['app.kubernetes.io/name'] ?? labels['app'] ?? labels['k8s-app'],
        component: labels['app.kubernetes.io/component'],
        ...more.labels,
      },
      owner: labels['team'] ?? labels['owner'],
      environment: labels['environment'] ?? labels['env'],
    }),
    where,
  )
  if (partOf !== undefined && (isWorkload(kind) || kind === 'Service')) {
    const application = keyOf('Application', namespace, partOf, cluster.name)
    const described = { key: application, class: 'application', name: partOf }
    cluster.collector.item(
      itemOf({ ...described, labels: { namespace, cluster: cluster.name } }),
      where,
    )
    cluster.collector.relation({ from: key, type: 'member_of', to: application }, where)
  }
  return key
}

function addPlain(known: Known, cluster: Cluster): void {
  add(known, cluster)
}

function addWorkload(known: Known, cluster: Cluster, selectable: Map<string, Selectable[]>): void {
  if (makerOf(known.meta, cluster, known.kind) !== undefined) return
  const read = readAs(Workload, known.value, known.where, cluster.collector)
  if (read === undefined) return
  const template = read.spec?.template ?? read.spec?.jobTemplate?.spec?.template
  const said = template?.metadata?.annotations?.['resource.opentelemetry.io/service.name']
  const key = add(known, cluster, { aliases: [said] })
  relateVolumes(known, key, template?.spec?.volumes, cluster)
  select(selectable, known.meta, { key, labels: template?.metadata?.labels ?? {} })
}

function addPod(known: Known, cluster: Cluster, selectable: Map<string, Selectable[]>): void {
  const read = readAs(Pod, known.value, known.where, cluster.collector)
  if (read === undefined || ENDED.has(read.status?.phase ?? '')) return
  const { collector } = cluster
  const ip = read.spec?.hostNetwork === true ? null : read.status?.podIP
  const node = read.spec?.nodeName
  const key = add(known, cluster, { aliases: [ip], labels: { node } })
  const maker = makerOf(known.meta, cluster, 'Pod')
  if (maker !== undefined)
    collector.relation({ from: key, type: 'member_of', to: maker }, known.where)
  if (node != null && node !== '') relateNode(known, key, node, cluster)
  relateVolumes(known, key, read.spec?.volumes, cluster)
  select(selectable, known.meta, { key: maker ?? key, labels: known.meta.labels ?? {} })
}

/** A node that pods name is there, even where the export has only pods. */
function relateNode(known: Known, key: string, node: string, cluster: Cluster): void {
  const to = keyOf('Node', null, node, cluster.name)
  if (!cluster.objects.has(to)) {
    const labels = { cluster: cluster.name }
    cluster.collector.item(itemOf({ key: to, class: 'node', name: node, labels }), known.where)
  }
  cluster.collector.relation({ from: key, type: 'runs_on', to }, known.where)
}

function addNode(known: Known, cluster: Cluster): void {
  const read = readAs(Node, known.value, known.where, cluster.collector)
  if (read === undefined) return
  const labels = known.meta.labels ?? {}
  const provider = read.spec?.providerID
  add(known, cluster, {
    aliases: [
      ...(read.status?.addresses ?? []).map(({ address }) => address),
      labels['kubernetes.io/hostname'],
      provider?.slice(provider.lastIndexOf('/') + 1),
    ],
    labels: {
      zone: labels['topology.kubernetes.io/zone'],
      region: labels['topology.kubernetes.io/region'],
      provider_id: provider?.slice(provider.lastIndexOf('/') + 1),
      instance_type: labels['node.kubernetes.io/instance-type'],
    },
  })
}

function addClaim(known: Known, cluster: Cluster): void {
  const read = readAs(Claim, known.value, known.where, cluster.collector)
  if (read === undefined) return
  const key = add(known, cluster)
  const volume = keyOf('PersistentVolume', null, read.spec?.volumeName ?? '', cluster.name)
  if (cluster.objects.has(volume))
    cluster.collector.relation({ from: key, type: 'depends_on', to: volume }, known.where)
}

function relateVolumes(known: Known, from: string, volumes: Volumes, cluster: Cluster): void {
  for (const { persistentVolumeClaim } of volumes ?? []) {
    if (persistentVolumeClaim == null) continue
    const to = keyIn(cluster, 'PersistentVolumeClaim', known.meta, persistentVolumeClaim.claimName)
    if (cluster.objects.has(to))
      cluster.collector.relation({ from, type: 'depends_on', to }, known.where)
  }
}

function addIngress(known: Known, cluster: Cluster): void {
  const read = readAs(Ingress, known.value, known.where, cluster.collector)
  if (read === undefined) return
  const rules = read.spec?.rules ?? []
  const hosts = rules.map(({ host }) => host).filter((host) => host?.startsWith('*') !== true)
  const from = add(known, cluster, { aliases: hosts })
  const backends = [
    read.spec?.defaultBackend,
    read.spec?.backend,
    ...rules.flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend)),
  ]
  for (const backend of backends) {
    const service = backend?.service?.name ?? backend?.serviceName
    if (service == null) continue
    const to = keyIn(cluster, 'Service', known.meta, service)
    cluster.collector.relation({ from, type: 'depends_on', to }, known.where)
  }
}

function addService(
  known: Known,
  cluster: Cluster,
  selectable: ReadonlyMap<string, readonly Selectable[]>,
): void {
  const read = readAs(Service, known.value, known.where, cluster.collector)
  if (read === undefined) return
  const { name } = known.meta
  const namespace = known.meta.namespace ?? 'default'
  const ip = read.spec?.clusterIP
  const from = add(known, cluster, {
    aliases: [
      `${name}.${namespace}`,
      `${name}.${namespace}.svc`,
      `${name}.${namespace}.svc.cluster.local`,
      ip === 'None' ? null : ip,
      read.spec?.externalName,
      ...(read.spec?.externalIPs ?? []),
      ...(read.status?.loadBalancer?.ingress ?? []).flatMap((at) => [at.ip, at.hostname]),
    ],
  })
  for (const to of selected(Object.entries(read.spec?.selector ?? {}), namespace, selectable))
    cluster.collector.relation({ from, type: 'depends_on', to }, known.where)
}

function select(into: Map<string, Selectable[]>, meta: Meta, one: Selectable): void {
  for (const [label, value] of Object.entries(one.labels)) {
    const at = placeOf(meta.namespace ?? 'default', label, value)
    const list = into.get(at)
    if (list === undefined) into.set(at, [one])
    else list.push(one)
  }
}

function placeOf(namespace: string, label: string, value: string): string {
  return JSON.stringify([namespace, label, value])
}

/** Keys of what has every label of the selector; none where it is empty. Reads the shortest list only. */
function selected(
  selector: readonly (readonly [string, string])[],
  namespace: string,
  selectable: ReadonlyMap<string, readonly Selectable[]>,
): ReadonlySet<string> {
  const lists = selector.map(
    ([label, value]) => selectable.get(placeOf(namespace, label, value)) ?? [],
  )
  const [shortest = []] = lists.sort((a, b) => a.length - b.length)
  const fitting = shortest.filter(({ labels }) =>
    selector.every(([label, value]) => labels[label] === value),
  )
  return new Set(fitting.map(({ key }) => key))
}

/**
 * The key of the workload that made an object: ReplicaSets lead on to their Deployment, Jobs to
 * their CronJob. `undefined` where nothing made it, or what did is no workload we know.
 */
function makerOf(meta: Meta, cluster: Cluster, kind: string): string | undefined {
  const maker = (meta.ownerReferences ?? []).find(({ controller }) => controller === true)
  if (maker === undefined || !isWorkload(maker.kind)) return undefined
  const key = keyIn(cluster, maker.kind, meta, maker.name)
  const known = cluster.objects.get(key)
  if (known === undefined) return unseenMaker(meta, maker, cluster)
  // A ReplicaSet cannot be made by a ReplicaSet: two levels are all there are, cycles included.
  return (kind === 'Pod' ? makerOf(known.meta, cluster, known.kind) : undefined) ?? key
}

/**
 * A ReplicaSet that is not in the export: its name is the Deployment's with the pod's template hash.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label
 */
function unseenMaker(
  meta: Meta,
  maker: { readonly kind: string; readonly name: string },
  cluster: Cluster,
): string | undefined {
  const hash = meta.labels?.['pod-template-hash']
  if (maker.kind !== 'ReplicaSet' || hash === undefined) return undefined
  if (!maker.name.endsWith(`-${hash}`)) return undefined
  const name = maker.name.slice(0, -hash.length - 1)
  const key = ['Deployment', 'Rollout'].map((kind) => keyIn(cluster, kind, meta, name))
  return key.find((one) => cluster.objects.has(one))
}
