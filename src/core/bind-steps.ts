/** The steps of the binding cascade: which label is looked up among which names, most certain first. */
import type { Labels } from './model.ts'
import { hostNames } from './names.ts'
import type { Realm } from './realm.ts'
import type { CiKind } from './rules.ts'

/** A name that a label may hold, and where the label itself says that it is. */
export interface Named {
  readonly text: string
  readonly realm?: Realm
  /** It may be somebody else's: its short name counts only in a domain that the CMDB knows. */
  readonly foreign?: boolean
}

export interface Step {
  readonly rule: string
  readonly confidence: number
  readonly label: string
  readonly names: (value: string) => readonly Named[]
  /** Exactly; by the host name without its domain; or written otherwise: `Web_12` for `web-12`. */
  readonly by: 'name' | 'short' | 'key'
  readonly classes?: readonly string[]
  /** Of several CIs with the name, the one of this kind is meant. */
  readonly kind?: CiKind
  /** CIs of this kind are not meant. */
  readonly except?: CiKind
}

/** Classes by kind, as Kubernetes, CSDM and most CMDBs call them. */
const KINDS: Readonly<Record<CiKind, RegExp>> = {
  pod: /(^|_)pod$/,
  workload: /(^|_)(deployment|statefulset|daemonset|replicaset|workload|cronjob|job|rollout)$/,
  host: /(^|_)(host|node|server|computer|machine|virtual_machine|vm|vm_instance|instance|hypervisor|device|switch|router|firewall|access_point|load_balancer|appliance)$/,
  service: /(^|_)(service|service_discovered|service_auto|application|appl|component|app)$/,
}

/** Whether CIs of the class are of the kind. */
export function isKind(ciClass: string, kind: CiKind): boolean {
  return KINDS[kind].test(ciClass.toLowerCase().replaceAll('-', '_'))
}

const asIs = (value: string): readonly Named[] => [{ text: value }]
const hosts = (value: string): readonly Named[] => hostNames(value).map((text) => ({ text }))

/** The host without its port; the name of a service or pod in a cluster is none of a host. */
function bareHosts(value: string): readonly Named[] {
  const text = hostNames(value).at(-1) ?? ''
  if (/\.(?:svc|pod)(?:\.|$)/i.test(text)) return []
  return [{ text, foreign: /^https?:\/\//i.test(value) }]
}

/** `shop/cart` and `cart.shop.svc.cluster.local` are `cart` in the namespace `shop`. */
function namespaced(value: string): readonly Named[] {
  const host = hostNames(value).at(-1) ?? ''
  const dns = /^(?:[^./]+\.)?([^./]+)\.([^./]+)\.svc(?:\.|$)/i.exec(host)
  const path = /^([^/:\s]+)\/([^/:\s]+)$/.exec(value)
  const [name, namespace] = dns === null ? [path?.[2], path?.[1]] : [dns[1], dns[2]]
  if (name === undefined || namespace === undefined) return []
  return [{ text: name, realm: { namespace: namespace.toLowerCase() } }]
}

/** `db-0.db.shop.svc` is the pod `db-0`, `10-1-2-3.shop.pod` the one of that address. */
function podOfDns(value: string): readonly Named[] {
  const host = hostNames(value).at(-1) ?? ''
  const set = /^([^./]+)\.[^./]+\.([^./]+)\.svc(?:\.|$)/i.exec(host)
  if (set !== null)
    return [{ text: set[1] ?? '', realm: { namespace: (set[2] ?? '').toLowerCase() } }]
  const ip = /^(\d+)-(\d+)-(\d+)-(\d+)\.[^./]+\.pod(?:\.|$)/i.exec(host)
  return ip === null ? [] : [{ text: ip.slice(1, 5).join('.') }]
}

const podAndSet = (value: string): readonly Named[] =>
  podOfDns(value).flatMap((one) => [
    one,
    ...workloadNames(one.text).map((text) => ({ ...one, text })),
  ])

/**
 * Names of the workload that may own a pod: ReplicaSet (`-<hash>-<5>`), DaemonSet or Job (`-<5>`),
 * StatefulSet (`-<n>`).
 * @see https://kubernetes.io/docs/concepts/workloads/
 */
export function workloadNames(pod: string): readonly string[] {
  const names = [
    /^(.+)-[a-f0-9]{8,10}-[a-z0-9]{5}$/,
    /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/,
    /^(.+)-\d+$/,
    /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5}$/,
  ].flatMap((shape) => shape.exec(pod)?.[1] ?? [])
  return [...new Set(names)]
}

/** Identifiers that are unique in the world, of which a CI may have one as an alias. */
export const IDENTIFIERS = [
  'uid',
  'provider_id',
  'serial_number',
  'serial',
  'asset_tag',
  'sys_id',
  'mac',
]
export const EXPLICIT = ['faultline_ci', 'ci_id', 'cmdb_ci', 'ci']
const WORKLOADS = ['deployment', 'statefulset', 'daemonset', 'workload', 'job_name', 'cronjob']
const HOSTS = ['host', 'hostname', 'fqdn', 'node', 'nodename', 'device', 'ip']
const SERVICES = ['service', 'service_name', 'app', 'application', 'component', 'database']

const POD = { label: 'pod', by: 'name' } as const
const WORKLOAD = { rule: 'kubernetes_workload', confidence: 0.95, kind: 'workload' } as const

const WORKLOAD_STEPS: readonly Step[] = WORKLOADS.map((label) => ({
  ...WORKLOAD,
  ...{ label, by: 'name', names: (value) => [...asIs(value), ...namespaced(value)] },
}))
const POD_STEPS: readonly Step[] = [
  // the pod `redis-2` is one of the StatefulSet `redis`, though there is a StatefulSet `redis-2`
  {
    ...POD,
    rule: 'kubernetes_pod',
    confidence: 0.99,
    names: asIs,
    kind: 'pod',
    except: 'workload',
  },
  { ...POD, ...WORKLOAD, names: (value) => workloadNames(value).map((text) => ({ text })) },
  { ...POD, rule: 'kubernetes_pod', confidence: 0.9, names: asIs, kind: 'pod' },
  { rule: 'ip_address', confidence: 0.9, label: 'pod_ip', names: asIs, by: 'name', kind: 'pod' },
  ...WORKLOAD_STEPS,
]

function hostSteps(labels: readonly string[], exact: number): readonly Step[] {
  const host = { kind: 'host' } as const
  return [
    ...labels.map(
      (label): Step => ({
        ...host,
        ...{ rule: 'exact_name', confidence: exact, label, names: hosts, by: 'name' },
      }),
    ),
    ...labels.map(
      (label): Step => ({
        ...host,
        ...{ rule: 'short_host_name', confidence: 0.85, label, names: bareHosts, by: 'short' },
      }),
    ),
    ...labels.map(
      (label): Step => ({
        ...host,
        ...{ rule: 'similar_name', confidence: 0.95, label, names: bareHosts, by: 'key' },
      }),
    ),
  ]
}

const SERVICE_STEPS: readonly Step[] = [
  ...SERVICES.map(
    (label): Step => ({
      ...{ rule: 'service_name', confidence: 0.8, label, by: 'name', kind: 'service' },
      names: (value) => [...asIs(value), ...namespaced(value)],
    }),
  ),
  ...SERVICES.map(
    (label): Step => ({
      ...{ rule: 'similar_name', confidence: 0.8, label, by: 'key', kind: 'service', names: asIs },
    }),
  ),
]
const INSTANCE_STEPS: readonly Step[] = [
  { ...WORKLOAD, rule: 'kubernetes_dns', label: 'instance', names: podAndSet, by: 'name' },
  {
    ...{ rule: 'kubernetes_dns', confidence: 0.9, label: 'instance', by: 'name', kind: 'service' },
    names: namespaced,
  },
  ...hostSteps(['instance'], 0.95),
  { rule: 'job_name', confidence: 0.75, label: 'job', names: asIs, by: 'name', kind: 'service' },
]
/** A container is mostly called like its workload; one called like a sidecar names nothing. */
const CONTAINER: Step = {
  ...{ rule: 'container_name', confidence: 0.75, label: 'container', names: asIs, by: 'name' },
  kind: 'workload',
}
/** With a pod, `instance` and `node` speak of the exporter: the service is nearer. */
const WITH_POD = [...POD_STEPS, ...SERVICE_STEPS, CONTAINER, ...hostSteps(HOSTS, 0.99)]
const WITHOUT_POD = [
  ...POD_STEPS.slice(3),
  ...hostSteps(HOSTS, 0.99),
  ...SERVICE_STEPS,
  ...INSTANCE_STEPS,
]

/** The steps for an alert with such labels, most certain first. */
export function builtInSteps(labels: Labels): readonly Step[] {
  return labels['pod'] ? WITH_POD : WITHOUT_POD
}

/** What a rule of kind `host` cuts out is read as a host name, else it is taken as it is. */
export function namesByRule(kind: CiKind | undefined): Step['names'] {
  return kind === 'host' ? hosts : asIs
}
