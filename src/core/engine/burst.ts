/**
 * Bursts: alerts that begin together. Faults begin in bursts and go on one by one, so a link that is
 * good enough for one late alert is not for many at once. When the newest alert of a burst would join
 * an incident that its burst joined alert by alert, all of it is judged as one.
 */
import { BURST_MS, burstLogOdds, sigmoid } from '../correlate/link.ts'
import type { Placement } from '../correlate/placements.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { MINUTE } from '../time.ts'
import { type Ctx, episodeKey } from './context.ts'

/** So many alerts of a burst are looked at; a larger one has been judged before. */
export const MAX_BURST = 32
/** So much is looked through for them. */
const MAX_LOOKED_THROUGH = 256

export type BurstDecision =
  | { readonly action: 'stay' }
  | {
      readonly action: 'part'
      /** The rest of the burst, which joined the incident before. */
      readonly others: readonly Placement[]
      /** How likely the burst belongs to the incident. */
      readonly p: number
    }

const STAY = { action: 'stay' } as const

/**
 * Whether the burst that an alert ends leaves the incident that its alerts joined one by one. Only
 * what joined within BURST_MS moves, so nobody was told of it. O(MAX_LOOKED_THROUGH).
 *
 * @param outside best score of the alert towards what began before its burst
 */
export function judgeBurst(
  ctx: Ctx,
  incident: Readonly<IncidentState>,
  { alert, outside }: { readonly alert: Readonly<AlertState>; readonly outside: number | null },
): BurstDecision {
  if (incident.acknowledgedAt !== null || incident.edited || incident.rule !== null) return STAY
  const others = burstOf(ctx, incident, alert)
  const loud = incident.memberCount - incident.suppressedCount
  if (others.length === 0 || others.length >= Math.min(MAX_BURST, loud)) return STAY
  const links = [outside, ...others.map((one) => one.outside ?? null)].filter((one) => one !== null)
  if (links.length === 0 || !others.every((one) => isFresh(ctx, incident, one))) return STAY
  const { weights, join } = ctx.state.rules.correlate
  const size = (others.length + 1) / (1 + expected(incident))
  const score = Math.max(...links) + burstLogOdds(Math.max(1, size)) * weights.burst
  const p = sigmoid(score)
  return p >= join ? STAY : { action: 'part', others, p }
}

/** How many alerts begin within a burst by chance, as the incident has gone so far. */
function expected(incident: Readonly<IncidentState>): number {
  const lasted = Math.max(MINUTE, incident.lastAlertAt - incident.firstAlertAt)
  return (incident.memberCount / lasted) * BURST_MS
}

/** Members of the incident near the alert that began up to BURST_MS before it, in their order. */
function burstOf(
  { ix, state }: Ctx,
  incident: Readonly<IncidentState>,
  alert: Readonly<AlertState>,
): Placement[] {
  const from = { startsAt: alert.startsAt - BURST_MS, key: '' }
  const key = episodeKey(alert)
  const isNear = (locus: string | null): boolean =>
    locus === alert.locus ||
    (locus !== null &&
      alert.locus !== null &&
      state.topology.between(alert.locus, locus) !== undefined)
  return ix.placements
    .of(incident.scope)
    .after(from, MAX_LOOKED_THROUGH)
    .filter(
      (one) =>
        one.startsAt <= alert.startsAt &&
        one.incident === incident.id &&
        one.key !== key &&
        isNear(one.locus),
    )
}

function isFresh(
  { state }: Ctx,
  incident: Readonly<IncidentState>,
  { key, identity }: Placement,
): boolean {
  const member = incident.members.get(key)
  const alert = state.alerts.get(identity)
  if (member === undefined || alert === undefined || episodeKey(alert) !== key) return false
  return incident.notifiedAt === null || state.now - member.addedAt <= BURST_MS
}
