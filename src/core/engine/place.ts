/**
 * Placement: every unmuted firing episode is in exactly one incident. Alerts of one entry are placed
 * in the order in which they began. One that began a little before others already placed makes those
 * be placed anew, as long as nobody was told about their incidents, so that the order of arrival
 * within REORDER_MS leads to the same incidents.
 */
import { BURST_MS, REORDER_MS } from '../correlate/link.ts'
import { byStart, type Placement } from '../correlate/placements.ts'
import { BURST_NOTE, explainBurst, MAX_REJECTED } from '../correlate/reject.ts'
import { decideByRules } from '../correlate/rules.ts'
import type { LinkEvidence } from '../evidence.ts'
import { transfer } from '../ledger.ts'
import type { ChangeEvent } from '../model.ts'
import type { Outcome } from '../record.ts'
import { DEFAULT_SCOPE, scopeOf } from '../scope.ts'
import type { AlertState, IncidentState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import { announce, announceNoise, type Placing, proposeMerge } from './announce.ts'
import { type BurstDecision, judgeBurst } from './burst.ts'
import {
  type Ctx,
  editAlert,
  editIncident,
  editScope,
  episodeKey,
  ruledKey,
  versionsOf,
} from './context.ts'
import { planCount } from './cooccurrence.ts'
import { sayMoved } from './explain.ts'
import { factsOf } from './facts.ts'
import { fitOf } from './fit.ts'
import { formerHome, ruledIncident } from './former.ts'
import { afterJoin, boundsOf, createIncident, planResolve, withdrawEmpty } from './incidents.ts'
import { noteUse } from './learn.ts'
import { addMember, isAtLeast, removeMember, toMember } from './members.ts'
import { noiseOf } from './noise.ts'
import { tellObserved } from './observed-estate.ts'
import { countStart, uncountStart } from './rates.ts'
import { transferMembers } from './regroup.ts'
import { takeOver } from './rename.ts'
import { sideOf } from './sides.ts'

/** At most so many are placed anew for one entry: beyond, the late one is placed as it comes. */
export const MAX_REORDER = 32
/** Of what began after a late one, so much is looked at for what may still move. */
const MAX_LOOKED_AT = 256

/** Where a pass of placing began: what it decided and created since can still be renamed. */
interface Mark {
  readonly decisions: number
  readonly created: Set<string>
}

/** Places episodes that began firing or were unmuted, all of one entry together. */
export function placeAll(ctx: Ctx, identities: readonly string[]): void {
  const fresh = identities
    .map((identity) => ctx.state.alerts.get(identity))
    .filter((alert): alert is AlertState => alert !== undefined)
    .map((alert) => ({
      identity: alert.identity,
      scope: alert.scope,
      startsAt: alert.startsAt,
      key: episodeKey(alert),
    }))
    .sort(byStart)
  for (const scope of scopesOf(fresh)) {
    const own = fresh.filter((one) => one.scope === scope)
    const first = own.find((one) => isInOrder(ctx, one))
    placeInOrder(ctx, own, first === undefined ? [] : displace(ctx, first))
  }
}

/** Each once; mostly there is one. */
function scopesOf(all: readonly Placeable[]): readonly string[] {
  return [...new Set(all.map(({ scope }) => scope))].sort(compare)
}

/**
 * Places anew what began since a change did, as far as nobody was told of it, in the scope of the
 * change: one that names none is about all.
 */
export function placeAnew(
  ctx: Ctx,
  { startsAt, labels }: Pick<ChangeEvent, 'startsAt' | 'labels'>,
): void {
  const own = scopeOf(labels, ctx.state.rules.correlate.scope)
  for (const scope of own === DEFAULT_SCOPE ? ctx.ix.placements.scopes() : [own]) {
    const since = { scope, startsAt, key: '' }
    if (isInOrder(ctx, since)) placeSince(ctx, since)
  }
}

/** Whether something that late still counts as in order. */
function isInOrder(
  { state }: Ctx,
  { scope, startsAt }: { readonly scope: string; readonly startsAt: EpochMs },
): boolean {
  return (state.scopes.get(scope)?.latestStart ?? 0) - startsAt <= REORDER_MS
}

interface Placeable {
  readonly identity: string
  readonly scope: string
  readonly startsAt: EpochMs
  readonly key: string
}

function placeInOrder(
  ctx: Ctx,
  fresh: readonly Placeable[],
  displaced: readonly Placement[],
): void {
  const mark: Mark = { decisions: ctx.out.decisions.length, created: new Set() }
  const before = new Map(displaced.map((placement) => [placement.key, placement.incident]))
  const order = [...fresh, ...displaced].sort(byStart)
  for (const { identity, key } of order) {
    const alert = editAlert(ctx, identity)
    if (alert === undefined || episodeKey(alert) !== key) continue
    const { late } = alert
    const placing = choose(ctx, alert)
    // it came when it came, however often it is placed
    if (before.has(key)) alert.late = late
    const burst = partOfBurst(ctx, alert, placing)
    if (burst === null) settle(ctx, { alert, placing, shell: before.get(key) ?? null }, mark)
    else partBurst(ctx, { alert, burst, before }, mark)
  }
  settleEmptied(ctx, displaced, { before, mark })
}

/**
 * Incidents that were emptied by placing anew: where their first alert now began a new incident, that
 * one takes over the old id, so that people keep what they saw; the others are withdrawn. Muted
 * alerts, which joined them silently, go along.
 */
function settleEmptied(
  ctx: Ctx,
  displaced: readonly Placement[],
  { before, mark }: { readonly before: ReadonlyMap<string, string>; readonly mark: Mark },
): void {
  for (const id of new Set(before.values())) {
    const incident = editIncident(ctx, id)
    if (incident === undefined) continue
    if (incident.memberCount > incident.suppressedCount) {
      planResolve(ctx, incident)
      continue
    }
    const heir = displaced.find((placement) => before.get(placement.key) === id)
    const into = heir === undefined ? undefined : ctx.ix.placements.get(heir.key)?.incident
    const target = into === undefined ? undefined : editIncident(ctx, into)
    if (target === undefined) continue
    const muted = [...incident.members.keys()]
    transferMembers(ctx, incident, target, muted)
    if (mark.created.has(target.id))
      takeOver(ctx, { fresh: target.id, old: id, decisions: mark.decisions })
    else {
      sayMoved(ctx, target, muted, { actor: 'engine', reason: 'out_of_order', from: id })
      withdrawEmpty(ctx, id, target.id)
    }
    mark.created.delete(target.id)
  }
}

interface Since {
  readonly scope: string
  readonly startsAt: EpochMs
}

/** What was placed after `first` began and may still move; none where there is too much of it. */
export function movable(ctx: Ctx, { scope, startsAt }: Since): readonly Placement[] {
  // a burst is judged as one: what began with it is placed with it
  const from = { startsAt: startsAt - BURST_MS, key: '' }
  const after = ctx.ix.placements.of(scope).after(from, MAX_LOOKED_AT)
  const later = after.filter((placement) => mayMove(ctx, placement))
  return after.length > MAX_LOOKED_AT || later.length > MAX_REORDER ? [] : later
}

/** Places anew what {@link movable} names. */
export function placeSince(ctx: Ctx, first: Since): void {
  placeInOrder(ctx, [], displace(ctx, first))
}

function displace(ctx: Ctx, first: Since): readonly Placement[] {
  const later = movable(ctx, first)
  for (const placement of [...later].reverse()) {
    const incident = editIncident(ctx, placement.incident)
    if (incident !== undefined) removeMember(ctx, incident, placement.key)
    ctx.ix.placements.remove(placement.key)
    const alert = editAlert(ctx, placement.identity)
    if (alert !== undefined) uncountStart(ctx, alert)
  }
  return later
}

function mayMove(ctx: Ctx, placement: Placement): boolean {
  const incident = ctx.state.incidents.get(placement.incident)
  const alert = ctx.state.alerts.get(placement.identity)
  return (
    incident !== undefined &&
    alert !== undefined &&
    episodeKey(alert) === placement.key &&
    incident.notifiedAt === null &&
    incident.acknowledgedAt === null &&
    !incident.edited &&
    (incident.status === 'provisional' || incident.status === 'open')
  )
}

/** What an alert's burst decided about it: `null` where the alert stays where it was placed. */
function partOfBurst(
  ctx: Ctx,
  alert: AlertState,
  { incident, side, evidence }: Placing,
): (BurstDecision & { readonly action: 'part' }) | null {
  if (incident === null || evidence.method !== 'score') return null
  const burst = judgeBurst(ctx, incident, { alert, outside: side.outside ?? null })
  return burst.action === 'part' ? burst : null
}

/** Takes a burst out of the incident it joined: its first alert begins one, the others are placed anew. */
function partBurst(
  ctx: Ctx,
  {
    alert,
    burst,
    before,
  }: {
    readonly alert: AlertState
    readonly burst: BurstDecision & { readonly action: 'part' }
    readonly before: ReadonlyMap<string, string>
  },
  mark: Mark,
): void {
  const [left] = burst.others.map(({ incident }) => incident)
  for (const { identity, key, incident } of burst.others) {
    const home = editIncident(ctx, incident)
    if (home !== undefined) removeMember(ctx, home, key)
    ctx.ix.placements.remove(key)
    const other = editAlert(ctx, identity)
    if (other !== undefined) uncountStart(ctx, other)
  }
  const home = left === undefined ? undefined : editIncident(ctx, left)
  if (home !== undefined) planResolve(ctx, home)
  const key = episodeKey(alert)
  const all = [...burst.others, { identity: alert.identity, startsAt: alert.startsAt, key }]
  all.sort(byStart).forEach((one, index) => {
    const next = editAlert(ctx, one.identity)
    if (next === undefined) return
    const free = choose(ctx, next)
    const placing = index === 0 ? beginsAlone(ctx, free, { from: left ?? '', p: burst.p }) : free
    const moved = one.key === key ? null : (left ?? null)
    settle(ctx, { alert: next, placing, shell: before.get(one.key) ?? moved }, mark)
  })
}

/** The first alert of a burst that leaves an incident. */
function beginsAlone(
  { state }: Ctx,
  { side, evidence: free }: Placing,
  { from, p }: { readonly from: string; readonly p: number },
): Placing {
  const { outside: _, ...alone } = side
  const runnerUp = { incident: from, p, reason: BURST_NOTE }
  const { join: threshold } = state.rules.correlate
  const left = explainBurst(from, { p, join: threshold })
  const others = (free.rejected ?? []).filter(({ incident }) => incident !== from)
  const evidence: LinkEvidence = {
    ...{ method: 'first', terms: [], score: 0, p: 1, threshold, runnerUp },
    rejected: [left, ...others].slice(0, MAX_REJECTED),
    versions: versionsOf(state),
  }
  const related = p >= state.rules.correlate.related ? [runnerUp] : []
  return { incident: null, side: alone, reason: 'burst', evidence, related }
}

/** Puts an episode where it was decided to belong. */
function settle(
  ctx: Ctx,
  {
    alert,
    placing,
    shell,
  }: { readonly alert: AlertState; readonly placing: Placing; readonly shell: string | null },
  mark: Mark,
): void {
  const { state, ix } = ctx
  const { side } = placing
  const key = episodeKey(alert)
  const joined = placing.incident !== null && placing.incident.memberCount > 0
  const incident = placing.incident ?? openNew(ctx, { scope: alert.scope, shell }, placing)
  alert.evidence = placing.evidence
  alert.related = placing.related
  alert.incident = incident.id
  ix.placements.remove(key)
  ix.placements.add(alert.scope, { ...side, key, identity: alert.identity, incident: incident.id })
  noteStart(ctx, alert)
  planCount(ctx, alert)
  const member = toMember(ctx, alert, side)
  addMember(ctx, incident, member)
  const noise = noiseOf(ctx, member, alert.scope)
  const meets = noise === null && isAtLeast(alert.severity, state.rules.lifecycle.open_severity)
  setOutcome(ctx, alert, joined ? 'joined' : meets ? 'opened' : 'held')
  if (shell !== incident.id) announce(ctx, { alert, incident, placing, shell, joined })
  if (noise !== null) announceNoise(ctx, { alert, incident, noise })
  if (joined) proposeMerge(ctx, incident, { alert, placing })
  afterJoin(ctx, incident)
  if (placing.incident === null && shell !== incident.id) mark.created.add(incident.id)
}

function noteStart(ctx: Ctx, { scope, startsAt }: AlertState): void {
  const start = Math.min(startsAt, ctx.state.now)
  if (start > (ctx.state.scopes.get(scope)?.latestStart ?? 0))
    editScope(ctx, scope).latestStart = start
}

/** A new incident, or the emptied one the alert was in before it was placed anew. */
function openNew(
  ctx: Ctx,
  { scope, shell }: { readonly scope: string; readonly shell: string | null },
  placing: Placing,
): IncidentState {
  const emptied = shell === null ? undefined : editIncident(ctx, shell)
  const isFree = emptied !== undefined && emptied.memberCount === emptied.suppressedCount
  const incident = isFree ? emptied : createIncident(ctx, scope, placing.reason)
  // what is placed anew goes on as it began
  if (emptied !== undefined) incident.weights = emptied.weights
  incident.bounds = boundsOf(ctx, placing.side.limits?.bound ?? null)
  incident.rule = null
  if (placing.ruled !== undefined) {
    const { rule, key } = placing.ruled
    const since = ctx.state.now
    incident.rule = { name: rule.name, key, since, until: since + rule.window, was: rule }
    ctx.ix.ruled.set(ruledKey(scope, incident.rule), incident.id)
  }
  return incident
}

/** Counts an episode that begins and decides where it belongs. */
export function choose(ctx: Ctx, alert: AlertState): Placing {
  const { state } = ctx
  countStart(ctx, alert)
  alert.late = alert.outcome !== 'suppressed' && !isInOrder(ctx, alert)
  const side = sideOf(ctx, alert)
  const key = episodeKey(alert)
  const facts = factsOf(state, alert)
  const versions = versionsOf(state)
  const former = formerHome(ctx, alert.scope, facts)
  if (former !== null && former.rule !== null)
    return {
      incident: former,
      side,
      reason: `rule_${former.rule.name}`,
      evidence: byRule(former.rule.name, { ...versions, rules: former.bounds.rules }),
      related: [],
    }
  const ruling = decideByRules(facts, state.rules.correlate)
  if (ruling.action !== 'score') {
    const { name } = ruling.rule
    const said = { side, reason: `rule_${name}`, evidence: byRule(name, versions), related: [] }
    if (ruling.action === 'apart')
      return { incident: null, ...said, ruled: { rule: ruling.rule, key } }
    return {
      incident: ruledIncident(ctx, alert.scope, { name, key: ruling.key }),
      ...said,
      ruled: ruling,
    }
  }
  const choice = fitOf(ctx, alert, side)
  noteUse(ctx, choice.used)
  const { reason, evidence, related } = choice
  if (choice.action === 'open') return { incident: null, side, reason, evidence, related }
  const { outside } = choice
  const incident = editIncident(ctx, choice.incident) ?? null
  const placed = outside === null ? side : { ...side, outside }
  return { incident, side: placed, reason, evidence: tellObserved(ctx, side, evidence), related }
}

function byRule(by: string, versions: LinkEvidence['versions']): LinkEvidence {
  return { method: 'rule', by, terms: [], score: 0, p: 1, threshold: 1, versions }
}

/** Counts an alert's first item under another outcome than before. */
export function setOutcome(ctx: Ctx, alert: AlertState, to: Outcome): void {
  if (alert.outcome === to) return
  transfer(ctx.state.ledger, alert.outcomeSource, { from: alert.outcome, to })
  alert.outcome = to
}
