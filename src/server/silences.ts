/** Silences and maintenance windows go into the journal as entries; the engine takes them over. */
import { AppError } from '../core/errors.ts'
import type { Silence } from '../core/model.ts'
import { muteState } from '../core/recurrence.ts'
import type { State } from '../core/state.ts'
import type { EpochMs } from '../core/time.ts'
import type { ServerDeps } from './deps.ts'
import { applied } from './patience.ts'

/**
 * Makes or changes a silence; resolves when it is in force and can be read from the store.
 *
 * @param make the silence as of the time of its entry
 * @throws AppError `store_unavailable`, `overloaded`
 */
export async function submitSilence(
  deps: ServerDeps,
  actor: string,
  make: (at: EpochMs) => Silence,
): Promise<Silence> {
  const { journey, records } = deps
  let made: Silence | null = null
  const submitted = journey.submit((at, scope) => {
    made = make(at)
    return { kind: 'silence', at, scope, actor, silence: made }
  })
  await applied(deps, submitted)
  await records.flushed(journey.engine.state.seq)
  if (made === null) throw new AppError('internal', 'a silence was not made')
  return made
}

/** Ids of recurring windows that are between two of their times. O(silences) */
export function restingAt({ silences }: Pick<State, 'silences'>, at: EpochMs): string[] {
  return [...silences.values()].flatMap(({ silence }) =>
    silence.recurs !== undefined && muteState(silence, at) === 'pending' ? [silence.id] : [],
  )
}
