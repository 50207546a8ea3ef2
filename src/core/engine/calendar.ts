/** Windows of planned changes: derived from the changes and the rules in force. */
import { plannedWindow, windowId } from '../calendar.ts'
import type { Change, Silence } from '../model.ts'
import type { EpochMs } from '../time.ts'
import type { Ctx } from './context.ts'

type Planning = Pick<Ctx, 'state' | 'ix'>

/**
 * Takes over what a change plans.
 *
 * @returns whether that may mute or unmute anything now
 */
export function planWindow(ctx: Planning, change: Change): boolean {
  const { state, ix } = ctx
  const id = windowId(change.id)
  const before = ix.windows.get(id)
  const { window } = plannedWindow(change, state.rules.suppress.changes)
  const after = window !== null && window.endsAt > state.now ? window : undefined
  if (after === undefined) ix.windows.delete(id)
  else {
    ix.windows.set(id, after)
    for (const at of [after.startsAt, after.endsAt])
      if (at > state.now) ix.timers.add(at, 'silence', id)
  }
  return isActive(before, state.now) || isActive(after, state.now)
}

/** Plans every change anew, as the rules have changed or the engine was restored. */
export function rebuildWindows(ctx: Planning): void {
  ctx.ix.windows.clear()
  for (const { change } of ctx.state.changes.values()) planWindow(ctx, change)
}

/** Those that are in force now. O(planned changes) */
export function activeWindows({ state, ix }: Planning): readonly Silence[] {
  if (ix.windows.size === 0) return []
  return [...ix.windows.values()].filter((window) => isActive(window, state.now))
}

function isActive(window: Silence | undefined, now: EpochMs): boolean {
  return window !== undefined && window.startsAt <= now && now < window.endsAt
}
