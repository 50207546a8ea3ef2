/** Which kill comes when: every fault point about equally often, each at a pass of its own. */

import { seeded } from '../../src/demo/random.ts'
import { FAULT_POINTS, type FaultPointName } from '../../src/store/fault.ts'

export type Shot =
  | { readonly kind: 'point'; readonly point: FaultPointName; readonly pass: number }
  /** SIGKILL from outside, so long after it was ready. */
  | { readonly kind: 'timer'; readonly afterMs: number }
  /** SIGTERM under load after some seconds: a stop in order. */
  | { readonly kind: 'stop'; readonly afterMs: number }

/**
 * Passes worth dying at. The first ones come while the program starts (it records what it recovers,
 * and its own start is an entry), the later ones under load.
 */
const PASSES: Readonly<Record<FaultPointName, readonly [first: number, last: number]>> = {
  'journal.before_insert': [1, 25],
  'journal.before_ack': [1, 25],
  'records.before_insert': [2, 45],
  'records.after_insert': [2, 45],
  'snapshot.chunk': [1, 3],
  'snapshot.before_finish': [1, 3],
  'snapshot.after_finish': [1, 3],
  'fold.before_apply': [1, 60],
  'fold.after_apply': [1, 60],
}

/** One by timer for so many by fault point. */
const PER_TIMER = 20
/** One stop in order for so many kills. The store clears up only in a life of some seconds. */
const PER_STOP = 12
const LONG_MS = 6000

/**
 * Kills for each of `lanes` data folders: at least `kills` at fault points, the same number at each
 * of them, some more at random moments, and stops in order now and then.
 */
export function planKills(kills: number, lanes: number, seed: number): readonly Shot[][] {
  const random = seeded(seed)
  const each = Math.ceil(kills / FAULT_POINTS.length)
  const shots: Shot[] = FAULT_POINTS.flatMap((point) => {
    const [first, last] = PASSES[point]
    return Array.from(
      { length: each },
      (): Shot => ({ kind: 'point', point, pass: random.int(first, last) }),
    )
  })
  const timers = Array.from(
    { length: Math.ceil(shots.length / PER_TIMER) },
    (): Shot => ({ kind: 'timer', afterMs: random.int(0, 900) }),
  )
  const all = random.shuffled([...shots, ...timers])
  return Array.from({ length: lanes }, (_none, lane) =>
    all
      .filter((_shot, i) => i % lanes === lane)
      .flatMap((shot, i): Shot[] =>
        i % PER_STOP === PER_STOP - 1 ? [shot, { kind: 'stop', afterMs: LONG_MS }] : [shot],
      ),
  )
}
