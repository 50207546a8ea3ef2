/** How often each kind of alert comes, kept bounded; surprise is worked out from it. */
import type { AlertState, Member } from '../state.ts'
import { ciKey, observe, signatureKey, surpriseOf } from '../surprise.ts'
import { MINUTE } from '../time.ts'
import type { Ctx } from './context.ts'

/** The chance that matters: such an alert by itself within this time. */
export const SURPRISE_WINDOW_MS = 10 * MINUTE

/** Counts the start of an episode. */
export function observeStart(ctx: Ctx, alert: AlertState): void {
  const { rates, raised } = ctx.state
  const ci = alert.binding?.ci
  if (ci !== undefined && !raised.has(ci)) raised.set({ snap: 0, ci })
  const own = ciKey(alert.signature, alert.locus)
  const known = rates.get(own)
  const kind = signatureKey(alert.signature)
  rates.set({ snap: 0, key: own, rate: observe(known?.rate, alert.startsAt) })
  const all = rates.get(kind)?.rate
  rates.set({ snap: 0, key: kind, rate: observe(all, alert.startsAt, known === undefined) })
}

/** Surprise in nats, 0 to 12. */
export function surpriseAt(
  ctx: Ctx,
  alert: Pick<AlertState | Member, 'signature' | 'locus' | 'startsAt'>,
): number {
  const { rates, startedAt } = ctx.state
  return surpriseOf(
    rates.get(ciKey(alert.signature, alert.locus))?.rate,
    rates.get(signatureKey(alert.signature))?.rate,
    { at: alert.startsAt, windowMs: SURPRISE_WINDOW_MS, startedAt },
  )
}
