/**
 * An estate and what monitoring calls its parts: names in other case, full and short, with ports, as
 * URLs, by address, with hashes of pods, by former names, with other separators. Beside each thing
 * stand its look-alikes, and names that are nobody's.
 */
import type { Ci, CiAddress, Labels } from '../../../src/core/model.ts'
import { type Random, seeded } from '../../../src/demo/random.ts'
import { ci, T0 } from '../../support/engine.ts'

export interface Asked {
  /** How the name was changed. */
  readonly change: string
  readonly labels: Labels
  readonly at: number
  /** The CI that is meant; `null`: none that may be bound. */
  readonly truth: string | null
  /** Something that is called nearly so is in the CMDB. */
  readonly lookAlike: boolean
}

export interface NameSet {
  readonly items: readonly Ci[]
  readonly asked: readonly Asked[]
}

const ROLES = ['web', 'api', 'db', 'cache', 'queue', 'search', 'mail', 'batch', 'edge', 'auth']
const DOMAINS = ['eu.corp.example', 'us.corp.example']
const SERVICES = [
  'cart',
  'carts',
  'order',
  'orders',
  'payment',
  'payments-api',
  'user',
  'users-api',
]
const HOUR = 3_600_000
const HASH = 'bcdfghjklmnpqrstvwxz2456789'

interface Host {
  readonly item: Ci
  readonly short: string
  readonly full: string
  readonly ip: string
  readonly former: string
  /** Whether no other one has the short name. */
  readonly alone: boolean
}

/** The same seed makes the same set: some 400 CIs and ten times as many questions. */
export function nameSet(seed: number): NameSet {
  const random = seeded(seed)
  const hosts = makeHosts(random)
  const retired = hosts
    .slice(0, 20)
    .map(({ item, short }, n) =>
      ci(`retired-${n}`, { name: short, class: 'host', status: 'retired', labels: item.labels }),
    )
  const gone = Array.from({ length: 20 }, (_, n) =>
    ci(`gone-${n}`, { name: `legacy-${n + 1}`, class: 'host', status: 'decommissioned' }),
  )
  const workloads = makeWorkloads()
  const pods = makePods()
  return {
    items: random.shuffled([
      ...hosts.map(({ item }) => item),
      ...retired,
      ...gone,
      ...workloads,
      ...pods,
    ]),
    asked: [
      ...hosts.flatMap((host) => askHost(host, random)),
      ...hosts.flatMap((host) => askNobody(host, hosts)),
      ...gone.map(({ name }) => ask('retired', { host: name }, null)),
      ...workloads.flatMap((item) => askWorkload(item, random)),
      ...pods.flatMap(askPod),
    ],
  }
}

function ask(change: string, labels: Labels, truth: string | null, at = T0): Asked {
  return { change, labels, at, truth, lookAlike: false }
}

/** `web-1` to `web-24` for each role, with holes; those of two roles are in two domains under one name. */
function makeHosts(random: Random): Host[] {
  return ROLES.flatMap((role, r) =>
    Array.from({ length: 24 }, (_, n) => n + 1)
      .filter((n) => n === 12 || n === 21 || !random.chance(0.3))
      .flatMap((n) =>
        (r < 2 ? DOMAINS : DOMAINS.slice(n % 2, (n % 2) + 1)).map((domain, d) => {
          const short = `${role}-${n}`
          const full = `${short}.${domain}`
          const ip = `10.${r}.${d}.${n}`
          const former = `${role}srv${String.fromCharCode(97 + n)}${d}${n * 7}`
          const region = domain.slice(0, 2)
          const item = ci(`host:${full}`, {
            ...{ class: 'host', name: random.chance(0.5) || r < 2 ? full : short },
            ...{ aliases: [ip, former], labels: { region }, environment: 'production' },
          })
          return { item, short, full, ip, former, alone: r >= 2 }
        }),
      ),
  )
}

function askHost({ item, short, full, ip, former, alone }: Host, random: Random): Asked[] {
  const port = `${random.int(1024, 65_535)}`
  const region = { region: item.labels['region'] ?? '' }
  const always: [string, Labels][] = [
    ['full name', { host: full }],
    ['case', { host: full.toUpperCase() }],
    ['port', { instance: `${full}:${port}` }],
    ['URL', { instance: `https://${full}:${port}/metrics` }],
    ['dot at the end', { fqdn: `${full}.` }],
    ['IP', { instance: `${ip}:9100` }],
    ['mapped IP', { ip: `::ffff:${ip}` }],
    ['former name', { host: former }],
    ['short name and region', { host: short, ...region }],
  ]
  const where = alone ? {} : region
  const more: [string, Labels][] = [
    ['short name', { host: short, ...where }],
    ['short name in other case', { hostname: short.toUpperCase(), ...where }],
    ['short name and port', { instance: `${short}:${port}`, ...where }],
    ['other separator', { host: short.replace('-', '_'), ...where }],
    ['no separator', { host: short.replace('-', ''), ...where }],
    ['environment in it', { host: `prd-${short}`, ...where }],
    ['environment said', { host: short, env: 'prod', ...where }],
  ]
  return [...always, ...more].map(([change, labels]) => ask(change, labels, item.id))
}

/** Names that are nobody's, one step from one that is somebody's. */
function askNobody({ short, full, ip }: Host, hosts: readonly Host[]): Asked[] {
  const [role = '', n = ''] = short.split('-')
  const taken = new Set(hosts.flatMap((host) => [host.short, host.full, host.ip]))
  const swapped = [...n].reverse().join('')
  const near: [string, Labels, string][] = [
    ['digits swapped', { host: `${role}-${swapped}` }, `${role}-${swapped}`],
    ['a digit more', { host: `${role}-${n}7` }, `${role}-${n}7`],
    ['a zero before', { host: `${role}-0${n}` }, `${role}-0${n}`],
    ['digits parted', { host: `${role}-${[...n].join('-')}` }, `${role}-${[...n].join('-')}`],
    ['another role', { host: `${role}s-${n}` }, `${role}s-${n}`],
    ['a letter after', { host: `${short}b` }, `${short}b`],
    ['another domain', { host: `${short}.partner.example` }, `${short}.partner.example`],
    ['another environment', { host: short, env: 'staging' }, ''],
    ['an environment in it', { host: `test-${short}` }, ''],
    ['another region', { host: short, region: 'ap' }, ''],
    ['an address beside', { instance: `${ip}0:9100` }, `${ip}0`],
    ['a part of it', { instance: `https://${role}.partner.example/` }, ''],
  ]
  return near
    .filter(([, , name]) => !taken.has(name) && full !== name)
    .map(([change, labels]) => ({ ...ask(`nobody: ${change}`, labels, null), lookAlike: true }))
}

/** Each in two namespaces, and a StatefulSet `<name>-2` beside `<name>`. */
function makeWorkloads(): Ci[] {
  return SERVICES.flatMap((name) =>
    ['shop', 'shop-test'].flatMap((namespace) => [
      ci(`deployment:${namespace}/${name}`, { class: 'deployment', name, labels: { namespace } }),
      ...['', '-2'].map((more) =>
        ci(`statefulset:${namespace}/${name}-db${more}`, {
          ...{ class: 'statefulset', name: `${name}-db${more}`, labels: { namespace } },
        }),
      ),
    ]),
  )
}

function letters(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.pick([...HASH])).join('')
}

function askWorkload({ id, class: kind, name, labels }: Ci, random: Random): Asked[] {
  const set = kind === 'statefulset'
  const pod = set
    ? `${name}-${random.int(0, 1)}`
    : `${name}-${letters(random, 9)}-${letters(random, 5)}`
  const { namespace = '' } = labels
  const dns = set ? `${pod}.${name}.${namespace}.svc` : `${name}.${namespace}.svc.cluster.local:80`
  const lone = { namespace: 'elsewhere' }
  return [
    ask('pod hash', { pod, namespace, node: 'unknown-node' }, id),
    ask('workload', { [kind]: name, namespace }, id),
    ask('namespace in the name', { [kind]: `${namespace}/${name}` }, id),
    ask('name in the cluster', { instance: dns }, id),
    { ...ask('nobody: two namespaces', { pod }, null), lookAlike: true },
    { ...ask('nobody: another namespace', { pod, ...lone }, null), lookAlike: true },
  ]
}

/** Pods that have one address after another, with a pause between. */
function makePods(): Ci[] {
  return Array.from({ length: 60 }, (_, n) => {
    const address = `10.200.0.${Math.floor(n / 3)}`
    const from = T0 + (n % 3) * HOUR
    const addresses: CiAddress[] = [{ address, from, until: from + HOUR - 1000 }]
    return ci(`pod:${n}`, { class: 'pod', name: `worker-${letters(seeded(n + 1), 5)}`, addresses })
  })
}

function askPod({ id, addresses = [] }: Ci): Asked[] {
  return addresses.flatMap(({ address, from = 0, until = 0 }) => [
    ask('IP at its time', { instance: `${address}:8080` }, id, from),
    ask('IP at its time', { pod_ip: address, pod: 'x' }, id, until - 1),
    { ...ask('nobody: IP between', { instance: `${address}:8080` }, null, until), lookAlike: true },
  ])
}
