/**
 * How much came in lately, minute by minute, and the last body of each source: since the start, out
 * of the ledger's totals and what was taken in.
 */
import { type EpochMs, MINUTE } from '../core/time.ts'
import type { ServerDeps } from './deps.ts'

/** Minutes that are remembered, the present one among them. */
export const REMEMBERED_MINUTES = 60

export interface Intake {
  /** Items received in each of the last 60 minutes, the oldest first; the last one is not over. */
  minutes(source: string): readonly number[]
  /** When something came in last, as far as is known since the start. */
  lastAt(source: string): EpochMs | null
  /** Notes a body that was taken in. O(1): only its beginning is kept. */
  took(source: string, body: string): void
  /** The last body, for people who set a tool up. */
  lastBody(source: string): LastBody | null
}

export interface LastBody {
  readonly at: EpochMs
  /** At most its first MAX_BODY_LENGTH characters. */
  readonly text: string
  readonly whole: boolean
}

const MAX_BODY_LENGTH = 8192

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
  const bodies = new Map<string, LastBody>()
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
    took: (source, body) => {
      const whole = body.length <= MAX_BODY_LENGTH
      bodies.set(source, { at: clock.now(), text: body.slice(0, MAX_BODY_LENGTH), whole })
    },
    lastBody: (source) => {
      const last = bodies.get(source)
      return last === undefined ? null : { ...last, text: withoutSecrets(last.text) }
    },
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

/** Fields whose values are keys of the tool's own. */
const SECRETS =
  /("(?:[\w-]*_)?(?:routing_key|service_key|api_?key|token|secret|password|authorization)"\s*:\s*)"(?:[^"\\]|\\.)*"?/gi

function withoutSecrets(text: string): string {
  return text.replace(SECRETS, '$1"[secret]"')
}
