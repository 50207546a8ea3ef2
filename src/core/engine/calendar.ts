/** Windows of planned changes: derived from the changes and the rules in force. */
import { windowId, windowOfChange } from '../calendar.ts'
import { DEFAULT_SCOPE, scopeOf } from '../scope.ts'
import type { ChangeState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import type { ChangeWindow, Ctx } from './context.ts'

type Planning = Pick<Ctx, 'state' | 'ix'>
type Planned = Pick<ChangeState, 'change' | 'planned' | 'lifted'>

/**
 * Takes over what a change plans. A window that is told once more gets no second timers.
 *
 * @returns whether that may mute or unmute anything now
 */
export function planWindow(ctx: Planning, record: Planned): boolean {
  const { state, ix } = ctx
  const id = windowId(record.change.id)
  const before = ix.windows.get(id)
  const after = windowOf(ctx, record)
  if (after === undefined) ix.windows.delete(id)
  else {
    ix.windows.set(id, after)
    for (const edge of ['startsAt', 'endsAt'] as const)
      if (after[edge] > state.now && after[edge] !== before?.[edge])
        ix.timers.add(after[edge], 'silence', id)
  }
  return mutesOtherwise(ctx, before, after)
}

/** The window of a change that is not over. */
function windowOf({ state }: Planning, record: Planned): ChangeWindow | undefined {
  const { suppress, correlate } = state.rules
  const { window } = windowOfChange(record, suppress.changes)
  if (window === null || window.endsAt <= state.now) return undefined
  return { ...window, scope: scopeOf(record.change.labels, correlate.scope) }
}

/** Forgets the window of a change; returns whether that may unmute anything now. */
export function dropWindow(ctx: Planning, change: string): boolean {
  const id = windowId(change)
  const before = ctx.ix.windows.get(id)
  ctx.ix.windows.delete(id)
  return mutesOtherwise(ctx, before, undefined)
}

function mutesOtherwise(
  { state }: Planning,
  before: ChangeWindow | undefined,
  after: ChangeWindow | undefined,
): boolean {
  if (state.rules.suppress.changes.mode !== 'mute') return false
  return reachOf(before, state.now) !== reachOf(after, state.now)
}

/** What a window mutes at a time, and how long; the same text: the same alerts, by the same window. */
function reachOf(window: ChangeWindow | undefined, now: EpochMs): string {
  if (window === undefined || !isActive(window, now)) return ''
  return JSON.stringify([window.endsAt, window.scope, window.cis])
}

/** Plans every change anew, as the rules have changed or the engine was restored. */
export function rebuildWindows(ctx: Planning): void {
  for (const record of ctx.state.changes.values()) planWindow(ctx, record)
}

/** Those that are in force now, the longest first. O(planned changes) */
export function activeWindows({ state, ix }: Planning): readonly ChangeWindow[] {
  if (ix.windows.size === 0) return []
  return [...ix.windows.values()]
    .filter((window) => isActive(window, state.now))
    .sort((a, b) => b.endsAt - a.endsAt || compare(a.id, b.id))
}

/** Whether a window is about alerts of a scope: a change that names none is about all. */
export function isOfScope(window: Pick<ChangeWindow, 'scope'>, scope: string): boolean {
  return window.scope === scope || window.scope === DEFAULT_SCOPE
}

function isActive(window: ChangeWindow, now: EpochMs): boolean {
  return window.startsAt <= now && now < window.endsAt
}
