/**
 * Binding: which CI an alert is about. A deterministic cascade, most certain step first; the first
 * step that names exactly one operational CI wins. Ties and retired CIs never bind, because a wrong
 * binding is worse than none.
 */
import { RE2JS } from 're2js'
import { matchesAll } from './matcher.ts'
import type { Ci, CiBinding, Labels } from './model.ts'
import type { CiKind, RulePacks } from './rules.ts'
import { compare, type Topology } from './topology.ts'

export type BindDecision =
  | { readonly action: 'bind'; readonly binding: CiBinding }
  | {
      readonly action: 'leave'
      /** `no_name`: no label that could name a CI. `unknown`: named, but not in the CMDB. */
      readonly reason: 'no_name' | 'unknown' | 'ambiguous' | 'retired'
      readonly tried: readonly string[]
    }

interface Step {
  readonly rule: string
  readonly confidence: number
  readonly label: string
  readonly names: (value: string) => readonly string[]
  readonly classes?: readonly string[]
  /** Of several CIs with the name, the one of this kind is meant. */
  readonly kind?: CiKind
}

/** Classes by kind, as Kubernetes, CSDM and most CMDBs call them. */
const KINDS: Readonly<Record<CiKind, RegExp>> = {
  pod: /(^|_)pod$/,
  workload: /(^|_)(deployment|statefulset|daemonset|replicaset|workload|cronjob|job|rollout)$/,
  host: /(^|_)(host|node|server|computer|virtual_machine|vm|vm_instance|device|switch|router|firewall)$/,
  service: /(^|_)(service|service_discovered|service_auto|application|appl|component|app)$/,
}

const asIs = (value: string): readonly string[] => [value]

/** `https://web-1.example:8443/x` → `web-1.example:8443`, `web-1.example`; IPv6 in brackets too. */
function hostNames(value: string): readonly string[] {
  const host = value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/[/?#].*$/s, '')
  const bare = host.replace(/^\[(.*)\](?::\d+)?$/, '$1').replace(/^([^:]+):\d+$/, '$1')
  return bare === host ? [host] : [host, bare]
}

/** `web-1.eu.example` → `web-1`; an IP address has no short name. */
function shortNames(value: string): readonly string[] {
  return hostNames(value)
    .filter((name) => /[a-z]/i.test(name) && name.includes('.') && !name.includes(':'))
    .map((name) => name.slice(0, name.indexOf('.')))
}

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

const EXPLICIT = ['faultline_ci', 'ci_id', 'cmdb_ci', 'ci']
const WORKLOADS = ['deployment', 'statefulset', 'daemonset', 'workload', 'job_name', 'cronjob']
const HOSTS = ['host', 'hostname', 'fqdn', 'node', 'nodename', 'device', 'ip']
const SERVICES = ['service', 'service_name', 'app', 'application', 'component', 'database']

const POD_STEPS: readonly Step[] = [
  { rule: 'kubernetes_pod', confidence: 0.99, label: 'pod', names: asIs, kind: 'pod' },
  {
    rule: 'kubernetes_workload',
    confidence: 0.95,
    label: 'pod',
    names: workloadNames,
    kind: 'workload',
  },
  ...WORKLOADS.map(
    (label): Step => ({
      rule: 'kubernetes_workload',
      confidence: 0.95,
      label,
      names: asIs,
      kind: 'workload',
    }),
  ),
]
const HOST_STEPS: readonly Step[] = HOSTS.map((label) => ({
  rule: 'exact_name',
  confidence: 0.99,
  label,
  names: hostNames,
  kind: 'host',
}))
const SERVICE_STEPS: readonly Step[] = SERVICES.map((label) => ({
  rule: 'service_name',
  confidence: 0.8,
  label,
  names: asIs,
  kind: 'service',
}))
const INSTANCE_STEPS: readonly Step[] = [
  { rule: 'exact_name', confidence: 0.95, label: 'instance', names: hostNames, kind: 'host' },
  ...['instance', ...HOSTS].map(
    (label): Step => ({
      rule: 'short_host_name',
      confidence: 0.85,
      label,
      names: shortNames,
      kind: 'host',
    }),
  ),
  { rule: 'job_name', confidence: 0.75, label: 'job', names: asIs, kind: 'service' },
]
/** A container is mostly called like its workload; one called like a sidecar names nothing. */
const CONTAINER: Step = {
  rule: 'container_name',
  confidence: 0.75,
  label: 'container',
  names: asIs,
  kind: 'workload',
}
/** With a pod, `instance` and `node` speak of the exporter: the service is nearer. */
const WITH_POD = [...POD_STEPS, ...SERVICE_STEPS, CONTAINER, ...HOST_STEPS]
const WITHOUT_POD = [...POD_STEPS.slice(2), ...HOST_STEPS, ...SERVICE_STEPS, ...INSTANCE_STEPS]

/**
 * Binds an alert by its labels.
 *
 * Steps: explicit id → the rules of the bind pack → pod and its workload → exact host name →
 * service name → instance and short host name → job. A CI with another `namespace`, `cluster` or
 * environment than the alert's is not it. O(steps), independent of the size of the CMDB.
 */
export function decideBinding(
  labels: Labels,
  topology: Topology,
  pack: RulePacks['bind'],
): BindDecision {
  for (const label of EXPLICIT) {
    const item = topology.items.get(labels[label] ?? '')
    if (item !== undefined && isOperational(item))
      return bind(item, { rule: 'explicit_id', confidence: 1, label }, labels)
  }
  const steps = [...ruleSteps(labels, pack), ...(labels['pod'] ? WITH_POD : WITHOUT_POD)]
  const tried: string[] = []
  let reason: 'no_name' | 'unknown' | 'ambiguous' | 'retired' = 'no_name'
  for (const step of steps) {
    const value = labels[step.label]
    if (value === undefined || value === '') continue
    for (const name of step.names(value)) {
      const found = lookUp(name, realmLabels(labels, step.label), topology, step)
      if (found.item !== null) return bind(found.item, step, labels)
      tried.push(`${step.label}=${name}`)
      if (reason === 'no_name' || reason === 'unknown') reason = found.reason
    }
  }
  return { action: 'leave', reason, tried: [...new Set(tried)] }
}

function bind(
  item: Ci,
  { rule, confidence, label }: Pick<Step, 'rule' | 'confidence' | 'label'>,
  labels: Labels,
): BindDecision {
  const matched = `${label}=${labels[label] ?? ''}`
  return { action: 'bind', binding: { ci: item.id, rule, confidence, matched } }
}

function ruleSteps(labels: Labels, pack: RulePacks['bind']): readonly Step[] {
  return pack.rules
    .filter((rule) => matchesAll(rule.when, labels))
    .map((rule) => ({
      rule: `rule:${rule.name}`,
      confidence: rule.confidence,
      label: rule.label,
      names: (value: string) => extract(value, rule.extract),
      classes: rule.class,
      ...(rule.kind === undefined ? {} : { kind: rule.kind }),
    }))
}

function extract(value: string, pattern: string | undefined): readonly string[] {
  if (pattern === undefined) return [value]
  const matcher = RE2JS.compile(pattern).matcher(value)
  if (!matcher.find()) return []
  const part = matcher.groupCount() > 0 ? matcher.group(1) : matcher.group()
  return part === null || part === '' ? [] : [part]
}

type LookUp =
  | { readonly item: Ci }
  | { readonly item: null; readonly reason: 'unknown' | 'ambiguous' | 'retired' }

function lookUp(
  name: string,
  labels: Labels,
  topology: Topology,
  { classes = [], kind }: Pick<Step, 'classes' | 'kind'>,
): LookUp {
  const direct = topology.items.get(name)
  const named = topology.named(name)
  const all = direct === undefined || named.includes(direct) ? named : [direct, ...named]
  const exact = all.filter((item) => item.name === name || item.aliases.includes(name))
  const wanted = (exact.length > 0 ? exact : all).filter(
    (item) => classes.length === 0 || classes.includes(item.class),
  )
  const alive = wanted.filter(isOperational)
  if (alive.length === 0) return { item: null, reason: wanted.length > 0 ? 'retired' : 'unknown' }
  const fitting = alive.filter((item) => !contradicts(item, labels))
  const [only, second] = fitting
  if (only !== undefined && second === undefined) return { item: only }
  if (only === undefined) return { item: null, reason: 'unknown' }
  const [best, next] = fitting
    .map((item) => ({ item, agrees: agreements(item, labels) }))
    .sort((a, b) => b.agrees - a.agrees || compare(a.item.id, b.item.id))
  if (best !== undefined && next !== undefined && best.agrees > next.agrees) return best
  const ofKind = fitting.filter((item) => kind !== undefined && isKind(item, kind))
  const [meant] = ofKind.filter((item) => agreements(item, labels) === best?.agrees)
  if (meant !== undefined && ofKind.length === 1) return { item: meant }
  return { item: null, reason: 'ambiguous' }
}

function isKind(item: Ci, kind: CiKind): boolean {
  return KINDS[kind].test(item.class.toLowerCase().replaceAll('-', '_'))
}

const RETIRED = new Set(['retired', 'decommissioned', 'disposed', 'absent', 'obsolete'])

export function isOperational(item: Ci): boolean {
  return !RETIRED.has(item.status.toLowerCase())
}

/** Labels `exported_x` speak of what was scraped, and so do the realm labels beside them. */
function realmLabels(labels: Labels, label: string): Labels {
  if (!label.startsWith('exported_')) return labels
  const exported = REALMS.flatMap((realm) => {
    const value = labels[`exported_${realm}`]
    return value === undefined ? [] : [[realm, value] as const]
  })
  return { ...labels, ...Object.fromEntries(exported) }
}

const REALMS = ['namespace', 'cluster', 'region', 'environment', 'env']

function realmOf(item: Ci, realm: string): string | undefined {
  return item.labels[realm] ?? (realm === 'environment' ? item.environment : undefined)
}

function contradicts(item: Ci, labels: Labels): boolean {
  return REALMS.some((realm) => {
    const theirs = realmOf(item, realm)
    const ours = labels[realm]
    return theirs !== undefined && ours !== undefined && ours !== '' && theirs !== ours
  })
}

function agreements(item: Ci, labels: Labels): number {
  return REALMS.filter((realm) => {
    const theirs = realmOf(item, realm)
    return theirs !== undefined && theirs === labels[realm]
  }).length
}
