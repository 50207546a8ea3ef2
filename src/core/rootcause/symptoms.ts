/**
 * What an alert's rule says about where its cause is: a few symptom kinds, read from generic words
 * in rule names, and the labels by which metrics of calls name both ends.
 */
import type { Labels } from '../model.ts'

/**
 * - `fault`      the thing itself stopped, crashed or ran out of something: nearest to a cause
 * - `failure`    it answers late or wrongly; so do its callers, where it is not their fault
 * - `objective`  a promise to users is broken: farthest from the cause
 * - `dependency` it says itself that something it calls is at fault
 * - `starvation` it gets less work than usual: the cause is mostly in a caller, or behind one
 * - `strain`     it is full or waits: by its own doing, or since what it calls is slow
 * - `other`      the words of its rule say nothing
 */
export type SymptomKind =
  | 'fault'
  | 'failure'
  | 'objective'
  | 'dependency'
  | 'starvation'
  | 'strain'
  | 'other'

/** How symptoms of one kind spread: chances that a fault of a CI shows as one … */
export interface Spread {
  /** … on the CI itself, */
  readonly own: number
  /** … on a CI that calls it, per call, */
  readonly caller: number
  /** … on a CI that it calls, per call. */
  readonly callee: number
}

export const SPREAD: Readonly<Record<SymptomKind, Spread>> = {
  fault: { own: 0.95, caller: 0.05, callee: 0.05 },
  failure: { own: 0.8, caller: 0.6, callee: 0.1 },
  objective: { own: 0.4, caller: 0.6, callee: 0.1 },
  dependency: { own: 0.15, caller: 0.6, callee: 0.1 },
  starvation: { own: 0.3, caller: 0.2, callee: 0.5 },
  strain: { own: 0.9, caller: 0.3, callee: 0.1 },
  other: { own: 0.8, caller: 0.4, callee: 0.1 },
}

/**
 * Word classes, matched against whole words of a rule name. What a name says first in this order
 * counts: `UpstreamErrorRate` speaks of a dependency, `DiskLatencyHigh` of an answer that is late.
 * The words are those of the public rule collections for Prometheus (kube-prometheus, mixins) and
 * of the USE and RED methods; none is the name of a product.
 */
const DEPENDENCY = words('dependency dependencies upstream downstream backend backends')
const OBJECTIVE = words('slo sla budget burn burnrate apdex objective objectives')
const FAILURE = words(
  'error errors latency latencies slow slowness duration availability timeout timeouts failure',
  'failures 5xx 4xx 500 503 success response responses rejected unsuccessful p50 p90 p95 p99',
)
const WORK = words(
  'traffic request requests rps qps throughput load calls operations messages events orders jobs',
)
/** Less work than usual, or work that is off without a word on the direction. */
const LESS = words('no zero drop drops dropped low missing absent decrease decreased idle anomaly')
/** What fills up while a CI waits for others. */
const STRAIN = words(
  'pool pools connections sessions thread threads queue queues queueing queued waiting hpa maxed',
  'saturation saturated throttled throttling backlog lag',
)
const FAULT = words(
  'crash crashed crashing crashloop crashlooping restart restarts restarted restarting oom killed',
  'oomkilled down dead waiting failed failing unhealthy evicted pending unreachable unavailable',
  'terminated exited stopped notready ready panic deadlock corrupt degraded missing absent',
  'cpu memory mem disk filesystem inode inodes swap heap gc io iops saturation saturated throttled',
  'throttling quota pool connections threads descriptors bandwidth network packet packets volume',
  'storage temperature full exhausted utilization usage limit pressure replicas mismatch leader',
  'quorum certificate expired expiring expiry',
)

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')))
}

/** Kinds of rules that were asked for: a pure cache, bounded. */
const known = new Map<string, SymptomKind>()
const MAX_KNOWN = 4096

/** Kind of a rule by its name: `PodCPUThrottled`, `pod_cpu_throttled`, `pod cpu throttled` alike. */
export function symptomOf(rule: string): SymptomKind {
  const kept = known.get(rule)
  if (kept !== undefined) return kept
  const kind = kindOf(rule)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(rule, kind)
  return kind
}

function kindOf(rule: string): SymptomKind {
  const said = rule
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  const says = (group: ReadonlySet<string>): boolean => said.some((word) => group.has(word))
  if (says(DEPENDENCY)) return 'dependency'
  if (says(OBJECTIVE)) return 'objective'
  if (says(FAILURE)) return 'failure'
  if (says(WORK) && says(LESS)) return 'starvation'
  if (says(STRAIN)) return 'strain'
  if (says(FAULT)) return 'fault'
  return 'other'
}

/**
 * Label pairs that name the two ends of a call: Istio's standard metrics, then the service graphs of
 * Tempo and OpenTelemetry (`client`, `server`), then Hubble. The first pair that is there counts.
 */
const ENDS = [
  ['source_workload', 'destination_workload'],
  ['source_canonical_service', 'destination_canonical_service'],
  ['source_app', 'destination_app'],
  ['source_service', 'destination_service'],
  ['client', 'server'],
  ['source', 'destination'],
] as const

/** The ends of the call an alert is about, as its labels name them. */
export function callEnds(
  labels: Labels,
): { readonly caller: string; readonly callee: string } | undefined {
  for (const [from, to] of ENDS) {
    const caller = labels[from] ?? ''
    const callee = labels[to] ?? ''
    if (caller !== '' && callee !== '' && caller !== callee) return { caller, callee }
  }
  return undefined
}

/**
 * Classes of CIs that only hold others together. They have next to nothing of their own that could
 * break, and so much in them that they would explain any incident.
 */
const CONTAINERS = words(
  'namespace project application app environment tenant team organization group folder tag label',
)

/** True for a class such as `namespace` or `Application`. */
export function isContainer(ciClass: string): boolean {
  return CONTAINERS.has(ciClass.toLowerCase())
}
