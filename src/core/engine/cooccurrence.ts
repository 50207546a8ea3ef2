/**
 * Counts which kinds of alerts begin together. Some minutes late, at full minutes of the engine's
 * time, in the order in which they began: then nothing moves any more, so neither the order of arrival
 * nor how often time is told changes a count, and no fault teaches how itself is grouped.
 */
import type { Placement } from '../correlate/placements.ts'
import {
  emptyRecord,
  MAX_SIGNATURES,
  notePartner,
  noteStart,
  type PartnerState,
  partnerKey,
  rarest,
  TOGETHER_MS,
  type Together,
  type TogetherBySignature,
  togetherOf,
} from '../learn/cooccurrence.ts'
import { scopedKey } from '../scope.ts'
import { signatureKey } from '../surprise.ts'
import { type EpochMs, MINUTE } from '../time.ts'
import type { Timer } from '../timers.ts'
import { countCompanions, forgetCompanions } from './companions.ts'
import { type Ctx, editScope } from './context.ts'

/** Starts are counted once they are so old. */
const DELAY_MS = 3 * MINUTE
/** Of one minute so many starts are counted: of a storm the first ones say it all. */
const MAX_STARTS = 1000
/** So many of what began before a start are looked at. */
const MAX_BEFORE = 64
/** Relations between two CIs that are near each other. */
const MAX_HOPS = 2

/** Plans to count a start that was placed: by when it began, not by when it came. */
export function planCount(
  ctx: Ctx,
  { scope, startsAt }: { readonly scope: string; readonly startsAt: EpochMs },
): void {
  const counted = editScope(ctx, scope)
  if (startsAt <= counted.countedUntil) return
  const due = (Math.floor((startsAt + DELAY_MS) / MINUTE) + 1) * MINUTE
  if (counted.countAt !== null && counted.countAt <= due) return
  counted.countAt = due
  ctx.ix.timers.add(due, 'count', scope)
}

/** Counts what has become old enough in a scope. */
export function countStarts(ctx: Ctx, { at, id: scope }: Pick<Timer, 'at' | 'id'>): void {
  const { state, ix } = ctx
  const counted = editScope(ctx, scope)
  if (counted.countAt !== at) return
  counted.countAt = null
  const until = at - DELAY_MS
  const placements = ix.placements.of(scope)
  const from = { startsAt: counted.countedUntil + 1, key: '' }
  for (const start of placements.after(from, MAX_STARTS))
    if (start.startsAt <= until) countOne(ctx, start, { scope, since: at })
  counted.countedUntil = Math.max(counted.countedUntil, until)
  const [next] = placements.after({ startsAt: counted.countedUntil + 1, key: '' }, 1)
  if (next !== undefined) planCount(ctx, { scope, startsAt: next.startsAt })
  forgetCompanions(state, at)
  if (state.partners.size <= MAX_SIGNATURES * 1.2) return
  for (const key of rarest([...state.partners.values()], at)) state.partners.delete(key)
}

function countOne(
  ctx: Ctx,
  start: Placement,
  { scope, since }: { readonly scope: string; readonly since: EpochMs },
): void {
  const { startsAt, signature } = start
  const counted = { at: startsAt, since }
  const own = recordOf(ctx, { scope, signature })
  noteStart(own, counted)
  const partners = new Set(
    ctx.ix.placements
      .of(scope)
      .before(start, MAX_BEFORE)
      .filter((one) => startsAt - one.startsAt <= TOGETHER_MS && isNear(ctx, start, one))
      .map((one) => one.signature),
  )
  partners.delete(signature)
  countCompanions(ctx, start, { scope, counted, isNear: (one) => isNear(ctx, start, one) })
  for (const partner of partners) {
    notePartner(own, partner, counted)
    notePartner(recordOf(ctx, { scope, signature: partner }), signature, counted)
  }
}

/** A signature in a scope. */
type Scoped = Pick<PartnerState, 'scope' | 'signature'>

function recordOf({ state }: Ctx, of: Scoped): PartnerState {
  const known = state.partners.edit(partnerKey(of))
  if (known !== undefined) return known
  const made = emptyRecord(of.scope, of.signature)
  state.partners.set(made)
  return made
}

/** On one CI or two relations apart; where one is in no topology, with an equal label. */
function isNear({ state }: Ctx, a: Placement, b: Placement): boolean {
  if (a.locus !== null && a.locus === b.locus) return true
  if (a.bound && b.bound) {
    const path = state.topology.between(a.locus ?? '', b.locus ?? '')
    return path !== undefined && path.hops <= MAX_HOPS
  }
  for (const name in a.realm) if (a.realm[name] === b.realm[name]) return true
  return false
}

/** What an alert that began at `at` sees of what began together with its signature, worked out when asked. */
export function togetherWith(
  { state }: Pick<Ctx, 'state'>,
  { scope, signature }: Scoped,
  at: EpochMs,
): TogetherBySignature | undefined {
  const of = state.partners.get(partnerKey({ scope, signature }))
  if (of === undefined || of.partners.length === 0) return undefined
  const { startedAt } = state
  const known = new Map<string, Together | undefined>()
  const workOut = (other: string): Together | undefined => {
    const partner = of.partners.find((one) => one.signature === other)
    const record = state.partners.get(partnerKey({ scope, signature: other }))
    if (partner === undefined || record === undefined) return undefined
    const cis = state.rates.get(scopedKey(scope, signatureKey(other)))?.rate.cis ?? 1
    return togetherOf(of, { partner, record }, { at, startedAt, cis })
  }
  return {
    get: (other) => {
      if (!known.has(other)) known.set(other, workOut(other))
      return known.get(other)
    },
  }
}
