/**
 * What one alert says about the world: things and relations between them, out of its labels. Names that
 * come and go (pods, what has a hash or an address in it) are made those of what lasts, or are none.
 */
import { workloadNames } from '../bind-steps.ts'
import type { Labels } from '../model.ts'
import { canonicalName, hostNames, ipAddress } from '../names.ts'
import { type Realm, realmOfAlert } from '../realm.ts'

export type ThingKind = 'host' | 'workload' | 'service' | 'database' | 'cluster' | 'group'

/** Something that alerts speak of. */
export interface Thing {
  readonly kind: ThingKind
  /** In the words of our CMDB formats. */
  readonly class: string
  /** In canonical form, except of groups. */
  readonly name: string
  readonly realm: Realm
}

/** `from` suffers from a fault in `to`, as every relation. */
export interface Tie {
  readonly from: Thing
  readonly type: 'runs_on' | 'depends_on' | 'member_of'
  readonly to: Thing
}

export interface Said {
  readonly things: readonly Thing[]
  readonly ties: readonly Tie[]
}

const HOSTS = ['node', 'nodename', 'host', 'hostname', 'fqdn', 'device']
const WORKLOADS = ['deployment', 'statefulset', 'daemonset', 'cronjob']
const SERVICES = ['service', 'service_name', 'app', 'application']
const GROUPS = ['hostgroup', 'host_group', 'hostgroups']
/** Their `service` is what is checked, such as `Disk usage`. */
const CHECKS = new Set(['nagios', 'icinga', 'checkmk', 'zabbix'])
/** What monitors says nothing of what it runs beside. */
const MONITORS =
  /exporter|kube-state-metrics|kubelet|cadvisor|prometheus|pushgateway|alertmanager|blackbox|telegraf|collector|fluent|promtail|(?:^|[-_])(?:node|agent|probe|monitor|monitoring)$/
/** Of values of realms, too: keys and ids are made of both. */
const MAX_NAME = 128
const MAX_GROUPS = 5

/** What the alert says. O(labels) */
export function saidBy(labels: Labels, source: string): Said {
  const read = reader(labels)
  const host = hostOf(read)
  const workload = workloadOf(read)
  const service = CHECKS.has(source) ? null : serviceOf(read)
  const database = named(read, 'database', 'database', ['database'])
  const cluster = host === null ? null : named(read, 'cluster', 'cluster', ['cluster'])
  const groups = host === null ? [] : groupsOf(read)
  const calls = callsOf(labels)
  const ties: (Tie | null)[] = [
    // the node beside what kube-state-metrics says may be its own
    isOfObjects(labels) ? null : tie(workload, 'runs_on', host),
    tie(service, 'depends_on', workload),
    workload === null && !isMonitor(read.of('pod') ?? '') ? tie(service, 'runs_on', host) : null,
    workload === null ? tie(database, 'runs_on', host) : null,
    tie(host, 'member_of', cluster),
    ...groups.map((group) => tie(host, 'member_of', group)),
    calls,
  ]
  const said = ties.filter((one) => one !== null)
  const alone = [host, workload, service, database].filter((one) => one !== null)
  const things = [...alone, ...said.flatMap(({ from, to }) => [from, to])]
  return { things: distinct(things, thingKey), ties: distinct(said, tieKey) }
}

/** Names a thing, wherever it is said. */
export function thingKey({ kind, name, realm }: Pick<Thing, 'kind' | 'name' | 'realm'>): string {
  const where = Object.entries(realm)
    .sort()
    .map(([label, value]) => `${label}=${value}`)
  return [`${kind}:${name}`, ...where].join(' ')
}

export function tieKey({ from, type, to }: Tie): string {
  return JSON.stringify([thingKey(from), type, thingKey(to)])
}

/** Whether a name is made up for a while: it has a hash, a long number, a UUID, or is an address. */
export function isPassing(name: string): boolean {
  if (ipAddress(name) !== null) return true
  const words = name.split(/[^\p{L}\p{N}]+/u)
  return (
    words.some(
      (word) =>
        /^\d{6,}$/.test(word) ||
        (/^[0-9a-f]{7,}$/.test(word) && /\d/.test(word)) ||
        (word.length >= 12 && (word.match(/\d+/g) ?? []).length >= 3),
    ) || /-(?=\d*[a-z])[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(name)
  )
}

interface Reader {
  readonly labels: Labels
  /** Of what the alert is about; `undefined`: it does not say. */
  readonly of: (label: string) => string | undefined
  readonly realm: (kind: ThingKind) => Realm
}

/** Where labels were renamed to `exported_x`, those without are the exporter's. */
function reader(labels: Labels): Reader {
  const names = ['pod', 'node', 'service', 'instance', 'namespace', 'host', 'job']
  const isRenamed = names.some((name) => (labels[`exported_${name}`] ?? '') !== '')
  const of = (label: string): string | undefined => {
    const value = labels[isRenamed ? `exported_${label}` : label]
    return value === '' ? undefined : value
  }
  const whole = realmOfAlert(labels, isRenamed ? 'exported_' : '')
  return {
    labels,
    of,
    realm: (kind) => {
      const { namespace, ...wide } = whole
      if (kind === 'cluster' || kind === 'group') return {}
      return kind === 'host' || namespace === undefined ? wide : { ...wide, namespace }
    },
  }
}

function hostOf(read: Reader): Thing | null {
  const { of } = read
  const label = HOSTS.find((one) => of(one) !== undefined)
  if (label !== undefined) {
    const name = hostNames(of(label) ?? '').at(-1) ?? ''
    return thing(read, { kind: 'host', class: label === 'node' ? 'node' : 'host', name })
  }
  // beside a pod, the instance is a pod, too
  const value = of('instance')
  if (value === undefined || of('pod') !== undefined || /^https?:/i.test(value)) return null
  const name = hostNames(value).at(-1) ?? ''
  if (/\.(?:svc|pod)(?:\.|$)/i.test(name) || isMonitor(name)) return null
  return thing(read, { kind: 'host', class: 'host', name })
}

function workloadOf(read: Reader): Thing | null {
  const { of } = read
  const label = WORKLOADS.find((one) => of(one) !== undefined)
  if (label !== undefined)
    return thing(read, { kind: 'workload', class: label, name: of(label) ?? '' })
  const pod = of('pod') ?? ''
  if (isMonitor(pod)) return null
  const [name] = workloadNames(pod)
  if (name === undefined) return null
  const rest = pod.slice(name.length)
  const shape = /^-\d+$/.test(rest) ? 'statefulset' : rest.indexOf('-', 1) > 0 ? 'deployment' : null
  return thing(read, { kind: 'workload', class: shape ?? 'daemonset', name })
}

function serviceOf(read: Reader): Thing | null {
  const found = named(read, 'service', 'service', SERVICES)
  if (found !== null || read.of('pod') !== undefined) return found
  // a scrape job is called like the service where it is not called like what scrapes
  return read.of('instance') === undefined ? null : named(read, 'service', 'service', ['job'])
}

function named(
  read: Reader,
  kind: ThingKind,
  ciClass: string,
  labels: readonly string[],
): Thing | null {
  const label = labels.find((one) => read.of(one) !== undefined)
  const value = label === undefined ? undefined : read.of(label)
  if (value === undefined || isMonitor(value)) return null
  return thing(read, { kind, class: ciClass, name: value })
}

/** As a mesh says it: whose call failed, and who was called. */
function callsOf(labels: Labels): Tie | null {
  const end = (side: 'source' | 'destination'): Thing | null => {
    const name = labels[`${side}_workload`] ?? ''
    const namespace = labels[`${side}_workload_namespace`] ?? ''
    const read = reader({
      ...(labels['cluster'] === undefined ? {} : { cluster: labels['cluster'] }),
      ...(namespace === '' ? {} : { namespace }),
    })
    if (name === 'unknown') return null
    return thing(read, { kind: 'workload', class: 'deployment', name })
  }
  return tie(end('source'), 'depends_on', end('destination'))
}

function groupsOf(read: Reader): readonly Thing[] {
  const value = GROUPS.map((label) => read.of(label)).find((one) => one !== undefined)
  return (value ?? '')
    .split(/\s*,\s*/)
    .filter((name) => name !== '' && name.length <= MAX_NAME)
    .slice(0, MAX_GROUPS)
    .map((name) => ({ kind: 'group', class: 'group', name, realm: {} }))
}

function thing(
  read: Reader,
  { kind, class: ciClass, name: given }: Omit<Thing, 'realm'>,
): Thing | null {
  const name = canonicalName(given)
  const isName = /^\p{L}[\p{L}\p{N}._-]+$/u.test(name) && name.length <= MAX_NAME
  if (!isName || isPassing(name) || /^localhost/.test(name)) return null
  const realm = read.realm(kind)
  if (Object.values(realm).some((value) => value.length > MAX_NAME)) return null
  return { kind, class: ciClass, name, realm }
}

function tie(from: Thing | null, type: Tie['type'], to: Thing | null): Tie | null {
  if (from === null || to === null || thingKey(from) === thingKey(to)) return null
  return { from, type, to }
}

function isMonitor(name: string): boolean {
  return MONITORS.test(name.toLowerCase())
}

/** kube-state-metrics tells of objects: what stands beside them is its own. */
function isOfObjects(labels: Labels): boolean {
  return ['job', 'service', 'container', 'app'].some((name) =>
    /kube-state-metrics|(?:^|-)ksm$/.test(labels[name] ?? ''),
  )
}

function distinct<T>(all: readonly T[], keyOf: (one: T) => string): readonly T[] {
  return [...new Map(all.map((one) => [keyOf(one), one])).values()]
}
