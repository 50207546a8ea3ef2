/** Coming and running changes, with what they do to alerts: out of the engine's state. */
import { statusOf, windowId, windowOfChange } from '../core/calendar.ts'
import { isOfScope } from '../core/engine/calendar.ts'
import type { Silence } from '../core/model.ts'
import { muteState, ruleHolds, ruleSpans } from '../core/recurrence.ts'
import { scopeOf } from '../core/scope.ts'
import type { ChangeState, State } from '../core/state.ts'
import { placesOf } from '../core/suppress.ts'
import { compare } from '../core/topology.ts'
import { mutedNow } from './mute-preview.ts'
import type { ChangeCalendar } from './schemas/calendar.ts'
import { toChange } from './schemas/cmdb.ts'
import { iso } from './schemas/common.ts'
import { SHOWN_TIMES, toRecurring, toTimes } from './schemas/recurrence.ts'

const MAX_ITEMS = 50

/** Changes that have an end and are not over, and those that have not begun. O(changes + firing alerts × what they sit on) */
export function calendarOf(state: State): ChangeCalendar {
  const { now, rules } = state
  const ahead = [...state.changes.values()]
    .filter(({ change }) => (change.endsAt ?? change.startsAt) > now)
    .sort((a, b) => a.change.startsAt - b.change.startsAt || compare(a.change.id, b.change.id))
  const listed = ahead.slice(0, MAX_ITEMS)
  const muted = mutedNow(state)
  const firing = firingOn(state, listed)
  const items = listed.map((record) => {
    const { change } = record
    const { window, reason } = windowOfChange(record, rules.suppress.changes)
    return {
      change: toChange(change),
      status: statusOf(change),
      state: change.startsAt > now ? ('coming' as const) : ('running' as const),
      isWindow: window !== null,
      why: reason,
      lifted:
        record.lifted === undefined ? null : { by: record.lifted.by, at: iso(record.lifted.at) },
      firing: firing.get(change.id) ?? 0,
      muting: muted.get(windowId(change.id)) ?? 0,
    }
  })
  const recurring = recurringOf(state, muted)
  return {
    ...{ mode: rules.suppress.changes.mode, items, more: ahead.length - items.length },
    recurring: recurring.slice(0, MAX_ITEMS),
    moreRecurring: Math.max(0, recurring.length - MAX_ITEMS),
  }
}

type Recurring = ChangeCalendar['recurring'][number]

/** Recurring windows that have a time left and rules with hours. O(both × days until their third time) */
function recurringOf(state: State, muted: ReadonlyMap<string, number>): readonly Recurring[] {
  const { now } = state
  const windows = [...state.silences.values()].flatMap(({ silence }): Recurring[] => {
    const { id, comment, cis, services = [], matchers } = silence
    const { next, recursText, exceptions } = toRecurring(silence, now)
    if (next === undefined || recursText === undefined || exceptions === undefined) return []
    if (next.length === 0 && exceptions.length === 0) return []
    return [
      {
        ...{ kind: 'maintenance', id, title: comment, cis, text: recursText, next },
        ...{ services, matchers: matchers.map(matcherText), exceptions },
        ...{ running: muteState(silence, now) === 'active', muting: muted.get(id) ?? 0 },
      },
    ]
  })
  const all = [...windows, ...rulesWithHours(state)]
  const startOf = ({ next }: Recurring): number => Date.parse(next[0]?.startsAt ?? '') || now
  return all.sort((a, b) => startOf(a) - startOf(b) || compare(a.id, b.id))
}

/** As Alertmanager writes it. */
function matcherText({ name, value, isRegex, isEqual }: Silence['matchers'][number]): string {
  return `${name}${isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!='}${JSON.stringify(value)}`
}

function rulesWithHours({ alerts, now, rules }: State): readonly Recurring[] {
  const { suppress } = rules
  const byRule = new Map<string, number>()
  for (const { status, suppressedBy } of alerts.values())
    if (status === 'firing' && suppressedBy?.kind === 'rule')
      byRule.set(suppressedBy.id, (byRule.get(suppressedBy.id) ?? 0) + 1)
  return suppress.rules
    .filter(({ during, outside }) => during.length + outside.length > 0)
    .map((rule): Recurring => {
      const { name, reason, during, outside } = rule
      return {
        ...{ kind: 'rule', id: name, title: reason, cis: [], muting: byRule.get(name) ?? 0 },
        ...{ services: [], matchers: [], exceptions: [] },
        text: [...during, ...outside.map((hours) => `not ${hours}`)].join(', '),
        running: ruleHolds(rule, suppress.hours, now),
        next: toTimes(ruleSpans(rule, suppress.hours, { at: now, count: SHOWN_TIMES })),
      }
    })
}

type Planned = Pick<ChangeState, 'change' | 'planned'>

/** Firing alerts that the window of each change is about, whatever the time: one pass for all. */
function firingOn(state: State, listed: readonly Planned[]): ReadonlyMap<string, number> {
  const { alerts, topology, rules } = state
  const byCi = new Map<string, { readonly id: string; readonly scope: string }[]>()
  for (const { change, planned } of listed) {
    const one = { id: change.id, scope: scopeOf(change.labels, rules.correlate.scope) }
    for (const ci of planned) byCi.set(ci, [...(byCi.get(ci) ?? []), one])
  }
  const counts = new Map<string, number>()
  if (byCi.size === 0) return counts
  for (const { status, binding, scope } of alerts.values()) {
    if (status !== 'firing' || binding === null) continue
    const near = [...placesOf(binding.ci, topology)].flatMap((ci) => byCi.get(ci) ?? [])
    for (const one of new Set(near))
      if (isOfScope(one, scope)) counts.set(one.id, (counts.get(one.id) ?? 0) + 1)
  }
  return counts
}
