/** An engine on a stage of its own, and streams of entries for it. */
import { Engine } from '../../src/core/engine/engine.ts'
import type { Entry, ReceivedEntry } from '../../src/core/entry.ts'
import { loadCmdb, loadRules } from '../../src/inputs.ts'
import { decode } from '../../src/journey.ts'
import { shippedRules } from '../../src/paths.ts'
import { type Bodies, picker } from './inputs.ts'

export const HOUR_MS = 3_600_000

export interface Stage {
  readonly engine: Engine
  /** Applies an entry and answers how long that took, in ms. */
  apply(entry: Entry): number
}

/** An engine with the shipped rules, and with the CMDB of a file where one is given. */
export function stageOf(at: number, cmdb?: string): Stage {
  const engine = new Engine()
  let offset = 0
  const apply = (entry: Entry): number => {
    const items = decode(entry, engine.state.rules)
    offset += 1
    const from = performance.now()
    engine.apply({ offset, entry }, items)
    return performance.now() - from
  }
  apply(loadRules(shippedRules()).toEntry(at, 'default'))
  if (cmdb !== undefined) apply(loadCmdb(cmdb).toEntry(at, 'default'))
  return { engine, apply }
}

/** When the `i`-th entry of a stream comes. */
export interface Pace {
  readonly from: number
  readonly stepMs: number
}

/** Entries of new alerts; with `began`, of repeats of those that began at that pace. */
export function* entries(
  alerts: number,
  bodies: Bodies,
  pace: Pace,
  began: Pace = pace,
): Generator<ReceivedEntry> {
  const { size } = bodies
  const pick = picker({ fresh: 1, stream: 0, since: 0 })
  const time = ({ from, stepMs }: Pace, i: number): number => Math.round(from + i * stepMs)
  for (let i = 0; i < Math.floor(alerts / size); i++) {
    const at = time(pace, i)
    const startsAt = time(began, i)
    const body = bodies.make((slot) => ({ number: pick(slot).number, startsAt }), at, 6 * HOUR_MS)
    const about = { scope: 'default', source: 'prometheus', receipt: `r${i}` }
    yield { kind: 'received', at, ...about, body: body.toString() }
  }
}

/** So many alerts, `size` at a time, evenly over `spanMs`. */
export function evenly(from: number, spanMs: number, alerts: number, size: number): Pace {
  return { from, stepMs: (spanMs * size) / alerts }
}
