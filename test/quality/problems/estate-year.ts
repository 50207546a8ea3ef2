/**
 * A year of resolved incidents as an estate has them: faults without memory, some CIs and alerts far
 * more often than others, more by day than by night, with symptoms beside them and after-shocks.
 */
import type { PastIncident } from '../../../src/core/problems/types.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { chances, YEAR0 } from '../../core/problems/year.ts'

export const YEAR_DAYS = 364

interface Kind {
  readonly cis: number
  readonly rules: readonly string[]
  /** Class of what shows the symptoms of its faults. */
  readonly hurts: string
}

const named = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String.fromCharCode(65 + i)}`)

/** Class → its CIs and the alerts they have. */
export const CLASSES: Readonly<Record<string, Kind>> = {
  host: { cis: 260, rules: named('Host', 14), hurts: 'service' },
  service: { cis: 120, rules: named('Service', 10), hurts: 'service' },
  database: { cis: 40, rules: named('Database', 9), hurts: 'service' },
  network: { cis: 60, rules: named('Network', 8), hurts: 'host' },
  certificate: { cis: 50, rules: named('Certificate', 3), hurts: 'service' },
}

const SERVICES = 40
const CHANGE_KINDS = ['deploy', 'config', 'infrastructure', 'database', 'flag']

/** Fixed draws of one stream. */
export interface Draws {
  readonly next: () => number
  readonly below: (n: number) => number
  readonly pick: <T>(list: readonly T[]) => T
}

export function drawsOf(seed: number): Draws {
  const next = chances(seed)
  const below = (n: number): number => Math.floor(next() * n)
  return {
    next,
    below,
    pick: (list) => {
      const one = list[below(list.length)]
      if (one === undefined) throw new Error('nothing to pick from')
      return one
    },
  }
}

/** How many CIs of a class there are. */
export const sizeOfClass = (name: string): number => CLASSES[name]?.cis ?? 0

/** The service that a CI is of; a few services have most of the CIs. */
export function serviceOf(placeClass: string, ci: number): string {
  const shuffled = (ci * 7919 + placeClass.length * 104_729) % 1000
  return `app-${Math.floor((shuffled / 1000) ** 1.5 * SERVICES)}`
}

/** One incident; what is not said is as usual. */
export function incidentOf(
  of: Pick<PastIncident, 'incident' | 'startedAt'> & {
    readonly rule: string
    readonly placeClass: string
    readonly ci: number
    readonly minutes: number
  } & Partial<PastIncident>,
): PastIncident {
  const { rule, ci, minutes, ...more } = of
  const signature = `${rule}|${of.placeClass}`
  return {
    scope: 'default',
    resolvedAt: of.startedAt + Math.max(1, Math.round(minutes)) * MINUTE,
    priority: 3,
    signature,
    place: `${of.placeClass}-${ci}`,
    service: serviceOf(of.placeClass, ci),
    changes: [],
    signatures: [signature],
    ...more,
  }
}

/** A moment of the year; two thirds of them within working hours. */
export function moment({ next, below }: Draws): number {
  for (;;) {
    const at = YEAR0 + Math.floor(next() * YEAR_DAYS * DAY)
    const day = below(3) > 0
    const hour = Math.floor((at % DAY) / HOUR)
    const isWeekday = Math.floor((at - YEAR0) / DAY) % 7 < 5
    if (!day || (isWeekday && hour >= 8 && hour < 18)) return at
  }
}

/** `count` faults and their after-shocks: nothing of it comes back more than by chance. */
export function background(seed: number, count: number): PastIncident[] {
  const draws = drawsOf(seed)
  const { next, below, pick } = draws
  const kinds = Object.entries(CLASSES).flatMap(([placeClass, kind]) =>
    Array.from({ length: Math.ceil(kind.cis / 10) }, () => ({ placeClass, kind })),
  )
  const made: PastIncident[] = []
  for (let n = 0; made.length < count; n++) {
    const { placeClass, kind } = pick(kinds)
    // a power below 2: the first ones have several times as many as the last ones
    const ci = Math.floor(next() ** 1.6 * kind.cis)
    const rule = kind.rules[Math.floor(next() ** 1.6 * kind.rules.length)] ?? ''
    const signature = `${rule}|${placeClass}`
    // every alert has a symptom of its own, seen in a fixed share of its faults
    const symptom = `${rule}Symptom|${kind.hurts}`
    const share = ((rule.charCodeAt(rule.length - 1) * 37) % 10) / 10
    const signatures = next() < share ? [signature, symptom].sort() : [signature]
    const changes = next() < 0.15 ? [pick(CHANGE_KINDS)] : []
    const startedAt = moment(draws)
    const shocks = next() < 0.1 ? 1 + below(3) : 0
    for (let shock = 0; shock <= shocks; shock++)
      made.push(
        incidentOf({
          incident: `BG-${String(n).padStart(6, '0')}-${shock}`,
          startedAt: startedAt + shock * (20 + below(60)) * MINUTE,
          ...{ rule, placeClass, ci, signatures, changes },
          minutes: 10 + next() ** 3 * 240,
          priority: pick([2, 3, 3, 3, 4, 4] as const),
        }),
      )
  }
  return made.slice(0, count)
}
