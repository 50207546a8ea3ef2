/** A person says that the window of one planned change is not to count, or is to count after all. */
import { windowOfChange } from '../calendar.ts'
import type { ChangeCommand } from '../entry.ts'
import type { ChangeState } from '../state.ts'
import { planWindow } from './calendar.ts'
import { type Ctx, decide } from './context.ts'
import { judgeAgain } from './muting.ts'
import type { Refusal } from './regroup.ts'

export type ChangeResult =
  | { readonly ok: true; readonly change: string; readonly isLifted: boolean }
  | { readonly ok: false; readonly reason: string; readonly text: string }

/**
 * Lifts the window of a change, or restores it. It stays lifted when the change is told of anew. What
 * was marked while it counted stays so.
 *
 * @param place is given the alerts that come up
 */
export function applyChangeCommand(
  ctx: Ctx,
  command: ChangeCommand,
  actor: string,
  place: (identities: readonly string[]) => void,
): ChangeResult {
  const { state } = ctx
  const known = state.changes.get(command.change)
  const isLift = command.do === 'change.lift'
  const refusal = refusalOf(ctx, known, isLift)
  if (known === undefined || refusal !== null) {
    const { refused: reason, text } = refusal ?? UNKNOWN
    decide(ctx, { action: 'command.refused', reason, text: `${command.do}: ${text}`, actor })
    return { ok: false, reason, text }
  }
  const { lifted: _before, ...rest } = known
  const record = { ...rest, ...(isLift ? { lifted: { by: actor, at: state.now } } : {}) }
  state.changes.set({ ...record, snap: 0 })
  const mutesAnew = planWindow(ctx, record)
  decide(ctx, {
    action: isLift ? 'change.lifted' : 'change.restored',
    reason: 'by_person',
    text: `${isLift ? 'Lifted the window of' : 'Restored the window of'} ${known.change.changeKind}: ${known.change.title}`,
    actor,
  })
  if (mutesAnew) place(judgeAgain(ctx))
  return { ok: true, change: command.change, isLifted: isLift }
}

const UNKNOWN: Refusal = { refused: 'unknown_change', text: 'there is no such change any more' }

function refusalOf(
  { state }: Ctx,
  known: Readonly<ChangeState> | undefined,
  isLift: boolean,
): Refusal | null {
  if (known === undefined) return UNKNOWN
  if (isLift === (known.lifted !== undefined))
    return { refused: 'nothing_to_do', text: isLift ? 'it is lifted already' : 'it is not lifted' }
  if (!isLift) return null
  const { window } = windowOfChange(known, state.rules.suppress.changes)
  if (window !== null && window.endsAt > state.now) return null
  return { refused: 'no_window', text: 'it has no window, or that is over' }
}
