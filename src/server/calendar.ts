/** Coming and running changes, with what they do to alerts: out of the engine's state. */
import { plannedWindow, statusOf, windowId } from '../core/calendar.ts'
import type { State } from '../core/state.ts'
import { compare } from '../core/topology.ts'
import { mutedNow, previewMute } from './mute-preview.ts'
import type { ChangeCalendar } from './schemas/calendar.ts'
import { toChange } from './schemas/cmdb.ts'

const MAX_ITEMS = 50

/** Changes that have an end and are not over, and those that have not begun. O(changes + items × firing alerts) */
export function calendarOf(state: State): ChangeCalendar {
  const { now, rules } = state
  const ahead = [...state.changes.values()]
    .map(({ change }) => change)
    .filter(({ startsAt, endsAt }) => (endsAt ?? startsAt) > now)
    .sort((a, b) => a.startsAt - b.startsAt || compare(a.id, b.id))
  const muted = mutedNow(state)
  const items = ahead.slice(0, MAX_ITEMS).map((change) => {
    const { window, reason } = plannedWindow(change, rules.suppress.changes)
    const about = { kind: 'maintenance', matchers: [], cis: change.cis } as const
    return {
      change: toChange(change),
      status: statusOf(change),
      state: change.startsAt > now ? ('coming' as const) : ('running' as const),
      isWindow: window !== null,
      why: reason,
      firing: previewMute(state, about).matched,
      muting: muted.get(windowId(change.id)) ?? 0,
    }
  })
  return { mode: rules.suppress.changes.mode, items, more: ahead.length - items.length }
}
