/** How much came in lately, minute by minute: since the start, out of the ledger's totals. */
import { type EpochMs, MINUTE } from '../core/time.ts'
import type { ServerDeps } from './deps.ts'

/** Minutes that are remembered, the present one among them. */
export const REMEMBERED_MINUTES = 60

export interface Intake {
  /** Items received in each of the last 60 minutes, the oldest first; the last one is not over. */
  minutes(source: string): readonly number[]
  /** When something came in last, as far as is known since the start. */
  lastAt(source: string): EpochMs | null
}

interface Meter {
  total: number
  lastAt: EpochMs | null
  /** By minute; those that are too old go with the next one. */
  readonly byMinute: Map<number, number>
}

/** Counts from now on; costs O(sources) for each entry that is applied. */
export function createIntake({ journey, clock }: Pick<ServerDeps, 'journey' | 'clock'>): Intake {
  const { ledger } = journey.engine.state
  const meters = new Map<string, Meter>()
  for (const [source, total] of Object.entries(ledger.received))
    meters.set(source, { total, lastAt: null, byMinute: new Map() })
  journey.watch(() => {
    const now = clock.now()
    for (const [source, total] of Object.entries(journey.engine.state.ledger.received)) {
      const meter = meters.get(source) ?? { total: 0, lastAt: null, byMinute: new Map() }
      meters.set(source, meter)
      if (total > meter.total) count(meter, total, now)
    }
  })
  return {
    minutes: (source) => {
      const last = Math.floor(clock.now() / MINUTE)
      const byMinute = meters.get(source)?.byMinute
      return Array.from(
        { length: REMEMBERED_MINUTES },
        (_, at) => byMinute?.get(last - REMEMBERED_MINUTES + 1 + at) ?? 0,
      )
    },
    lastAt: (source) => meters.get(source)?.lastAt ?? null,
  }
}

function count(meter: Meter, total: number, now: EpochMs): void {
  const minute = Math.floor(now / MINUTE)
  if (!meter.byMinute.has(minute)) {
    for (const old of meter.byMinute.keys())
      if (old <= minute - REMEMBERED_MINUTES) meter.byMinute.delete(old)
  }
  meter.byMinute.set(minute, (meter.byMinute.get(minute) ?? 0) + total - meter.total)
  meter.total = total
  meter.lastAt = now
}
