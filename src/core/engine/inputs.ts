/** New versions of what the engine decides with: rules, CMDB, articles, and the engine itself. */
import { decideBinding, isOperational } from '../bind.ts'
import type { ArticlesEntry, CmdbEntry, EngineEntry, RulesEntry, TopologyEntry } from '../entry.ts'
import { locusOf } from '../identity.ts'
import { changeKnowledge } from '../knowledge-index.ts'
import type { Article } from '../model.ts'
import { parseRules } from '../rules.ts'
import { compare } from '../topology.ts'
import { applyCmdbPart, interruptImport, takeOverTopology } from './cmdb.ts'
import {
  bindingBy,
  type Ctx,
  decide,
  ENGINE_VERSION,
  editAlert,
  editIncident,
  episodeKey,
} from './context.ts'
import { findFormer } from './former.ts'
import { countServices, editMember, tellWhatIsNew } from './members.ts'
import { judgeAgain, rebuildInhibitions } from './muting.ts'
import { sideOf } from './sides.ts'

/** Takes over validated rules; returns the alerts they unmuted, to be placed. */
export function applyRules(ctx: Ctx, entry: RulesEntry): readonly string[] {
  const read = isRecord(entry.packs)
    ? parseRules(entry.packs)
    : { ok: false as const, faults: ['not a map of packs'] }
  if (!read.ok) {
    decide(ctx, {
      action: 'command.refused',
      reason: 'rules_invalid',
      text: `Rules ${entry.version} were not taken over: ${read.faults[0] ?? ''}`,
    })
    return []
  }
  ctx.state.rules = read.packs
  ctx.state.rulesVersion = entry.version
  // labels that tell scopes apart are part of each proposed rule
  ctx.ix.proposed = null
  findFormer(ctx.state, ctx.ix)
  decide(ctx, {
    action: 'rules.changed',
    reason: 'new_version',
    text: `Rules ${entry.version} are in force`,
    ...(entry.actor === undefined ? {} : { actor: entry.actor }),
  })
  describeAgain(ctx)
  rebuildInhibitions(ctx)
  return judgeAgain(ctx)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/**
 * Takes over a CMDB version and binds anew what was unbound or whose CI has retired; returns the
 * alerts that are no longer in a maintenance window, to be placed.
 */
export function applyTopology(ctx: Ctx, entry: TopologyEntry): readonly string[] {
  interruptImport(ctx)
  takeOverTopology(ctx, entry)
  const { topology } = ctx.state
  decide(ctx, {
    action: 'topology.changed',
    reason: entry.mode,
    text: `CMDB ${entry.version}: ${topology.items.size} CIs, ${topology.relations.length} relations`,
  })
  return followTopology(ctx)
}

/** Works a part of an import in; where it puts a version in force, as {@link applyTopology}. */
export function applyCmdb(ctx: Ctx, entry: CmdbEntry): readonly string[] {
  return applyCmdbPart(ctx, entry) ? followTopology(ctx) : []
}

function followTopology(ctx: Ctx): readonly string[] {
  rebind(ctx)
  describeAgain(ctx)
  rebuildInhibitions(ctx)
  return judgeAgain(ctx)
}

/** Services, impact and priority of what is open follow the version in force. */
function describeAgain(ctx: Ctx): void {
  const open = [...ctx.state.incidents.values()]
    .filter(({ status }) => status === 'open' || status === 'provisional')
    .map(({ id }) => id)
    .sort(compare)
  for (const id of open) {
    const incident = editIncident(ctx, id)
    if (incident === undefined) continue
    countServices(ctx, incident)
    tellWhatIsNew(ctx, incident)
  }
}

function rebind(ctx: Ctx): void {
  const { state } = ctx
  const loose = [...state.alerts.values()]
    .filter((alert) => {
      const item = state.topology.items.get(alert.binding?.ci ?? '')
      return alert.status === 'firing' && (item === undefined || !isOperational(item))
    })
    .sort((a, b) => compare(a.identity, b.identity))
  for (const known of loose) {
    const decision = decideBinding({ labels: known.labels, at: known.startsAt }, bindingBy(state))
    if (decision.action !== 'bind' && known.binding === null) continue
    const alert = editAlert(ctx, known.identity)
    if (alert === undefined) continue
    alert.binding = decision.action === 'bind' ? decision.binding : null
    alert.locus = locusOf(alert.binding, alert.labels)
    decide(ctx, {
      action: 'alert.rebound',
      reason: decision.action === 'bind' ? decision.binding.rule : decision.reason,
      text: decision.action === 'bind' ? `Now bound to ${decision.binding.ci}` : 'No longer bound',
      alert: episodeKey(alert),
      ...(alert.incident === null ? {} : { incident: alert.incident }),
    })
    const key = episodeKey(alert)
    const incident = editIncident(ctx, alert.incident ?? '')
    const member = incident === undefined ? undefined : editMember(ctx, incident, key)
    if (incident === undefined || member === undefined) continue
    const side = member.side === null ? null : sideOf(ctx, alert)
    const ci = alert.binding?.ci ?? null
    incident.members.change(member, { ci, locus: alert.locus, side })
    if (side === null) continue
    const placed = ctx.ix.placements.get(key)
    if (placed === undefined) continue
    ctx.ix.placements.remove(key)
    ctx.ix.placements.add(alert.scope, { ...placed, ...side })
  }
}

/** Takes over articles; they are indexed later, piece by piece. O(articles). */
export function applyArticles(ctx: Ctx, entry: ArticlesEntry): void {
  const { state } = ctx
  const before = state.articles
  const all = new Map(entry.mode === 'replace' ? [] : before)
  for (const article of entry.articles) {
    const known = before.get(article.id)
    all.set(article.id, known !== undefined && isSame(known, article) ? known : article)
  }
  state.articles = all
  state.articlesVersion = entry.version
  ctx.ix.knowledge = changeKnowledge(ctx.ix.knowledge, all)
  decide(ctx, {
    action: 'articles.changed',
    reason: entry.mode,
    text: `${all.size} articles in version ${entry.version}`,
  })
}

function isSame(a: Article, b: Article): boolean {
  const isEqual = (x: readonly string[], y: readonly string[]): boolean =>
    x.length === y.length && x.every((one, at) => one === y[at])
  return (
    a.title === b.title &&
    a.body === b.body &&
    isEqual(a.alertnames, b.alertnames) &&
    isEqual(a.classes, b.classes) &&
    isEqual(a.services, b.services) &&
    isEqual(a.tags, b.tags)
  )
}

/** Expiry in a gap of ours waits a grace period; to be called before the deadlines of the gap fire. */
export function extendGrace({ state }: Ctx, entry: EngineEntry): void {
  state.expiryGraceUntil = Math.max(state.expiryGraceUntil, entry.at + state.rules.dedup.grace)
}

/** An engine takes over; an import whose rest never came ends. Returns the alerts to be placed then. */
export function applyEngine(ctx: Ctx, entry: EngineEntry): readonly string[] {
  ctx.state.engineVersion = entry.version
  decide(ctx, {
    action: 'engine.started',
    reason: entry.downSince === null ? 'first_start' : 'restart',
    text: `Engine ${ENGINE_VERSION} (${entry.version}) took over`,
  })
  return interruptImport(ctx) ? followTopology(ctx) : []
}
