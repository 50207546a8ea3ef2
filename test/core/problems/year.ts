/** A year of resolved incidents: a memoryless stream over an estate, with causes planted in it. */
import type { PastIncident } from '../../../src/core/problems/types.ts'
import { DAY, type EpochMs, HOUR, MINUTE } from '../../../src/core/time.ts'

/** A Monday, 00:00 UTC. */
export const YEAR0: EpochMs = Date.UTC(2025, 0, 6)

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Class → its CIs and the alerts they have. */
export const ESTATE: Readonly<Record<string, { cis: number; rules: readonly string[] }>> = {
  host: { cis: 24, rules: ['DiskFull', 'HighCpu', 'MemoryLow', 'HostDown', 'ClockSkew'] },
  service: { cis: 18, rules: ['HighLatency', 'ErrorRate', 'QueueLong', 'PodRestarts'] },
  database: { cis: 6, rules: ['ReplicaLag', 'SlowQueries', 'ConnectionsHigh'] },
  certificate: { cis: 12, rules: ['CertExpires', 'TlsErrors'] },
}

export const sizeOf = (name: string): number => ESTATE[name]?.cis ?? 0

export function incident(
  number: number,
  startedAt: EpochMs,
  of: {
    readonly rule: string
    readonly class: string
    readonly ci: number
  } & Partial<PastIncident>,
): PastIncident {
  const { rule, class: placeClass, ci, ...more } = of
  const signature = `${rule}|${placeClass}`
  return {
    incident: `INC-${String(number).padStart(6, '0')}`,
    scope: 'default',
    startedAt,
    resolvedAt: startedAt + 30 * MINUTE,
    priority: 3,
    signature,
    place: `${placeClass}-${ci}`,
    placeClass,
    service: `app-${ci % 3}`,
    changes: [],
    signatures: [signature],
    ...more,
  }
}

/** Every class as often as it has alerts on CIs: then all of those are equally likely. */
const KINDS = Object.entries(ESTATE).flatMap((kind) =>
  Array.from({ length: kind[1].cis * kind[1].rules.length }, () => kind),
)

/** `count` incidents at random times of a year, each with a random alert on a random CI. */
export function memoryless(seed: number, count: number, first = 1): PastIncident[] {
  const next = chances(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  return Array.from({ length: count }, (_, index) => {
    const [placeClass, { cis, rules }] = pick(KINDS)
    const startedAt = YEAR0 + Math.floor(next() * 364 * DAY)
    return incident(first + index, startedAt, {
      rule: pick(rules),
      class: placeClass,
      ci: Math.floor(next() * cis),
      resolvedAt: startedAt + Math.floor(next() * 2 * HOUR),
    })
  })
}
