/** What holds of the engine's state after every entry, worked out anew from the plain tables. */
import { expect } from 'vitest'
import { WINDOW_MS } from '../../../src/core/correlate/placements.ts'
import type { Engine } from '../../../src/core/engine/engine.ts'
import { factsOf } from '../../../src/core/engine/facts.ts'
import { inhibitable } from '../../../src/core/engine/muting.ts'
import { priorityRulesOf } from '../../../src/core/engine/priority-rules.ts'
import { serviceOf } from '../../../src/core/engine/service.ts'
import { holds } from '../../../src/core/facts.ts'
import { isWithin } from '../../../src/core/hours.ts'
import { ledgerFaults, readLedger } from '../../../src/core/ledger.ts'
import { muteState } from '../../../src/core/recurrence.ts'
import type { Seen } from '../../../src/core/roster.ts'
import type { AlertState, IncidentState } from '../../../src/core/state.ts'
import { covers } from '../../../src/core/suppress.ts'
import { compare } from '../../../src/core/topology.ts'
import { rulesThatMute } from '../inhibit-oracle.ts'

/** Every fault of the state, each as a sentence; empty is right. */
export function faultsOf(engine: Engine): string[] {
  return [
    ...homeFaults(engine),
    ...counterFaults(engine),
    ...placementFaults(engine),
    ...ledger(engine),
    ...inhibitionFaults(engine),
    ...regroupingFaults(engine),
    ...muteFaults(engine),
    ...overFaults(engine),
  ]
}

/** A firing alert is muted by what is in force now, by the clock, and by nothing that is not. */
function muteFaults({ state }: Engine): string[] {
  const { now, topology, rules } = state
  const silences = [...state.silences.values()].map(({ silence }) => silence)
  const isNow = (names: readonly string[]): boolean =>
    rules.suppress.hours.some((hours) => names.includes(hours.name) && isWithin(hours, now))
  return [...state.alerts.values()].flatMap((alert) => {
    if (alert.status !== 'firing') return []
    const { suppressedBy: by, labels } = alert
    const about = { labels, ci: alert.binding?.ci ?? null }
    const muting = silences.filter(
      (one) => muteState(one, now) === 'active' && covers(one, about, topology),
    )
    const facts = factsOf(state, alert)
    const ruling = rules.suppress.rules.filter(
      ({ when, during, outside }) =>
        holds(when, facts) && (during.length === 0 || isNow(during)) && !isNow(outside),
    )
    const expected = muting.length > 0 ? muting.map(({ id }) => id) : ruling.map(({ name }) => name)
    const fits =
      by === null || by.kind === 'inhibit' ? expected.length === 0 : expected.includes(by.id)
    return fits ? [] : [`${keyOf(alert)} is muted by ${by?.id}, not by ${expected.join(' or ')}`]
  })
}

/** Of silences and windows only those are known that are not over. */
function overFaults({ state }: Engine): string[] {
  return [...state.silences.values()].flatMap(({ silence: { id, endsAt } }) =>
    endsAt <= state.now ? [`${id} is over`] : [],
  )
}

/** A firing alert that no silence, window or rule mutes is muted exactly where another one inhibits it. */
function inhibitionFaults({ state }: Engine): string[] {
  const firing = [...state.alerts.values()].filter(({ status }) => status === 'firing')
  const all = firing.map((alert) => inhibitable(state, alert))
  const { relations } = state.topology
  const options = { rules: state.rules.suppress.inhibit, relations }
  return firing.flatMap((alert) => {
    const { suppressedBy: by } = alert
    if (by !== null && by.kind !== 'inhibit') return []
    const own = all.filter(({ scope }) => scope === alert.scope)
    const expected = rulesThatMute(inhibitable(state, alert), own, options)
    const fits = by === null ? expected.length === 0 : expected.includes(by.id)
    return fits
      ? []
      : [`${keyOf(alert)} is muted by ${by?.id}, expected ${expected.join() || 'none'}`]
  })
}

/** What is proposed is known to both of its incidents, which are of one scope; each pair stands once. */
function regroupingFaults({ state }: Engine): string[] {
  const pairs = new Set<string>()
  return [...state.regroupings.values()].flatMap(({ id, scope, kind, incident, other, alerts }) => {
    const ids = [incident, ...(other === null ? [] : [other])]
    const homes = ids.flatMap((home) => state.incidents.get(home) ?? [])
    const pair = [kind, ...(kind === 'merge' ? ids.toSorted(compare) : ids)].join(' ')
    const again = kind !== 'split' && pairs.has(pair)
    pairs.add(pair)
    return [
      ...(incident === other ? [`${id} is of ${incident} and itself`] : []),
      ...(again ? [`${id} is the second one of ${pair}`] : []),
      ...(alerts.length === 0 ? [`nothing speaks for ${id}`] : []),
      ...homes
        .filter((home) => home.scope !== scope)
        .map((home) => `${id} is of ${home.scope} too`),
      ...homes
        .filter((home) => !home.regroupings.includes(id))
        .map((home) => `${home.id} does not know of ${id}`),
    ]
  })
}

export function expectSound(engine: Engine): void {
  expect(faultsOf(engine)).toEqual([])
}

function keyOf({ id, startsAt }: Pick<AlertState, 'id' | 'startsAt'>): string {
  return `${id}.${startsAt}`
}

const IS_OVER = new Set(['closed', 'merged'])

/** Every episode is in at most one incident that is not over; a firing, unmuted one in exactly one. */
function homeFaults({ state }: Engine): string[] {
  const homes = new Map<string, string[]>()
  for (const incident of state.incidents.values()) {
    if (IS_OVER.has(incident.status)) continue
    for (const key of incident.members.keys())
      homes.set(key, [...(homes.get(key) ?? []), incident.id])
  }
  const faults: string[] = []
  for (const [key, ids] of homes)
    if (ids.length > 1) faults.push(`${key} is in ${ids.join(' and ')}`)
  for (const alert of state.alerts.values()) {
    const key = keyOf(alert)
    const [home] = homes.get(key) ?? []
    const loud = alert.status === 'firing' && alert.suppressedBy === null
    if (loud && home === undefined) faults.push(`${key} fires in no incident`)
    if (home !== undefined && alert.incident !== home)
      faults.push(`${key} is in ${home} but names ${alert.incident}`)
    const member = home === undefined ? undefined : state.incidents.get(home)?.members.get(key)
    if (member !== undefined) faults.push(...memberFaults(alert, member))
    const status = home === undefined ? undefined : state.incidents.get(home)?.status
    if (member !== undefined && (status === 'open' || status === 'provisional')) {
      const rules = priorityRulesOf(state, member).join()
      if (rules !== member.priorityRules.join()) faults.push(`${key} has not the rules ${rules}`)
    }
  }
  return faults
}

function memberFaults(alert: Readonly<AlertState>, member: Seen): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['firing', member.firing, alert.status === 'firing'],
    ['stale', member.stale, alert.stale],
    ['ci', member.ci, alert.binding?.ci ?? null],
    ['locus', member.locus, alert.locus],
    ['endsAt', member.endsAt, alert.endsAt],
    ['flappingSince', member.flappingSince, alert.flap?.since ?? null],
    ...(alert.status === 'firing'
      ? ([['suppressed', member.suppressed, alert.suppressedBy !== null]] as const)
      : []),
  ]
  return pairs
    .filter(([, is, should]) => is !== should)
    .map(([name, is, should]) => `${member.key} has ${name} ${is}, its alert ${should}`)
}

/** The counters and facts of an incident are those of its members. */
function counterFaults({ state }: Engine): string[] {
  return [...state.incidents.values()].flatMap((incident) => {
    const expected = recounted(incident)
    return Object.entries(expected)
      .filter(([name, value]) => JSON.stringify(incident[name as keyof IncidentState]) !== value)
      .map(
        ([name, value]) =>
          `${incident.id} has ${name} ${incident[name as keyof IncidentState]}, not ${value}`,
      )
      .concat(serviceFaults(incident, state.topology))
  })
}

const WORST = ['critical', 'error', 'warning', 'unknown', 'info', 'none'] as const

function recounted(incident: Readonly<IncidentState>): Readonly<Record<string, string>> {
  const members = [...incident.members.values()]
  const loud = members.filter(({ suppressed }) => !suppressed)
  const since = members.flatMap(({ flappingSince }) => flappingSince ?? [])
  const facts: Record<string, unknown> = {
    memberCount: members.length,
    suppressedCount: members.length - loud.length,
    firingCount: loud.filter(({ firing }) => firing).length,
    staleCount: members.filter(({ stale }) => stale).length,
    flappingSince: since.length === 0 ? null : Math.min(...since),
    severity: WORST.find((name) => loud.some(({ severity }) => severity === name)) ?? 'none',
    changes: [...new Set(members.flatMap(({ changes }) => changes))],
  }
  if (members.length > 0) {
    const starts = (loud.length > 0 ? loud : members).map(({ startsAt }) => startsAt)
    facts['firstAlertAt'] = Math.min(...starts)
    facts['lastAlertAt'] = Math.max(...starts)
    facts['head'] = headOf(loud) ?? members[0]?.key
  }
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, JSON.stringify(value)]),
  )
}

/** The worst alert, then the first: it names the incident. As in SEVERITIES, unknown comes last. */
function headOf(loud: readonly Seen[]): string | undefined {
  const order = ['critical', 'error', 'warning', 'info', 'none', 'unknown']
  const rank = ({ severity }: Seen): number => order.indexOf(severity)
  return [...loud].sort(
    (a, b) => rank(a) - rank(b) || a.startsAt - b.startsAt || compare(a.key, b.key),
  )[0]?.key
}

/** Of incidents that are not resolved: they follow the topology in force. */
function serviceFaults(
  incident: Readonly<IncidentState>,
  topology: Engine['state']['topology'],
): string[] {
  if (incident.status !== 'open' && incident.status !== 'provisional') return []
  const found = [...incident.members.values()]
    .filter(({ suppressed }) => !suppressed)
    .flatMap((member) => serviceOf(member, topology) ?? [])
  const expected = [...new Set(found)]
  return expected.join() === incident.services.join()
    ? []
    : [`${incident.id} has services ${incident.services}, not ${expected}`]
}

/** Placements and members say the same, within the time for which placements are looked at. */
function placementFaults({ state, ix }: Engine): string[] {
  const faults: string[] = []
  const sides = new Map<string, string>()
  for (const incident of state.incidents.values()) {
    for (const { key, side } of [...incident.members.values()]) {
      if (side === null || side.startsAt < state.now - WINDOW_MS) continue
      sides.set(key, incident.id)
      const placed = ix.placements.get(key)
      if (placed !== ix.placements.of(incident.scope).get(key))
        faults.push(`${key} of ${incident.id} is placed in another scope`)
      if (placed === undefined) faults.push(`${key} of ${incident.id} is not placed`)
      else if (placed.locus !== side.locus || placed.startsAt !== side.startsAt)
        faults.push(`${key} is placed elsewhere than its member`)
      else if (placed.incident !== incident.id && !IS_OVER.has(incident.status))
        faults.push(`${key} of ${incident.id} is placed in ${placed.incident}`)
    }
  }
  const all = ix.placements
    .scopes()
    .flatMap((scope) => ix.placements.of(scope).latest(state.now, Number.MAX_SAFE_INTEGER))
  for (const { key } of all) if (!sides.has(key)) faults.push(`${key} is placed without a member`)
  if (new Set(all.map(({ key }) => key)).size !== all.length)
    faults.push('something is placed twice')
  return faults
}

function ledger({ state }: Engine): string[] {
  const read = readLedger(state.ledger)
  const sums = ledgerFaults(read).map(({ source, difference }) => `${source} misses ${difference}`)
  const below = Object.entries(read.sources).flatMap(([source, counts]) =>
    Object.entries(counts)
      .filter(([, count]) => count < 0)
      .map(([outcome, count]) => `${source} has ${count} ${outcome}`),
  )
  const uncounted = Object.keys(state.ledger.outcomes).filter((name) => !(name in read.received))
  return [...sums, ...below, ...uncounted.map((name) => `${name} has outcomes without items`)]
}
