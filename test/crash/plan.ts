/** Which kill comes when: every fault point about equally often, each at a pass of its own. */
import { FAULT_POINTS, type FaultPointName } from '../../src/store/fault.ts'
import { seeded } from './random.ts'

export type Shot =
  | { readonly kind: 'point'; readonly point: FaultPointName; readonly pass: number }
  /** SIGKILL from outside, so long after it was ready. */
  | { readonly kind: 'timer'; readonly afterMs: number }

/**
 * Passes worth dying at. The first ones come while the program starts (it records what it recovers,
 * and its own start is an entry), the later ones under load.
 */
const PASSES: Readonly<Record<FaultPointName, readonly [first: number, last: number]>> = {
  'journal.before_insert': [1, 30],
  'journal.before_ack': [1, 30],
  'records.before_insert': [1, 50],
  'records.after_insert': [1, 50],
  'snapshot.chunk': [1, 4],
  'snapshot.before_finish': [1, 4],
  'snapshot.after_finish': [1, 4],
  'fold.before_apply': [1, 80],
  'fold.after_apply': [1, 80],
}

/** One by timer for so many by fault point. */
const PER_TIMER = 20

/**
 * Kills for each of `lanes` data folders: at least `kills` at fault points, the same number at each
 * of them, and some more at random moments.
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
    all.filter((_shot, i) => i % lanes === lane),
  )
}
