/** Proposed regroupings as the engine keeps them: made, spoken for, dismissed, no longer so. */
import type { RegroupingCommand } from '../entry.ts'
import type { LinkEvidence } from '../evidence.ts'
import {
  AGAIN_FROM,
  isGoing,
  MAX_SPEAKING,
  type RegroupingState,
  standingAlerts,
  weightOf,
} from '../regrouping.ts'
import type { Edit, IncidentState } from '../state.ts'
import { type Ctx, decide, editIncident } from './context.ts'

/** Of one incident, that wait for a word; and with those that nobody wanted or that are over. */
const MAX_PROPOSED = 8
const MAX_KEPT = 32

const ACTIONS = {
  merge: 'incident.merge_proposed',
  split: 'incident.split_proposed',
  move: 'incident.move_proposed',
} as const

type Proposed = Pick<
  RegroupingState,
  'kind' | 'other' | 'alerts' | 'reason' | 'evidence' | 'here' | 'text'
>

/** Proposes it, once: what speaks for one that is known already is only added to it. O(8) */
export function proposeRegrouping(ctx: Ctx, incident: IncidentState, proposed: Proposed): void {
  const known = regroupingsOf(ctx, incident.id).find((one) => isSame(one, incident.id, proposed))
  if (known === undefined) make(ctx, incident, proposed)
  else support(ctx, known.id, proposed)
}

/** Those of an incident, dismissed ones with them. */
export function regroupingsOf(
  { state }: Ctx,
  incident: string,
): readonly Readonly<RegroupingState>[] {
  const ids = state.incidents.get(incident)?.regroupings ?? []
  return ids.flatMap((id) => state.regroupings.get(id) ?? [])
}

function isSame(
  one: Readonly<RegroupingState>,
  incident: string,
  { kind, other, alerts }: Proposed,
): boolean {
  if (one.kind !== kind) return false
  if (kind === 'merge' && one.incident === other) return one.other === incident
  if (one.incident !== incident || one.other !== other) return false
  return kind !== 'split' || alerts.some((key) => one.alerts.includes(key))
}

function make(ctx: Ctx, incident: IncidentState, proposed: Proposed): void {
  const { state } = ctx
  const beside = proposed.other === null ? incident : state.incidents.get(proposed.other)
  if (!isGoing(incident) || !isGoing(beside)) return
  const own = regroupingsOf(ctx, incident.id).filter((one) => one.incident === incident.id)
  const waiting = own.filter(
    (one) => one.dismissed === null && standingAlerts(one, state.incidents).length > 0,
  )
  if (waiting.length >= MAX_PROPOSED || own.length >= MAX_KEPT) return
  state.regroupingCounter += 1
  const number = state.regroupingCounter
  const id = state.scope === 'default' ? `R-${number}` : `${state.scope}/R-${number}`
  const { scope } = incident
  state.regroupings.set({
    ...{ snap: 0, id, number, scope, incident: incident.id, ...proposed, at: state.now },
    ...{ alerts: proposed.alerts.slice(-MAX_SPEAKING), dismissed: null },
  })
  for (const home of homesOf(ctx, { incident: incident.id, other: proposed.other }))
    home.regroupings.push(id)
  say(ctx, { incident: incident.id, ...proposed })
}

function support(ctx: Ctx, id: string, { alerts, evidence }: Proposed): void {
  const known = ctx.state.regroupings.edit(id)
  if (known === undefined) return
  const all = [...known.alerts.filter((key) => !alerts.includes(key)), ...alerts]
  known.alerts = all.slice(-MAX_SPEAKING)
  const { dismissed } = known
  if (dismissed === null || weightOf(known.alerts) < AGAIN_FROM * dismissed.weight) return
  known.dismissed = null
  homesOf(ctx, known)
  say(ctx, { ...known, evidence })
}

function say(
  ctx: Ctx,
  { kind, incident, reason, text, evidence, alerts }: Proposed & { readonly incident: string },
): void {
  const [alert] = alerts
  decide(ctx, {
    ...{ action: ACTIONS[kind], reason, text, incident, evidence },
    ...(alert === undefined ? {} : { alert }),
  })
}

/** Its incidents, to be changed: whoever shows them shows them anew. */
function homesOf(
  ctx: Ctx,
  { incident, other }: Pick<RegroupingState, 'incident' | 'other'>,
): readonly IncidentState[] {
  return [incident, other].flatMap((id) => (id === null ? [] : (editIncident(ctx, id) ?? [])))
}

/**
 * An alert does not speak for it any more. Without any it is no longer proposed; one that a person does
 * not want stays as it was, so that it is not proposed anew for the same reason.
 */
export function takeSupport(ctx: Ctx, id: string, alert: string): void {
  const known = ctx.state.regroupings.edit(id)
  if (known === undefined || known.dismissed !== null || !known.alerts.includes(alert)) return
  known.alerts = known.alerts.filter((key) => key !== alert)
  const homes = homesOf(ctx, known)
  if (known.alerts.length > 0) return
  ctx.state.regroupings.delete(id)
  for (const home of homes) home.regroupings = home.regroupings.filter((one) => one !== id)
  decide(ctx, {
    action: 'incident.proposal_withdrawn',
    reason: 'no_longer_so',
    text: `No longer proposed (${id}): by what is known now, nothing speaks for it`,
    incident: known.incident,
  })
}

/** What a person undid was not wanted: it is not proposed again before more speaks for it. */
export function declineUndone(
  ctx: Ctx,
  { kind, from, to }: Edit,
  { actor, members }: { readonly actor: string; readonly members: readonly string[] },
): void {
  const ends = [from, to]
  for (const one of regroupingsOf(ctx, from)) {
    const isOfThem = one.alerts.some((key) => members.includes(key))
    const isBetween = ends.includes(one.incident) && ends.includes(one.other ?? to)
    if (one.kind !== kind || !isBetween || (kind !== 'merge' && !isOfThem)) continue
    const known = ctx.state.regroupings.edit(one.id)
    if (known !== undefined) known.dismissed ??= dismissal(ctx, known, actor)
  }
}

function dismissal(
  { state }: Ctx,
  { alerts }: Pick<RegroupingState, 'alerts'>,
  by: string,
  reason: string | null = null,
): NonNullable<RegroupingState['dismissed']> {
  return { by, at: state.now, reason, weight: weightOf(alerts) }
}

export type RegroupingResult =
  | { readonly ok: true; readonly regrouping: string }
  | { readonly ok: false; readonly reason: string; readonly text: string }

/** A person does not want it, or takes that back. */
export function applyRegroupingCommand(
  ctx: Ctx,
  command: RegroupingCommand,
  actor: string,
): RegroupingResult {
  const { regrouping: id } = command
  const known = ctx.state.regroupings.get(id)
  if (known === undefined) return refuse(ctx, 'unknown_regrouping', `${id} is not proposed`, actor)
  return command.do === 'regrouping.dismiss'
    ? dismiss(ctx, known, { actor, reason: command.reason ?? null })
    : restore(ctx, known, actor)
}

function dismiss(
  ctx: Ctx,
  known: Readonly<RegroupingState>,
  { actor, reason }: { readonly actor: string; readonly reason: string | null },
): RegroupingResult {
  const { id, incident } = known
  if (known.dismissed !== null)
    return refuse(ctx, 'already_dismissed', `${id} was dismissed already`, actor)
  if (standingAlerts(known, ctx.state.incidents).length === 0)
    return refuse(ctx, 'no_longer_proposed', `${id} is no longer proposed`, actor)
  const kept = ctx.state.regroupings.edit(id)
  if (kept !== undefined) kept.dismissed = dismissal(ctx, known, actor, reason)
  homesOf(ctx, known)
  const said = reason === null ? '' : ` (${reason})`
  const text = `Not wanted: ${known.text}${said}`
  decide(ctx, { action: 'incident.proposal_dismissed', reason: 'by_person', text, actor, incident })
  return { ok: true, regrouping: id }
}

function restore(ctx: Ctx, known: Readonly<RegroupingState>, actor: string): RegroupingResult {
  const { id, incident } = known
  if (known.dismissed === null)
    return refuse(ctx, 'not_dismissed', `${id} was not dismissed`, actor)
  const kept = ctx.state.regroupings.edit(id)
  if (kept !== undefined) kept.dismissed = null
  homesOf(ctx, known)
  const text = `Proposed again: ${known.text}`
  decide(ctx, { action: 'incident.proposal_restored', reason: 'by_person', text, actor, incident })
  return { ok: true, regrouping: id }
}

function refuse(ctx: Ctx, reason: string, text: string, actor: string): RegroupingResult {
  decide(ctx, { action: 'command.refused', reason, text, actor })
  return { ok: false, reason, text }
}

/** An incident leaves the state, and what was proposed of it with it. */
export function forgetRegroupings({ state }: Ctx, { regroupings }: IncidentState): void {
  for (const id of regroupings) state.regroupings.delete(id)
}

/**
 * What names `fresh` names `old` from now on. Nothing is proposed of an incident and itself, nor twice: what speaks
 * for the second one speaks for the first.
 */
export function renameRegroupings(
  ctx: Ctx,
  { fresh, old }: Readonly<Record<'fresh' | 'old', IncidentState>>,
  by: {
    readonly renameText: (text: string) => string
    readonly renameEvidence: (evidence: LinkEvidence) => LinkEvidence
  },
): void {
  const { regroupings } = ctx.state
  const rename = (id: string): string => (id === fresh.id ? old.id : id)
  for (const id of fresh.regroupings) {
    const known = regroupings.get(id)
    if (known === undefined) continue
    const incident = rename(known.incident)
    const other = known.other === null ? null : rename(known.other)
    regroupings.delete(id)
    if (incident === other) continue
    const renamed = { ...known, incident, other, evidence: by.renameEvidence(known.evidence) }
    const twin = regroupingsOf(ctx, old.id).find((one) => isSame(one, incident, renamed))
    if (twin !== undefined) {
      support(ctx, twin.id, renamed)
      continue
    }
    regroupings.set({ ...renamed, text: by.renameText(known.text) })
    if (!old.regroupings.includes(id)) old.regroupings.push(id)
  }
}
