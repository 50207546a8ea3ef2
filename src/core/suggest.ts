/** What an unknown name may mean: CIs ranked by how much speaks for them, for a person to decide. */
import similarity from 'natural/lib/natural/distance/jaro-winkler_distance.js'
import type { UnboundState } from './aliases.ts'
import { isOperational } from './bind.ts'
import { isKind } from './bind-steps.ts'
import type { Ci, Labels } from './model.ts'
import { piecesOf } from './name-index.ts'
import { canonicalName, hostNames, hostParts, ipAddress } from './names.ts'
import { contradicts, isWithin, type Realm, realmOfCi } from './realm.ts'
import type { EpochMs } from './time.ts'
import { compare, type Topology } from './topology.ts'

/** One thing that speaks for a CI, or against it. */
export interface Reason {
  readonly text: string
  /** Adds to the score; negative: against it. */
  readonly points: number
}

export interface Suggestion {
  readonly ci: string
  readonly name: string
  readonly class: string
  /** Sum of the points of its reasons, at most 1. */
  readonly score: number
  readonly reasons: readonly Reason[]
}

const MAX_SUGGESTIONS = 5
const MIN_SCORE = 0.4

type Asked = Pick<UnboundState, 'name' | 'kind' | 'realm' | 'labels' | 'lastAt'>

/**
 * CIs that an unknown name may mean, the likeliest first; at most five. Those of another namespace,
 * cluster, region or environment are none. O(CIs that share a word with it).
 */
export function suggestCis(asked: Asked, topology: Topology): readonly Suggestion[] {
  const addressed = addressesOf(asked.labels, asked.lastAt, topology)
  const near = new Set([
    ...addressed,
    ...piecesOf(asked.name).flatMap((piece) => topology.sharing(piece)),
    ...topology.named(asked.name),
  ])
  return [...near]
    .filter((item) => isOperational(item) && !contradicts(realmOfCi(item), asked.realm))
    .map((item) => toSuggestion(item, asked, addressed.has(item)))
    .filter(({ score }) => score >= MIN_SCORE)
    .sort((a, b) => b.score - a.score || compare(a.ci, b.ci))
    .slice(0, MAX_SUGGESTIONS)
}

/** CIs that have an address which stands in any label. */
function addressesOf(labels: Labels, at: EpochMs, topology: Topology): ReadonlySet<Ci> {
  const ips = Object.values(labels).flatMap((value) =>
    hostNames(value).flatMap((name) => ipAddress(name.toLowerCase()) ?? []),
  )
  return new Set(ips.flatMap((ip) => topology.addressed(ip, at)))
}

function toSuggestion(item: Ci, asked: Asked, hasAddress: boolean): Suggestion {
  const best = [item.name, ...item.aliases]
    .map((name) => reasonsOf(name, asked))
    .sort((a, b) => sum(b) - sum(a))[0]
  const reasons = [
    ...(best ?? []),
    ...(hasAddress ? [{ text: 'has an address of the alert', points: 0.6 }] : []),
    ...realmReasons(realmOfCi(item), asked.realm),
    ...(asked.kind !== 'any' && isKind(item.class, asked.kind)
      ? [{ text: `is a ${asked.kind}`, points: 0.05 }]
      : []),
  ]
  const score = Math.max(0, Math.min(1, Math.round(sum(reasons) * 100) / 100))
  return { ci: item.id, name: item.name, class: item.class, score, reasons }
}

function sum(reasons: readonly Reason[]): number {
  return reasons.reduce((total, { points }) => total + points, 0)
}

function reasonsOf(name: string, asked: Asked): readonly Reason[] {
  const short = (text: string): string => hostParts(text)?.short ?? canonicalName(text)
  const [mine, theirs] = [short(asked.name), short(name)]
  const alike = similarity(mine, theirs, { ignoreCase: true })
  const shared = words(mine).filter((word) => words(theirs).includes(word))
  const all = new Set([...words(mine), ...words(theirs)])
  return [
    { text: `${theirs} is similar (${alike.toFixed(2)})`, points: 0.55 * alike },
    ...(shared.length === 0
      ? []
      : [{ text: `shares ${shared.join(', ')}`, points: (0.35 * shared.length) / all.size }]),
    ...(alike < 0.7 || digits(mine) === digits(theirs)
      ? []
      : [{ text: 'has other digits', points: -0.3 }]),
  ]
}

function words(name: string): readonly string[] {
  return [...new Set(name.match(/\p{L}{2,}/gu) ?? [])]
}

function digits(name: string): string {
  return (name.match(/\d+/g) ?? []).join('.')
}

function realmReasons(theirs: Realm, asked: Realm): readonly Reason[] {
  return (['namespace', 'cluster', 'region', 'environment'] as const)
    .filter((name) => asked[name] !== undefined && isWithin(asked, { [name]: theirs[name] ?? ' ' }))
    .map((name) => ({ text: `is in the same ${name}, ${asked[name] ?? ''}`, points: 0.1 }))
}

/** The CI that may be missing, as a CMDB file has it. */
export function missingCi({ name, kind, realm, labels }: Asked): Ci {
  const { environment, ...where } = realm
  const ciClass =
    kind === 'workload' || kind === 'pod'
      ? labels['statefulset'] !== undefined || /-\d+$/.test(labels['pod'] ?? '')
        ? 'statefulset'
        : labels['daemonset'] === undefined
          ? 'deployment'
          : 'daemonset'
      : kind === 'any'
        ? 'service'
        : kind
  const id = [ciClass, realm.cluster, realm.namespace, name].filter(Boolean).join(':')
  return {
    ...{ id, class: ciClass, name, aliases: [], labels: { ...where }, status: 'operational' },
    ...(environment === undefined ? {} : { environment }),
  }
}
