/**
 * A storm in the engine: detected for each correlation scope, with what it brought. While it lasts,
 * incidents that are not of the highest priority are told of together, and what they are about is
 * worked out more slowly; once it is over, those that still burn are told of one by one.
 */

import { joinChannels } from '../route.ts'
import { scopedId } from '../scope.ts'
import type { AlertState, IncidentState } from '../state.ts'
import {
  type ArrivalState,
  countArrivals,
  countHeavy,
  emptyArrivals,
  isQuiet,
  rateOf,
  type StormState,
} from '../storm.ts'
import { type EpochMs, SECOND } from '../time.ts'
import type { Timer } from '../timers.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide } from './context.ts'

/** A storm is looked at anew after this time, as long as it lasts. */
const CHECK_MS = 10 * SECOND
/** Storms that are over and still known, in each scope. */
const KEPT_STORMS = 20
/** In a storm, incidents are analysed at this distance. */
const LOOK_EVERY_MS = 100
/** So many incidents that outlived a storm are told of in a second: nobody reads faster. */
const TOLD_A_SECOND = 5
/** Labels that say where something stands, the first that an alert has. */
const SITES = ['site', 'datacenter', 'dc', 'region', 'zone', 'cluster']

/** The storm that a scope is in. */
export function stormIn({ state }: Pick<Ctx, 'state'>, scope: string): Readonly<StormState> | null {
  return state.arrivals.get(scope)?.storm ?? null
}

function editStorm({ state, out }: Ctx, scope: string): StormState | null {
  const storm = state.arrivals.edit(scope)?.storm ?? null
  if (storm !== null) out.storms.set(storm.id, storm)
  return storm
}

/** Counts alerts that are about to be placed; a storm begins where they are too many. */
export function noteArrivals(ctx: Ctx, identities: readonly string[]): void {
  const fresh = identities.flatMap((identity) => ctx.state.alerts.get(identity) ?? [])
  for (const scope of [...new Set(fresh.map((alert) => alert.scope))].sort(compare))
    noteIn(
      ctx,
      scope,
      fresh.filter((alert) => alert.scope === scope),
    )
}

function noteIn(ctx: Ctx, scope: string, alerts: readonly Readonly<AlertState>[]): void {
  const { now, rules } = ctx.state
  const settings = rules.lifecycle.storm
  const arrivals = editArrivals(ctx, scope)
  countArrivals(arrivals, { at: now, count: alerts.length }, settings)
  const said = rateOf(arrivals, settings)
  if (arrivals.storm === null && said.rate >= said.threshold) begin(ctx, arrivals, said)
  const storm = arrivals.storm
  if (storm === null) return
  storm.alerts += alerts.length
  storm.rate = said.rate
  storm.peak = Math.max(storm.peak, said.rate)
  for (const alert of alerts) {
    const site = SITES.map((name) => alert.labels[name]).find((value) => value !== undefined)
    countHeavy(storm.rules, alert.rule)
    if (alert.binding !== null) countHeavy(storm.cis, alert.binding.ci)
    if (site !== undefined) countHeavy(storm.sites, site)
  }
}

function editArrivals({ state }: Ctx, scope: string): ArrivalState {
  const known = state.arrivals.edit(scope)
  if (known !== undefined) return known
  const made = { ...emptyArrivals(state.now), snap: 0, scope, storms: 0, storm: null, past: [] }
  state.arrivals.set(made)
  return made
}

function begin(ctx: Ctx, arrivals: ArrivalState, said: StormState['began']): void {
  const { scope } = arrivals
  arrivals.storms += 1
  const id = scopedId(scope, `STORM-${arrivals.storms}`)
  const storm: StormState = {
    id,
    scope,
    since: arrivals.slotAt - (arrivals.slots.length - 1) * CHECK_MS,
    beganAt: ctx.state.now,
    endedAt: null,
    quietSince: null,
    checkAt: null,
    began: said,
    rate: said.rate,
    peak: said.rate,
    alerts: 0,
    opened: 0,
    alone: 0,
    folded: 0,
    resolved: 0,
    priority: null,
    foldedAt: null,
    toldAt: null,
    toldOf: 0,
    channels: [],
    left: 0,
    nextLookAt: 0,
    rules: [],
    cis: [],
    sites: [],
  }
  arrivals.storm = storm
  ctx.out.storms.set(id, storm)
  arm(ctx, storm, ctx.state.now + CHECK_MS)
  const { rate, usual, threshold } = said
  decide(ctx, {
    action: 'storm.began',
    reason: 'rate_above_threshold',
    text: `Storm ${id}: ${rate} new alerts within a minute; ${usual === 0 ? 'none are' : `up to ${usual} are`} usual`,
    storm: id,
    terms: [
      {
        name: 'rate',
        x: rate,
        w: 1,
        inputs: { rate, usual, threshold },
        note: `${rate} new alerts within a minute, a storm from ${threshold} on`,
      },
    ],
  })
}

function arm({ ix }: Ctx, storm: StormState, at: EpochMs): void {
  storm.checkAt = at
  ix.timers.add(at, 'storm', storm.scope)
}

/** Looks at a storm anew: whether it is over, and whether people are told of what it brought. */
export function checkStorm(ctx: Ctx, { at, id: scope }: Pick<Timer, 'at' | 'id'>): void {
  if (stormIn(ctx, scope)?.checkAt !== at) return
  const { state } = ctx
  const { storm: settings, group_wait } = state.rules.lifecycle
  const arrivals = editArrivals(ctx, scope)
  const storm = editStorm(ctx, scope)
  if (storm === null) return
  countArrivals(arrivals, { at: state.now, count: 0 }, settings)
  const said = rateOf(arrivals, settings)
  storm.rate = said.rate
  storm.quietSince = isQuiet(said) ? (storm.quietSince ?? state.now) : null
  if (storm.quietSince !== null && state.now - storm.quietSince >= settings.quiet) {
    end(ctx, arrivals, storm)
    return
  }
  arm(ctx, storm, state.now + CHECK_MS)
  const { foldedAt, toldAt } = storm
  if (foldedAt === null || storm.folded === storm.toldOf) return
  const due = toldAt === null ? foldedAt + group_wait : toldAt + settings.update
  if (state.now < due) return
  storm.toldAt = state.now
  storm.toldOf = storm.folded
  decide(ctx, {
    action: 'storm.told',
    reason: toldAt === null ? 'first' : 'update',
    text: `Told people of ${storm.id}: ${incidents(storm.folded)} that nobody was told of alone`,
    storm: storm.id,
    channels: storm.channels,
  })
}

/**
 * Whether people are told of an incident only together with the others of a storm, as from now on.
 * Those of the highest priority never are, nor the first few: a storm of one fault is that fault.
 */
export function foldIn(ctx: Ctx, incident: IncidentState): boolean {
  const { first, page_priority } = ctx.state.rules.lifecycle.storm
  const storm = editStorm(ctx, incident.scope)
  if (storm === null) return false
  if (incident.priority <= page_priority || storm.alone < first) {
    storm.alone += 1
    return false
  }
  storm.folded += 1
  storm.channels = joinChannels(storm.channels, incident.route?.channels ?? null)
  storm.foldedAt ??= ctx.state.now
  storm.priority = Math.min(storm.priority ?? incident.priority, incident.priority)
  incident.toldInStorm = storm.id
  return true
}

/** Whether nobody was told of an incident by itself, and no storm that lasts speaks of it. */
export function awaitsTelling(ctx: Ctx, incident: Readonly<IncidentState>): boolean {
  if (incident.notifiedAt === null) return true
  const { toldInStorm } = incident
  return toldInStorm !== null && stormIn(ctx, incident.scope)?.id !== toldInStorm
}

/** Whether an incident that was told of with a storm is to be told of by itself, whatever lasts. */
export function standsOut(ctx: Ctx, { toldInStorm, priority }: Readonly<IncidentState>): boolean {
  return toldInStorm !== null && priority <= ctx.state.rules.lifecycle.storm.page_priority
}

export function noteOpened(ctx: Ctx, { scope }: Readonly<IncidentState>): void {
  const storm = editStorm(ctx, scope)
  if (storm !== null) storm.opened += 1
}

export function noteResolved(ctx: Ctx, { scope, toldInStorm }: Readonly<IncidentState>): void {
  if (toldInStorm === null || stormIn(ctx, scope)?.id !== toldInStorm) return
  const storm = editStorm(ctx, scope)
  if (storm !== null) storm.resolved += 1
}

/** An incident fires again: while its storm lasts, that is news of the storm. */
export function noteReopened(ctx: Ctx, incident: IncidentState): void {
  if (incident.toldInStorm === null) return
  const storm = editStorm(ctx, incident.scope)
  if (storm === null || storm.id !== incident.toldInStorm) incident.toldInStorm = null
  else storm.resolved -= 1
}

/**
 * When an incident that would be looked at `at` is: in a storm so many a second at most, for it
 * opens first, and what it is about catches up.
 */
export function lookAt(ctx: Ctx, scope: string, at: EpochMs): EpochMs {
  const storm = editStorm(ctx, scope)
  if (storm === null) return at
  const free = Math.max(at, storm.nextLookAt)
  storm.nextLookAt = free + LOOK_EVERY_MS
  return free
}

function end(ctx: Ctx, arrivals: ArrivalState, storm: StormState): void {
  const { state, ix } = ctx
  const left = [...state.incidents.values()]
    .filter((one) => one.toldInStorm === storm.id && one.status === 'open')
    .sort(
      (a, b) => a.priority - b.priority || a.firstAlertAt - b.firstAlertAt || compare(a.id, b.id),
    )
  for (const [index, { id }] of left.entries()) {
    const incident = state.incidents.edit(id)
    if (incident === undefined) continue
    const at = state.now + Math.floor(index / TOLD_A_SECOND) * SECOND
    incident.notifyAt = at
    ix.timers.add(at, 'notify', id)
  }
  storm.endedAt = state.now
  storm.checkAt = null
  storm.left = left.length
  arrivals.storm = null
  arrivals.past = [storm, ...arrivals.past].slice(0, KEPT_STORMS)
  const told = storm.folded === 0 ? '' : `; ${storm.folded} were told of together`
  const burning = left.length === 0 ? '' : `, ${left.length} of them still burn`
  decide(ctx, {
    action: 'storm.ended',
    reason: 'quiet',
    text: `${storm.id} is over: ${storm.alerts} alerts, ${incidents(storm.opened)} opened${told}${burning}`,
    storm: storm.id,
    channels: storm.channels,
  })
}

function incidents(count: number): string {
  return count === 1 ? '1 incident' : `${count} incidents`
}
