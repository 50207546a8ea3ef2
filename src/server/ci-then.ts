/** What fires on each CI now, or fired at a moment: the engine knows the one, the store the other. */
import type { EpochMs } from '../core/time.ts'
import { firingAt } from '../store/topology-past.ts'
import { type CiLive, liveByCi } from './ci-live.ts'
import type { ServerDeps } from './deps.ts'

/** More than any map shows, to tell that there is more. */
const MAX_CIS = 20_000

interface Moment {
  /** Now unless given. */
  readonly at: EpochMs | undefined
  /** Of the past, of these alone; all unless given. */
  readonly cis?: readonly string[]
}

/** By id, for CIs with a firing alert only; of the past at most {@link MAX_CIS}. */
export async function liveThen(
  { journey, store }: Pick<ServerDeps, 'journey' | 'store'>,
  { at, cis }: Moment,
): Promise<ReadonlyMap<string, CiLive>> {
  if (at === undefined) return liveByCi(journey.engine.state)
  const found = await firingAt(store, {
    at,
    limit: MAX_CIS,
    ...(cis === undefined ? {} : { cis }),
  })
  return new Map(found.map(({ ci, ...live }) => [ci, live]))
}
