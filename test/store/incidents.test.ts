import { expect, it } from 'vitest'
import type { IncidentRecord } from '../../src/core/record.ts'
import { type IncidentOrder, listIncidents } from '../../src/store/incidents.ts'
import { type IncidentFacet, incidentFacets } from '../../src/store/incidents-facets.ts'
import type { IncidentConditions } from '../../src/store/incidents-filter.ts'
import { deleteView, listViews, putView } from '../../src/store/incidents-views.ts'
import { numbers, overEveryBackend } from './harness.ts'
import { aCi, anAlert, anIncident, incidentId, NOW } from './samples.ts'

const HOUR = 3_600_000

/** Four incidents: what is unusual about each, and two alerts for each of the first three. */
const INCIDENTS: readonly Partial<IncidentRecord>[] = [
  { status: 'open', priority: 1, owner: null, services: ['service-0'], alertCount: 9 },
  {
    status: 'open',
    priority: 2,
    owner: 'dana',
    services: ['service-1'],
    acknowledgedAt: NOW,
    team: 'team-night',
  },
  {
    status: 'provisional',
    priority: 2,
    owner: null,
    services: [],
    flappingSince: NOW,
    stale: true,
  },
  {
    ...{ status: 'closed', priority: 1, owner: 'dana', services: ['service-1'], edited: true },
    closedAt: NOW + HOUR,
  },
]
const ALERTS = [
  { incident: 0, source: 'prometheus', rule: 'DiskFull', ci: 'host-0' },
  { incident: 0, source: 'prometheus', rule: 'DiskFull', ci: 'host-1' },
  { incident: 1, source: 'generic', rule: 'Slow', ci: 'host-1' },
  { incident: 1, source: 'prometheus', rule: 'DiskFull', ci: 'host-2' },
  { incident: 2, source: 'generic', rule: 'Slow', ci: null },
  { incident: 3, source: 'prometheus', rule: 'Slow', ci: 'host-0' },
]

overEveryBackend('incidents under a filter', (on) => {
  const fill = (): Promise<void> =>
    on.write({
      incidents: INCIDENTS.map((more, n) =>
        anIncident(n, { lastAlertAt: NOW, severity: 'warning', ...more }),
      ),
      alerts: ALERTS.map(({ incident, source, rule, ci }, n) =>
        anAlert(n, {
          ...{ incident: incidentId(incident), source, rule, title: `${rule} number ${n}` },
          binding:
            ci === null ? null : { ci, rule: 'exact_name', confidence: 0.9, matched: 'instance' },
        }),
      ),
      topology: {
        mode: 'replace',
        items: [
          aCi(1, { id: 'host-0', name: 'kraken', owner: 'team-data' }),
          aCi(2, { id: 'host-1', name: 'hydra', owner: 'team-web' }),
          aCi(3, { id: 'service-1', name: 'checkout', owner: 'team-shop' }),
        ],
        relations: [],
      },
    })

  const found = async (filter: IncidentConditions): Promise<number[]> => {
    const { items } = await listIncidents(on.store, { limit: 100, ...filter })
    return items.map(({ id }) => Number(id.slice(4))).sort()
  }

  it('are found by every condition, and counted as they are listed', async () => {
    await fill()
    const cases: readonly (readonly [IncidentConditions, readonly number[]])[] = [
      [{}, [0, 1, 2, 3]],
      [{ owner: [''] }, [0, 2]],
      [{ owner: ['', 'dana'] }, [0, 1, 2, 3]],
      [{ source: ['generic'] }, [1, 2]],
      [{ rule: ['DiskFull'], ci: ['host-2'] }, [1]],
      [{ ci: ['host-0'] }, [0, 3]],
      [{ team: ['team-shop'] }, [1, 3]],
      [{ team: ['team-data'] }, [0, 3]],
      [{ team: ['team-web'] }, [0, 1]],
      [{ team: ['team-night'] }, [1]],
      [{ team: ['team-night', 'team-data'] }, [0, 1, 3]],
      [{ q: 'team-night' }, [1]],
      [{ severity: ['critical'] }, []],
      [{ acknowledged: true }, [1]],
      [{ acknowledged: false }, [0, 2, 3]],
      [{ stale: true }, [2]],
      [{ flapping: true }, [2]],
      [{ edited: true }, [3]],
      [{ id: [incidentId(2), incidentId(3)] }, [2, 3]],
      [{ q: 'diskfull NUMBER' }, [0, 1]],
      [{ q: 'kraken' }, [0, 3]],
      [{ q: 'checkout' }, [1, 3]],
      [{ activeSince: NOW + HOUR }, [0, 1, 2, 3]],
      [{ activeSince: NOW + HOUR + 1 }, [0, 1, 2]],
    ]
    for (const [filter, expected] of cases) {
      const { total } = await incidentFacets(on.store, { values: 10, ...filter })
      expect([filter, await found(filter), total]).toEqual([filter, expected, expected.length])
    }
  })

  it('are counted by facet as choosing a value would list them', async () => {
    await fill()
    const filter: IncidentConditions = { status: ['open', 'provisional'], source: ['prometheus'] }
    const { facets } = await incidentFacets(on.store, { values: 50, ...filter })
    expect(facets.map(({ name }) => name)).toContain('status')
    for (const { name, values } of facets) {
      for (const { value, count } of values) {
        const typed = toCondition(name, value)
        expect([name, value, (await found({ ...filter, ...typed })).length]).toEqual([
          name,
          value,
          count,
        ])
      }
    }
    const statuses = facets.find(({ name }) => name === 'status')?.values
    expect(statuses).toEqual([
      { value: 'open', count: 2 },
      { value: 'closed', count: 1 },
    ])
  })

  it('say when there are more values, and find those that were left out', async () => {
    await fill()
    const of = async (find?: string) => {
      const finding = find === undefined ? {} : { find: { facet: 'ci' as const, text: find } }
      const { facets } = await incidentFacets(on.store, { values: 1, ...finding })
      return facets.find(({ name }) => name === 'ci')
    }
    expect(await of()).toEqual({ name: 'ci', values: [{ value: 'host-0', count: 2 }], more: true })
    expect((await of('HYDRA'))?.values).toEqual([{ value: 'host-1', count: 2 }])
    expect((await of('T-2'))?.values).toEqual([{ value: 'host-2', count: 1 }])
    expect((await of('nowhere'))?.values).toEqual([])
  })

  it.each<[IncidentOrder, readonly number[]]>([
    ['newest', [3, 2, 1, 0]],
    ['priority', [0, 3, 1, 2]],
    ['activity', [3, 2, 1, 0]],
    ['alerts', [0, 3, 2, 1]],
  ])('come in order of %s, in pages that fit together', async (sort, expected) => {
    await fill()
    const seen: number[] = []
    let cursor: string | undefined
    do {
      const page = await listIncidents(on.store, {
        ...{ limit: 1, sort },
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...page.items.map(({ id }) => Number(id.slice(4))))
      cursor = page.next
    } while (cursor !== undefined && seen.length < 10)
    expect(seen).toEqual(expected)
  })

  it('do not take the cursor of another order', async () => {
    await on.write({ incidents: numbers(2).map((n) => anIncident(n)) })
    const { next } = await listIncidents(on.store, { limit: 1, sort: 'alerts' })
    const other = listIncidents(on.store, {
      limit: 1,
      ...(next === undefined ? {} : { cursor: next }),
    })
    await expect(other).rejects.toMatchObject({ code: 'payload_invalid' })
  })

  it('are saved as views: the highest version stays, and what was taken away stays away', async () => {
    const view = {
      ...{ id: 'v1', name: 'b', query: { q: 'x' }, version: 1 },
      ...{ createdAt: NOW, createdBy: 'dana', updatedAt: NOW, updatedBy: 'dana' },
    }
    await putView(on.store, { ...view, name: 'c', version: 2 })
    await putView(on.store, view)
    await putView(on.store, { ...view, id: 'v2', name: 'A' })
    const names = async () => (await listViews(on.store)).map(({ name }) => name)
    expect(await names()).toEqual(['A', 'c'])
    await deleteView(on.store, { id: 'v1', version: 2 })
    await putView(on.store, view)
    expect(await names()).toEqual(['A'])
  })
})

function toCondition(facet: IncidentFacet, value: string): IncidentConditions {
  if (facet === 'priority') return { priority: [Number(value)] }
  if (value === 'true' || value === 'false') return { [facet]: value === 'true' }
  return { [facet]: [value] }
}
