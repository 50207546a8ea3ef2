/** What is proposed where alerts turn out to be elsewhere than was thought, and people know of their incidents. */
import { byStart } from '../correlate/placements.ts'
import type { LinkEvidence } from '../evidence.ts'
import type { RegroupingReason } from '../regrouping.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { PROPOSE_FROM } from './announce.ts'
import { type Ctx, editIncident, episodeKey } from './context.ts'
import { fitIn, fitOf } from './fit.ts'
import { isPlacedLately, type Misplaced, misplacedOf, type Suspect } from './misplaced.ts'
import { proposeRegrouping, regroupingsOf, takeSupport } from './regroupings.ts'
import { sideOf } from './sides.ts'

export type Moved = Suspect

const BECAUSE: Readonly<Record<RegroupingReason, string>> = {
  alert_fits_both: 'when it came',
  late_alert: 'when it came, late',
  estate_changed: 'by what the CMDB says now',
  name_learned: 'by what its name is known to mean now',
  severity_changed: 'by how severe it is now',
}

/** Looks at all alerts of one scope whose whereabouts have changed. */
export function proposeFor(ctx: Ctx, moved: readonly Moved[], reason: RegroupingReason): void {
  const all = moved.toSorted((a, b) => byStart(a.placement, b.placement))
  for (const id of new Set(all.map(({ placement }) => placement.incident))) {
    const incident = editIncident(ctx, id)
    if (incident?.status !== 'open' && incident?.status !== 'provisional') continue
    const own = all.filter(({ placement }) => placement.incident === id)
    const groups = misplacedOf(
      ctx,
      incident,
      own.filter((one) => isDoubted(ctx, incident, one)),
    )
    const going = new Set(groups.flatMap(({ suspects }) => suspects))
    for (const one of own) reconsider(ctx, incident, { one, isGoing: going.has(one) })
    for (const group of groups) proposeParting(ctx, incident, group, reason)
    for (const one of own) if (!going.has(one)) proposeByFit(ctx, incident, one, reason)
  }
}

/** What a rule or a person put there stays; so does what did not fit before either. */
function isDoubted(ctx: Ctx, { id }: IncidentState, { alert, before }: Moved): boolean {
  const { method } = alert.evidence ?? {}
  if (method !== 'score' && method !== 'first') return false
  if (before >= ctx.state.rules.correlate.join) return true
  const key = episodeKey(alert)
  return regroupingsOf(ctx, id).some((one) => one.kind !== 'merge' && one.alerts.includes(key))
}

/** Takes back what it spoke for and speaks for no more. */
function reconsider(
  ctx: Ctx,
  { id }: IncidentState,
  { one: { alert }, isGoing }: { readonly one: Moved; readonly isGoing: boolean },
): void {
  const key = episodeKey(alert)
  for (const known of regroupingsOf(ctx, id)) {
    if (!known.alerts.includes(key)) continue
    const beside = known.incident === id ? known.other : known.incident
    const stands = known.kind === 'merge' ? standsBeside(ctx, alert, beside ?? '') : isGoing
    if (!stands) takeSupport(ctx, known.id, key)
  }
}

/** Where the other incident has only grown old, nothing new speaks against the two being one. */
function standsBeside(ctx: Ctx, alert: AlertState, beside: string): boolean {
  if (fitIn(ctx, alert, beside).p >= ctx.state.rules.correlate.join) return true
  const other = ctx.state.incidents.get(beside)
  return other !== undefined && !isPlacedLately(ctx, other)
}

function proposeParting(
  ctx: Ctx,
  incident: IncidentState,
  { suspects, other, evidence, now }: Misplaced,
  reason: RegroupingReason,
): void {
  const [first] = suspects
  if (first === undefined) return
  const { before, alert } = first
  const more = suspects.length === 1 ? '' : ` and ${suspects.length - 1} more`
  const here = `${now.toFixed(2)} here (${before.toFixed(2)} before)`
  const said =
    other === null
      ? `may be a fault of its own: ${BECAUSE[reason]} it fits with p ${here}${because(evidence)}`
      : `may belong to ${other}: ${BECAUSE[reason]} it fits with p ${evidence.p.toFixed(2)} there, ${here}`
  proposeRegrouping(ctx, incident, {
    ...{ kind: other === null ? 'split' : 'move', other, reason, evidence, here: { before, now } },
    alerts: suspects.map((one) => episodeKey(one.alert)),
    text: `${alert.title}${more} ${said}`,
  })
}

/** What speaks most against the link. */
function because({ terms }: LinkEvidence): string {
  const [weakest] = [...terms].sort((a, b) => a.x * a.w - b.x * b.w)
  return `: ${weakest?.note ?? 'no link with the others is left'}`
}

/** Asks where the alert would go now, if it were not where it is. */
function proposeByFit(
  ctx: Ctx,
  incident: IncidentState,
  { placement, alert }: Moved,
  reason: RegroupingReason,
): void {
  ctx.ix.placements.remove(placement.key)
  const fit = fitOf(ctx, alert, sideOf(ctx, alert))
  ctx.ix.placements.add(alert.scope, placement)
  if (fit.action === 'open' || fit.incident === incident.id) return
  const { incident: other, evidence } = fit
  if (evidence.p < PROPOSE_FROM) return
  const p = evidence.p.toFixed(2)
  proposeRegrouping(ctx, incident, {
    ...{ kind: 'merge', other, alerts: [episodeKey(alert)], reason, evidence, here: null },
    text: `May be one fault with ${other}: ${BECAUSE[reason]}, ${alert.title} fits there (p ${p})`,
  })
}
