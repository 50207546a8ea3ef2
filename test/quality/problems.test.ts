/** Floors of problem discovery on years with planted problems; `npm run quality:problems` measures more. */
import { describe, expect, it } from 'vitest'
import { findFamilies } from '../../src/core/problems/families.ts'
import { findPatterns } from '../../src/core/problems/patterns.ts'
import type { Family, PastIncident } from '../../src/core/problems/types.ts'
import { DAY } from '../../src/core/time.ts'
import { YEAR0 } from '../core/problems/year.ts'
import { background, sizeOfClass } from './problems/estate-year.ts'
import { playYear } from './problems/nights.ts'
import { plant } from './problems/planted.ts'
import { scoresOf } from './problems/scores.ts'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const COUNT = 2000

/** One look at everything. */
function look(incidents: readonly PastIncident[]): readonly Family[] {
  const { families, rest } = findFamilies(incidents, sizeOfClass)
  return [...families, ...findPatterns(rest.flatMap((group) => group.incidents))]
}

describe('discovery', () => {
  it('finds what was planted in a year, and little else', () => {
    let found = 0
    let planted = 0
    let wrong = 0
    let proposals = 0
    for (const seed of SEEDS) {
      const problems = plant(seed)
      const all = look([...background(seed, COUNT), ...problems.flatMap((one) => one.incidents)])
      const sets = problems.map(({ incidents }) => new Set(incidents.map((one) => one.incident)))
      const isOf = (family: Family, set: ReadonlySet<string>): boolean => {
        const own = family.incidents.filter((one) => set.has(one.incident)).length
        return own >= 0.5 * family.incidents.length && own >= 0.5 * set.size
      }
      planted += sets.length
      found += sets.filter((set) => all.some((family) => isOf(family, set))).length
      proposals += all.length
      wrong += all.filter((family) => !sets.some((set) => isOf(family, set))).length
    }
    expect(found / planted).toBeGreaterThanOrEqual(0.9)
    expect(wrong / proposals).toBeLessThanOrEqual(0.1)
  })

  it('seldom finds anything where nothing was planted', () => {
    const streams = Array.from({ length: 40 }, (_, i) => look(background(5000 + i, COUNT)))
    expect(streams.filter((all) => all.length > 0).length).toBeLessThanOrEqual(3)
  })

  it('proposes the same problems under the same ids, night after night', () => {
    const inQuarter = ({ startedAt }: PastIncident): boolean => startedAt < YEAR0 + 91 * DAY
    const planted = plant(3).map(({ kind, incidents }) => ({
      kind,
      incidents: incidents.filter(inQuarter),
    }))
    const year = playYear([
      ...background(3, COUNT).filter(inQuarter),
      ...planted.flatMap(({ incidents }) => incidents),
    ])
    expect(year.problems.length).toBeGreaterThan(0)
    const owners = new Map<string, string>()
    for (const { incident, problem } of year.engine.state.problemLinks.values())
      owners.set(incident, problem ?? '')
    // what was proposed first still has its incidents: none moved to a newer problem
    for (const [id, { incidents }] of year.proposed)
      for (const incident of incidents) expect(owners.get(incident)).toBe(id)
    expect(scoresOf(year, planted).wrong.length).toBeLessThanOrEqual(1)
  })
})
