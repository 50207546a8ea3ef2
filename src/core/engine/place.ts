/**
 * Placement: every unmuted firing episode is in exactly one incident. Alerts of one entry are placed
 * in the order in which they began. One that began a little before others already placed makes those
 * be placed anew, as long as nobody was told about their incidents, so that the order of arrival
 * within REORDER_MS leads to the same incidents.
 */
import { chooseIncident, type OpenIncident, type Runner } from '../correlate/choose.ts'
import type { LinkSide } from '../correlate/link.ts'
import { byStart, type Placement } from '../correlate/placements.ts'
import { decideByRules } from '../correlate/rules.ts'
import type { LinkEvidence } from '../evidence.ts'
import { transfer } from '../ledger.ts'
import type { Outcome } from '../record.ts'
import type { CorrelateRule } from '../rules.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { type EpochMs, SECOND } from '../time.ts'
import { changesNear } from './changes.ts'
import {
  type Ctx,
  decide,
  editAlert,
  editIncident,
  episodeKey,
  ruledKey,
  versionsOf,
} from './context.ts'
import { sayMoved } from './explain.ts'
import { afterJoin, createIncident, isReopenable, planResolve, withdrawEmpty } from './incidents.ts'
import { addMember, isAtLeast, removeMember, toMember } from './members.ts'
import { countStart, uncountStart } from './rates.ts'
import { transferMembers } from './regroup.ts'
import { takeOver } from './rename.ts'

/** An alert this much late still counts as in order. */
export const REORDER_MS = 5 * SECOND
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
      startsAt: alert.startsAt,
      key: episodeKey(alert),
    }))
    .sort(byStart)
  const first = fresh.find(({ startsAt }) => isInOrder(ctx, startsAt))
  placeInOrder(ctx, fresh, first === undefined ? [] : displace(ctx, first))
}

/**
 * Places anew what began since `startsAt`, as far as nobody was told of it: something that came
 * before became known.
 */
export function placeAnew(ctx: Ctx, startsAt: EpochMs): void {
  if (isInOrder(ctx, startsAt)) placeInOrder(ctx, [], displace(ctx, { startsAt, key: '' }))
}

/** Whether something that late still counts as in order. */
function isInOrder({ state }: Ctx, startsAt: EpochMs): boolean {
  return state.latestStart - startsAt <= REORDER_MS
}

interface Placeable {
  readonly identity: string
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
    const made = place(ctx, alert, before.get(key) ?? null)
    if (made !== null) mark.created.add(made)
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

/** Takes out what was placed after `first` began, if all of it may still move; else nothing. */
function displace(ctx: Ctx, first: { startsAt: number; key: string }): Placement[] {
  const after = ctx.ix.placements.after(first, MAX_LOOKED_AT)
  const later = after.filter((placement) => mayMove(ctx, placement))
  if (after.length > MAX_LOOKED_AT || later.length > MAX_REORDER) return []
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

interface Placing {
  readonly incident: IncidentState | null
  readonly reason: string
  readonly evidence: LinkEvidence
  readonly related: readonly Runner[]
  /** Set where a rule keeps the incident for a key. */
  readonly ruled?: { readonly rule: CorrelateRule; readonly key: string }
}

/** Places one episode; the id of the incident it made, or `null`. */
function place(ctx: Ctx, alert: AlertState, shell: string | null): string | null {
  const { state, ix } = ctx
  countStart(ctx, alert)
  const side = sideOf(ctx, alert)
  const key = episodeKey(alert)
  const wasMuted = alert.outcome === 'suppressed'
  alert.late = !wasMuted && !isInOrder(ctx, alert.startsAt)
  const placing = choose(ctx, alert, { ...side, key, identity: alert.identity })
  const joined = placing.incident !== null && placing.incident.memberCount > 0
  const incident = placing.incident ?? openNew(ctx, shell, placing)
  alert.evidence = placing.evidence
  alert.related = placing.related
  alert.incident = incident.id
  ix.placements.remove(key)
  ix.placements.add({ ...side, key, identity: alert.identity, incident: incident.id })
  state.latestStart = Math.max(state.latestStart, Math.min(alert.startsAt, state.now))
  addMember(ctx, incident, toMember(ctx, alert, side))
  const meets = isAtLeast(alert.severity, state.rules.lifecycle.open_severity)
  setOutcome(ctx, alert, joined ? 'joined' : meets ? 'opened' : 'held')
  if (shell !== incident.id) announce(ctx, { alert, incident, placing, shell, joined })
  if (joined) proposeMerge(ctx, incident, placing)
  afterJoin(ctx, incident)
  return placing.incident !== null || shell === incident.id ? null : incident.id
}

function announce(
  ctx: Ctx,
  {
    alert,
    incident,
    placing,
    shell,
    joined,
  }: {
    readonly alert: AlertState
    readonly incident: IncidentState
    readonly placing: Placing
    readonly shell: string | null
    readonly joined: boolean
  },
): void {
  decide(ctx, {
    action: joined ? (shell === null ? 'alert.joined' : 'alert.moved') : 'alert.opened',
    reason: placing.reason,
    text: joined
      ? `Joined ${incident.id}: ${reasonText(placing.evidence)}`
      : `Began ${incident.id}: ${placing.reason.replaceAll('_', ' ')}`,
    alert: episodeKey(alert),
    incident: incident.id,
    evidence: placing.evidence,
  })
}

/** From this p on, an alert that fits two incidents says that they may be one. */
const PROPOSE_FROM = 0.95
const MAX_PROPOSALS = 8

/** The engine merges nothing by itself: it proposes, once for each pair. */
function proposeMerge(ctx: Ctx, incident: IncidentState, { related, evidence }: Placing): void {
  const [other] = related
  if (other === undefined || other.p < PROPOSE_FROM || evidence.p < PROPOSE_FROM) return
  if (incident.proposedMerges.includes(other.incident)) return
  if (incident.proposedMerges.length >= MAX_PROPOSALS) return
  incident.proposedMerges.push(other.incident)
  decide(ctx, {
    action: 'incident.merge_proposed',
    reason: 'alert_fits_both',
    text: `May be one fault with ${other.incident}: an alert fits both (p ${other.p.toFixed(2)})`,
    incident: incident.id,
    evidence,
  })
}

function reasonText(evidence: LinkEvidence): string {
  if (evidence.method !== 'score') return `rule ${evidence.by ?? ''}`
  const strongest = [...evidence.terms].sort((a, b) => b.x * b.w - a.x * a.w)
  return strongest
    .slice(0, 2)
    .map((term) => term.note)
    .join('; ')
}

/** A new incident, or the emptied one the alert was in before it was placed anew. */
function openNew(ctx: Ctx, shell: string | null, placing: Placing): IncidentState {
  const emptied = shell === null ? undefined : editIncident(ctx, shell)
  const isFree = emptied !== undefined && emptied.memberCount === emptied.suppressedCount
  const incident = isFree ? emptied : createIncident(ctx, placing.reason)
  incident.rule = null
  if (placing.ruled !== undefined) {
    const { rule, key } = placing.ruled
    const since = ctx.state.now
    incident.rule = { name: rule.name, key, since, until: since + rule.window }
    ctx.ix.ruled.set(ruledKey(incident.rule), incident.id)
  }
  return incident
}

function choose(
  ctx: Ctx,
  alert: AlertState,
  side: LinkSide & { readonly key: string; readonly identity: string },
): Placing {
  const { state, ix } = ctx
  const ruling = decideByRules(alert.labels, state.rules.correlate)
  const versions = versionsOf(state)
  if (ruling.action !== 'score') {
    const by = ruling.rule.name
    const evidence = {
      method: 'rule',
      by,
      terms: [],
      score: 0,
      p: 1,
      threshold: 1,
      versions,
    } as const
    if (ruling.action === 'apart') {
      const ruled = { rule: ruling.rule, key: side.key }
      return { incident: null, reason: `rule_${by}`, evidence, related: [], ruled }
    }
    const incident = ruledIncident(ctx, ruling.rule, ruling.key)
    return { incident, reason: `rule_${by}`, evidence, related: [], ruled: ruling }
  }
  const choice = chooseIncident({
    alert: side,
    now: state.now,
    startedAt: state.startedAt,
    surprise: alert.surprise,
    placements: ix.placements,
    topology: state.topology,
    incident: (id) => openIncidentOf(ctx, id),
    pack: state.rules.correlate,
    versions,
  })
  const { reason, evidence, related } = choice
  const joined = choice.action === 'join' ? editIncident(ctx, choice.incident) : undefined
  return { incident: joined ?? null, reason, evidence, related }
}

/** The open incident a rule keeps for the key, while its window lasts. */
function ruledIncident(ctx: Ctx, rule: CorrelateRule, key: string): IncidentState | null {
  const id = ctx.ix.ruled.get(ruledKey({ name: rule.name, key }))
  const incident = id === undefined ? undefined : ctx.state.incidents.get(id)
  if (incident === undefined || incident.rule === null) return null
  const takes = incident.status === 'open' || incident.status === 'provisional'
  if (!takes || ctx.state.now > incident.rule.until) return null
  return editIncident(ctx, incident.id) ?? null
}

function openIncidentOf(ctx: Ctx, id: string): OpenIncident | undefined {
  const incident = ctx.state.incidents.get(id)
  if (incident === undefined) return undefined
  const { status } = incident
  return {
    id,
    accepts:
      status === 'open' || status === 'provisional' || isReopenable(ctx, incident as IncidentState),
    gap: incident.bounds.gap,
    lifetime: incident.bounds.lifetime,
    firstAlertAt: incident.firstAlertAt,
    firstKey: incident.head ?? '',
    ruled: incident.rule !== null,
  }
}

const REALM_LABELS = ['cluster', 'namespace', 'region', 'service', 'app', 'application', 'job']

/** Where and when the alert began, for links. */
export function sideOf(ctx: Ctx, alert: AlertState): LinkSide {
  const item = ctx.state.topology.items.get(alert.binding?.ci ?? '')
  const realm: Record<string, string> = {}
  for (const name of REALM_LABELS) {
    const value = alert.labels[name]
    if (value !== undefined && value !== '') realm[name] = value
  }
  return {
    startsAt: alert.startsAt,
    locus: alert.locus,
    bound: item !== undefined,
    signature: alert.signature,
    realm,
    environment: item?.environment ?? alert.labels['environment'] ?? alert.labels['env'] ?? null,
    changes: alert.locus === null ? [] : changesNear(ctx, alert.locus, alert.startsAt),
  }
}

/** Counts an alert's first item under another outcome than before. */
export function setOutcome(ctx: Ctx, alert: AlertState, to: Outcome): void {
  if (alert.outcome === to) return
  transfer(ctx.state.ledger, alert.outcomeSource, { from: alert.outcome, to })
  alert.outcome = to
}
