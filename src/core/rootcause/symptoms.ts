/**
 * What an alert's rule says about where its cause is: a small set of symptom kinds, read from
 * generic words in rule names, and the labels by which edge metrics name both ends of a call.
 */
import type { Labels } from '../model.ts'

/**
 * - `lifecycle`  the thing itself stopped, crashed or cannot start
 * - `resource`   it runs out of something of its own: CPU, memory, disk, connections
 * - `failure`    it answers late or wrongly; so do its callers when it is not their fault
 * - `objective`  a promise to users is broken: farthest from the cause
 * - `dependency` it says itself that something it calls is at fault
 * - `starvation` it gets less work than usual: the cause is mostly elsewhere, in or behind a caller
 * - `other`      nothing is known about the words of its rule
 */
export type SymptomKind =
  | 'lifecycle'
  | 'resource'
  | 'failure'
  | 'objective'
  | 'dependency'
  | 'starvation'
  | 'other'

/** Words of one group, matched whole against the words of a rule name. */
const WORDS = {
  dependency: ['dependency', 'dependencies', 'upstream', 'downstream', 'backend', 'backends'],
  work: [
    'traffic',
    'request',
    'requests',
    'rps',
    'qps',
    'throughput',
    'load',
    'operations',
    'messages',
  ],
  less: ['no', 'drop', 'dropped', 'low', 'missing', 'absent', 'decrease', 'anomaly', 'idle'],
  failure: [
    ...['error', 'errors', 'latency', 'slow', 'duration', 'availability', 'timeout', 'timeouts'],
    ...['failure', 'failures', '5xx', '4xx', 'success', 'response', 'rejected', 'unsuccessful'],
  ],
  objective: ['slo', 'sla', 'budget', 'burn', 'burnrate', 'apdex', 'objective'],
  lifecycle: [
    ...[
      'crash',
      'crashloop',
      'crashlooping',
      'crashed',
      'restart',
      'restarts',
      'restarting',
      'oom',
    ],
    ...[
      'oomkilled',
      'killed',
      'down',
      'dead',
      'waiting',
      'failed',
      'unhealthy',
      'evicted',
      'pending',
    ],
    ...[
      'unreachable',
      'unavailable',
      'terminated',
      'exited',
      'stopped',
      'notready',
      'ready',
      'panic',
    ],
  ],
  resource: [
    ...[
      'cpu',
      'memory',
      'mem',
      'disk',
      'filesystem',
      'inode',
      'inodes',
      'swap',
      'heap',
      'gc',
      'io',
    ],
    ...[
      'iops',
      'saturation',
      'saturated',
      'throttling',
      'throttled',
      'quota',
      'pool',
      'connections',
    ],
    ...['threads', 'descriptors', 'bandwidth', 'network', 'packet', 'packets', 'volume', 'storage'],
    ...['temperature', 'full', 'exhausted', 'utilization', 'usage', 'limit', 'pressure'],
  ],
} as const

const has = (words: ReadonlySet<string>, group: readonly string[]): boolean =>
  group.some((word) => words.has(word))

/** Kind of a rule by its name: `PodCPUThrottled`, `pod_cpu_throttled` and `pod cpu throttled` alike. */
export function symptomOf(rule: string): SymptomKind {
  const words = new Set(wordsOf(rule))
  if (has(words, WORDS.dependency)) return 'dependency'
  if (has(words, WORDS.objective)) return 'objective'
  if (has(words, WORDS.failure)) return 'failure'
  if (has(words, WORDS.work) && has(words, WORDS.less)) return 'starvation'
  if (has(words, WORDS.lifecycle)) return 'lifecycle'
  if (has(words, WORDS.resource)) return 'resource'
  return 'other'
}

function wordsOf(rule: string): readonly string[] {
  return rule
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/**
 * Label pairs that name the two ends of a call: Istio's standard metrics, Tempo's and
 * OpenTelemetry's service graphs, Hubble. In this order; the first pair that is there counts.
 */
const ENDS = [
  ['source_workload', 'destination_workload'],
  ['source_canonical_service', 'destination_canonical_service'],
  ['source_app', 'destination_app'],
  ['source_service', 'destination_service'],
  ['source', 'destination'],
  ['client', 'server'],
] as const

/** The ends of the call an alert is about, as its labels name them. */
export function callEnds(labels: Labels): { caller: string; callee: string } | undefined {
  for (const [from, to] of ENDS) {
    const caller = labels[from]
    const callee = labels[to]
    if (caller !== undefined && callee !== undefined && caller !== '' && callee !== '')
      return { caller, callee }
  }
  return undefined
}
