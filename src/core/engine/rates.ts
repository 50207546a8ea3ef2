/** How often each kind of alert comes, kept bounded; surprise is worked out from it. */
import { habitOf } from '../habit.ts'
import { partnerKey } from '../learn/cooccurrence.ts'
import { scopedKey } from '../scope.ts'
import type { AlertState } from '../state.ts'
import {
  ciKey,
  HALF_LIFE_MS,
  leastUseful,
  observe,
  type RateRecord,
  signatureKey,
  surpriseOf,
} from '../surprise.ts'
import { type EpochMs, MINUTE } from '../time.ts'
import type { Ctx } from './context.ts'

/** The chance that matters: such an alert by itself within this time. */
export const SURPRISE_WINDOW_MS = 10 * MINUTE
/** Rates that are kept; they are cut back to it whenever there are a fifth more. */
export const MAX_RATES = 50_000

/** Works out the surprise of an episode that begins, then counts it; once for each episode. */
export function countStart(ctx: Ctx, alert: AlertState): void {
  if (alert.countedAs !== null) return
  const { rates, raised, startedAt, now } = ctx.state
  const own = scopedKey(alert.scope, ciKey(alert.signature, alert.locus))
  const kind = scopedKey(alert.scope, signatureKey(alert.signature))
  const known = rates.get(own)?.rate
  const all = rates.get(kind)?.rate
  const habit = habitOf(ctx.state.partners.get(partnerKey(alert))?.week, alert.startsAt)
  // an hour at which it did not come so far makes it no rarer: else all that is usual is rare at times
  const factor = Math.max(1, habit.factor)
  const at = { at: alert.startsAt, windowMs: SURPRISE_WINDOW_MS, startedAt, factor }
  alert.surprise = surpriseOf(known, all, at)
  alert.habit = habit.note === null ? null : habit
  alert.countedAs = own
  const ci = alert.binding === null ? null : scopedKey(alert.scope, alert.binding.ci)
  if (ci !== null && !raised.has(ci)) raised.set({ snap: 0, ci })
  rates.set({ snap: 0, key: own, rate: observe(known, alert.startsAt) })
  rates.set({ snap: 0, key: kind, rate: observe(all, alert.startsAt, known === undefined) })
  if (rates.size <= MAX_RATES * 1.2) return
  const kept = new Map([...rates.values()].map(({ key, rate }) => [key, rate]))
  for (const key of leastUseful(kept, now, MAX_RATES)) rates.delete(key)
}

/** Takes an episode out of the count: it will be counted again in its order. */
export function uncountStart(ctx: Ctx, alert: AlertState): void {
  const own = alert.countedAs
  if (own === null) return
  const { rates } = ctx.state
  alert.countedAs = null
  const left = without(rates.get(own)?.rate, alert.startsAt)
  if (left === null) rates.delete(own)
  else rates.set({ snap: 0, key: own, rate: left })
  const kind = scopedKey(alert.scope, signatureKey(alert.signature))
  const all = without(rates.get(kind)?.rate, alert.startsAt)
  if (all === null) rates.delete(kind)
  else rates.set({ snap: 0, key: kind, rate: { ...all, cis: all.cis - (left === null ? 1 : 0) } })
}

/** Below this, nothing but rounding is left of a count. */
const NOTHING_LEFT = 1e-9

function without(record: RateRecord | undefined, startsAt: EpochMs): RateRecord | null {
  if (record === undefined) return null
  const n = record.n - Math.exp((-Math.LN2 / HALF_LIFE_MS) * (record.at - startsAt))
  return n < NOTHING_LEFT ? null : { ...record, n }
}
