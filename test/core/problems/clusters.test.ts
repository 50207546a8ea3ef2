/** Silhouettes by hand, and clusters that are there or not. */
import { describe, expect, it } from 'vitest'
import {
  better,
  judgeClusters,
  mostClusters,
  pointsOf,
  type Try,
  tryClusters,
} from '../../../src/core/problems/clusters.ts'
import { silhouettesOf } from '../../../src/core/problems/silhouette.ts'
import type { Family, PastIncident } from '../../../src/core/problems/types.ts'
import { DAY } from '../../../src/core/time.ts'
import { incident, memoryless, YEAR0 } from './year.ts'

describe('silhouettes', () => {
  it('are those worked out by hand', () => {
    // on a line: 0 1 | 5 7 | 20
    const points = [[0], [1], [5], [7], [20]]
    const [a, b, c, d, e] = silhouettesOf(points, [0, 0, 1, 1, 2])
    expect(a).toBeCloseTo((6 - 1) / 6, 12) // own: 1; the next: (5 + 7) / 2
    expect(b).toBeCloseTo((5 - 1) / 5, 12) // own: 1; the next: (4 + 6) / 2
    expect(c).toBeCloseTo((4.5 - 2) / 4.5, 12) // own: 2; the next: (5 + 4) / 2
    expect(d).toBeCloseTo((6.5 - 2) / 6.5, 12) // own: 2; the next: (7 + 6) / 2
    expect(e).toBe(0) // alone
  })

  it('are 0 where there is one cluster, and negative for what lies in the wrong one', () => {
    expect(silhouettesOf([[0], [1]], [0, 0])).toEqual([0, 0])
    expect(silhouettesOf([[0], [10], [11]], [0, 0, 1])[1]).toBeLessThan(0)
    expect(silhouettesOf([[3], [3], [3], [3]], [0, 0, 1, 1])).toEqual([0, 0, 0, 0])
  })
})

/** As the engine does it: one try after the other. */
function clustersOf(incidents: readonly PastIncident[]): readonly Family[] {
  const points = pointsOf(incidents)
  let best: Try | null = null
  for (let k = 2; k <= mostClusters(points); k++) best = better(best, tryClusters(points, k))
  return judgeClusters(incidents, points, best)
}

/** One cause that shows on another host every time. */
function wandering(times: number): readonly PastIncident[] {
  return Array.from({ length: times }, (_, i) =>
    incident(9000 + i, YEAR0 + i * 9 * DAY, {
      rule: 'CertExpires',
      class: 'host',
      ci: i,
      changes: ['renewal'],
      signatures: ['CertExpires|host', 'HandshakeFails|service'],
    }),
  )
}

describe('clusters', () => {
  it('find one cause at many places', () => {
    const [found, ...others] = clustersOf([...memoryless(1, 120), ...wandering(30)])
    expect(others).toEqual([])
    expect(found?.kind).toBe('cluster')
    expect(found?.incidents.map(({ incident: id }) => id)).toEqual(
      wandering(30).map(({ incident: id }) => id),
    )
  })

  it('are the same on every run', () => {
    const stream = [...memoryless(2, 100), ...wandering(25)]
    expect(clustersOf(stream)).toEqual(clustersOf(stream))
  })

  it('are rarely seen in memoryless incidents', () => {
    let streams = 0
    for (let seed = 1; seed <= 20; seed++)
      if (clustersOf(memoryless(seed, 150)).length > 0) streams += 1
    expect(streams).toBeLessThanOrEqual(1)
  })

  it('are not looked for where nothing differs or little is there', () => {
    const same = Array.from({ length: 50 }, (_, i) =>
      incident(i, YEAR0 + i * DAY, { rule: 'DiskFull', class: 'host', ci: i }),
    ).map((one) => ({ ...one, service: null }))
    expect(mostClusters(pointsOf(same))).toBeLessThan(2)
    expect(clustersOf(same)).toEqual([])
    expect(clustersOf(memoryless(1, 5))).toEqual([])
    expect(clustersOf([])).toEqual([])
  })

  it('are none where there is no structure', () => {
    const incidents = memoryless(5, 40)
    const points = pointsOf(incidents)
    const flat: Try = { k: 2, silhouette: 0.1, clusters: incidents.map((_, i) => i % 2) }
    expect(judgeClusters(incidents, points, flat)).toEqual([])
    expect(judgeClusters(incidents, points, null)).toEqual([])
  })
})
