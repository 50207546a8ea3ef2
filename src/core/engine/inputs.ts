/** New versions of what the engine decides with: rules, CMDB, articles, and the engine itself. */
import type { CmdbEntry, EngineEntry, RulesEntry, TopologyEntry } from '../entry.ts'
import { readAcceptedRules } from '../rules.ts'
import { compare } from '../topology.ts'
import { rebuildWindows } from './calendar.ts'
import { applyCmdbPart, interruptImport, takeOverTopology } from './cmdb.ts'
import { type Ctx, decide, ENGINE_VERSION, editIncident } from './context.ts'

import { findFormer } from './former.ts'
import { countServices, tellWhatIsNew } from './members.ts'
import { judgeAgain, rebuildInhibitions } from './muting.ts'
import { settleObserved } from './observed-estate.ts'
import { rebind } from './rebind.ts'
import { planHours } from './recurring.ts'
import { pruneUnbound } from './unbound.ts'

/** Takes over validated rules; returns the alerts they unmuted, to be placed. */
export function applyRules(ctx: Ctx, entry: RulesEntry): readonly string[] {
  const read = isRecord(entry.packs)
    ? readAcceptedRules(entry.packs)
    : { ok: false as const, faults: ['not a map of packs'], mended: [] }
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
  ctx.ix.weights.clear()
  // what things are found to be hangs on the rules of binding
  ctx.ix.observed.view = null
  findFormer(ctx.state, ctx.ix)
  decide(ctx, {
    action: 'rules.changed',
    reason: 'new_version',
    text: `Rules ${entry.version} are in force${mendedText(read.mended)}`,
    ...(entry.actor === undefined ? {} : { actor: entry.actor }),
  })
  describeAgain(ctx)
  rebuildInhibitions(ctx)
  rebuildWindows(ctx)
  planHours(ctx)
  return judgeAgain(ctx)
}

function mendedText(packs: readonly string[]): string {
  if (packs.length === 0) return ''
  return `; of hours that are twice in ${packs.join(' and ')}, the first ones count`
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

/** What hangs on the CMDB follows the version in force; what is observed gives way to it first. */
export function followTopology(ctx: Ctx): readonly string[] {
  settleObserved(ctx, 'what is observed gave way to the CMDB')
  rebind(ctx)
  pruneUnbound(ctx)
  return judgeByNames(ctx)
}

/** What hangs on bindings is judged again; returns the alerts that nothing mutes any more. */
export function judgeByNames(ctx: Ctx): readonly string[] {
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
