/**
 * Transients: alerts that come alone and clear by themselves, touched by nobody. One that keeps doing
 * so opens nothing by itself, until it lasts longer than it used to, something else fires with it, or
 * somebody cares for one.
 */
import type { Seen } from '../roster.ts'
import { scopedKey } from '../scope.ts'
import type { IncidentState } from '../state.ts'
import {
  type Alone,
  ciKey,
  countAlone,
  forgetAlone,
  type RateRecord,
  signatureKey,
  surpriseOf,
} from '../surprise.ts'
import { type EpochMs, MINUTE } from '../time.ts'
import type { Ctx } from './context.ts'
import { SURPRISE_WINDOW_MS } from './rates.ts'

/** Episodes that are looked at for whether they are all of one alert. */
const MAX_LOOKED_AT = 32
/** What is critical must have cleared by itself so many times as often. */
const CRITICAL_TIMES = 2
/** Share of the starts on a CI that must have come to nothing. */
const ALONE_SHARE = 0.7
/** Where it is new on a CI, its kind must have cleared elsewhere: times as often, on so many CIs. */
const ELSEWHERE = { times: 3, cis: 3, share: 0.8 }
/** It lasts unusually long from so many times its usual length on, and no sooner than this. */
const OUTLASTS = { times: 4, ms: 10 * MINUTE }
/** What comes less than every second day is news each time: e^-5.5 windows of ten minutes. */
const RARE_NATS = 5.5
/** The start that is judged has been counted already; and rounding. */
const OWN_START = 1 + 1e-6

type About = Pick<Seen, 'signature' | 'locus' | 'severity' | 'startsAt' | 'firing' | 'endsAt'>

/** What is known of an alert that keeps clearing by itself. */
export interface Transient {
  /** How often it did so, lately. */
  readonly times: number
  /** How long it lasted on average, ms. */
  readonly usualMs: number
  /** From when on it lasts longer than it used to. */
  readonly newsAt: EpochMs
}

/**
 * Takes note of how an incident ended: that one alert came alone and cleared by itself, or that
 * somebody cared. O(members) at most, MAX_LOOKED_AT where nobody did.
 *
 * @param actor who resolves it
 */
export function noteEnd(ctx: Ctx, incident: Readonly<IncidentState>, actor: string): void {
  const members = [...incident.members.values()]
  const [first] = members
  const touched =
    actor !== 'engine' ||
    incident.acknowledgedAt !== null ||
    incident.owner !== null ||
    incident.edited
  if (touched) {
    for (const member of members) note(ctx, keysOf(incident.scope, member), forgetAlone)
  } else if (first !== undefined && isOfOneAlert(members)) {
    const again = incident.reopenCount > 0
    const fresh = again ? members.slice(-1) : members
    const more = {
      incidents: again ? 0 : 1,
      starts: fresh.length,
      ms: fresh.reduce((sum, one) => sum + lastedMs(one, ctx.state.now), 0),
    }
    note(ctx, keysOf(incident.scope, first), (rate) => countAlone(rate, more))
  }
}

function note(ctx: Ctx, keys: readonly string[], change: (rate: RateRecord) => RateRecord): void {
  for (const key of keys) {
    const known = ctx.state.rates.get(key)
    if (known !== undefined) ctx.state.rates.set({ ...known, rate: change(known.rate) })
  }
}

function lastedMs({ startsAt, endsAt }: Seen, now: EpochMs): number {
  return Math.max(0, (endsAt ?? now) - startsAt)
}

function keysOf(scope: string, { signature, locus }: Pick<Seen, 'signature' | 'locus'>): string[] {
  return [ciKey(signature, locus), signatureKey(signature)].map((key) => scopedKey(scope, key))
}

function isOfOneAlert(members: readonly Seen[]): boolean {
  if (members.length > MAX_LOOKED_AT) return false
  return members.every(({ identity, suppressed, stale }) => {
    return identity === members[0]?.identity && !suppressed && !stale
  })
}

/**
 * Whether an alert keeps clearing by itself, by the lifecycle's `transient_after`: on its CI or, where
 * it is new there and not critical, on others. `null`: it does not. O(1)
 */
export function transientOf({ state }: Ctx, alert: About, scope: string): Transient | null {
  const { transient_after: after } = state.rules.lifecycle
  if (after === 0) return null
  const isCritical = alert.severity === 'critical'
  const least = after * (isCritical ? CRITICAL_TIMES : 1)
  const [own, kind] = keysOf(scope, alert).map((key) => state.rates.get(key)?.rate)
  if (own === undefined) return null
  const at = { at: alert.startsAt, windowMs: SURPRISE_WINDOW_MS, startedAt: state.startedAt }
  if (surpriseOf(own, kind, at) >= RARE_NATS) return null
  const here = usual(own, least, ALONE_SHARE)
  if (here !== null) return described(alert, here)
  const isNewHere = (own.alone?.starts ?? 0) >= own.n - OWN_START
  if (isCritical || !isNewHere || kind === undefined || kind.cis < ELSEWHERE.cis) return null
  const there = usual(kind, least * ELSEWHERE.times, ELSEWHERE.share)
  return there === null ? null : described(alert, there)
}

/** A count decays a little from one start to the next. */
const NEARLY = 0.25

function usual({ alone, n }: RateRecord, least: number, share: number): Alone | null {
  if (alone === undefined || alone.incidents < least - NEARLY) return null
  return alone.starts >= share * (n - OWN_START) ? alone : null
}

function described({ startsAt }: About, { incidents, starts, ms }: Alone): Transient {
  const usualMs = Math.round(ms / starts)
  const newsAt = startsAt + Math.max(OUTLASTS.ms, OUTLASTS.times * usualMs)
  return { times: Math.round(incidents), usualMs, newsAt }
}

/** Whether an alert lasts, or has lasted, longer than it used to. */
export function outlasts({ newsAt }: Transient, { firing, endsAt }: About, now: EpochMs): boolean {
  return (firing ? now : (endsAt ?? now)) >= newsAt
}
