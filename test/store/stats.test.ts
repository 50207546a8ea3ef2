import { describe, expect, it } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import { countFacets } from '../../src/store/alert-facets.ts'
import { decisionsOfAlert } from '../../src/store/alert-history.ts'
import { listAlerts } from '../../src/store/alerts.ts'
import {
  alertFigures,
  countOverTime,
  countReceived,
  findFlappers,
  findTalkers,
  incidentFigures,
} from '../../src/store/stats.ts'
import { numbers, overEveryBackend } from './harness.ts'
import { aDecision, anAlert, anIncident, incidentId, NOW } from './samples.ts'

const MINUTE_OF_NOW = Math.floor(NOW / MINUTE) * MINUTE
const RANGE = { from: MINUTE_OF_NOW, to: MINUTE_OF_NOW + 60 * MINUTE }

const NONE = { names: [], reports: [] }

overEveryBackend('figures', (on) => {
  describe('alerts over a range', () => {
    it('count every episode once, as it is now', async () => {
      const before = anAlert(1, { firstSeenAt: RANGE.from - 1 })
      const after = anAlert(2, { firstSeenAt: RANGE.to })
      await on.write({ alerts: [before, after, ...numbers(10).map((n) => anAlert(n + 10))] })
      const suppressedBy = { kind: 'silence', id: 's', reason: 'muted' }
      await on.write({ alerts: [anAlert(13, { suppressedBy }), anAlert(14)] })
      expect(await alertFigures(on.store, RANGE)).toEqual({ episodes: 10, suppressed: 1 })
    })

    it('name who reported most, and who is in most incidents', async () => {
      const alert = (n: number, rule: string, reports: number, incident: number | null) =>
        anAlert(n, {
          rule,
          reports,
          state: 'resolved',
          incident: incident === null ? null : incidentId(incident),
        })
      await on.write({
        alerts: [
          alert(1, 'Loud', 500, 1),
          alert(2, 'Loud', 1, 1),
          alert(3, 'Wide', 1, 1),
          alert(4, 'Wide', 1, 2),
          alert(5, 'Alone', 7, null),
        ],
      })
      const { byReports, byIncidents } = await findTalkers(on.store, RANGE, {
        by: 'rule',
        top: 2,
        live: NONE,
      })
      expect(byReports).toEqual([
        { name: 'Loud', alerts: 2, reports: 501, incidents: 1 },
        { name: 'Alone', alerts: 1, reports: 7, incidents: 0 },
      ])
      expect(byIncidents.map(({ name }) => name)).toEqual(['Wide', 'Loud'])
      await on.write({ alerts: [anAlert(6, { rule: 'Wide', state: 'firing', reports: 1 })] })
      const live = { names: ['Wide', 'Never'], reports: [499, 9] }
      const now = await findTalkers(on.store, RANGE, { by: 'rule', top: 2, live })
      expect(now.byReports).toMatchObject([
        { name: 'Loud', reports: 501 },
        { name: 'Wide', reports: 501, alerts: 3 },
      ])
      const unbound = anAlert(9, { binding: null, reports: 10_000 })
      await on.write({ alerts: [unbound] })
      const cis = await findTalkers(on.store, RANGE, { by: 'ci', top: 1, live: NONE })
      expect(cis.byReports).toMatchObject([{ name: 'host-1', reports: 500 }])
    })

    it('name what flapped, by its newest title', async () => {
      const on1 = (episode: number, title: string, flappingSince: number | null) =>
        anAlert(1, { episode: NOW + episode, title, flappingSince })
      await on.write({
        alerts: [
          on1(0, 'first', null),
          on1(1, 'second', NOW),
          on1(2, 'third', NOW),
          anAlert(2, { flappingSince: NOW, binding: null }),
          anAlert(3),
        ],
      })
      expect(await findFlappers(on.store, RANGE, 10)).toEqual([
        { id: anAlert(1).id, title: 'third', rule: 'Disk1', ci: 'host-1', episodes: 2 },
        { id: anAlert(2).id, title: anAlert(2).title, rule: 'Disk2', ci: null, episodes: 1 },
      ])
      expect(await findFlappers(on.store, RANGE, 1)).toHaveLength(1)
    })
  })

  it('count what came in by the ledger, and only between two minutes', async () => {
    const sample = (source: string, minute: number, received: number, rejected = 0) => ({
      ...{ source, received, rejected, changes: 1 },
      minute: MINUTE_OF_NOW + minute * MINUTE,
    })
    await on.write({ ledger: [sample('a', -5, 100), sample('a', 3, 110), sample('b', 1, 4)] })
    await on.write({ ledger: [sample('a', 3, 130, 2), sample('a', 60, 1000), sample('c', -1, 9)] })
    expect(await countReceived(on.store, RANGE)).toEqual({ received: 34, rejected: 2, changes: 1 })
    expect(await countReceived(on.store, { from: 0, to: 1 })).toMatchObject({ received: 0 })
  })

  it('tell how long incidents took: median and 90th percentile', async () => {
    const openedAt = NOW
    const took = (n: number, acknowledged: number | null, resolved: number | null) =>
      anIncident(n, {
        openedAt,
        acknowledgedAt: acknowledged === null ? null : openedAt + acknowledged,
        resolvedAt: resolved === null ? null : openedAt + resolved,
      })
    await on.write({
      incidents: [
        ...numbers(9).map((n) => took(n, (n + 1) * 1000, n < 5 ? 60_000 : null)),
        took(20, -5000, null),
        anIncident(21, { openedAt: null, resolvedAt: NOW + 1 }),
        anIncident(22, { status: 'merged', acknowledgedAt: NOW + 1e6 }),
        anIncident(23, { provisionalAt: RANGE.to, acknowledgedAt: NOW + 1e6 }),
      ],
    })
    expect(await incidentFigures(on.store, RANGE)).toEqual({
      incidents: 11,
      opened: 10,
      toAcknowledge: { count: 10, median: 5000, p90: 9000 },
      toResolve: { count: 5, median: 60_000, p90: 60_000 },
    })
    const none = { count: 0, median: null, p90: null }
    expect(await incidentFigures(on.store, { from: 0, to: 1 })).toEqual({
      ...{ incidents: 0, opened: 0, toAcknowledge: none, toResolve: none },
    })
  })

  it('cut time into steps that all are there', async () => {
    await on.write({
      alerts: [
        anAlert(0, { firstSeenAt: RANGE.from }),
        anAlert(1, { firstSeenAt: RANGE.from + 20 * MINUTE, severity: 'critical' }),
        anAlert(2, { firstSeenAt: RANGE.from + 29 * MINUTE, severity: 'critical' }),
      ],
      incidents: [anIncident(4, { provisionalAt: RANGE.to - 1 })],
    })
    const buckets = await countOverTime(on.store, RANGE, 20 * MINUTE)
    expect(buckets.map(({ at }) => (at - RANGE.from) / MINUTE)).toEqual([0, 20, 40])
    expect(buckets.map(({ alerts }) => alerts.critical)).toEqual([1, 2, 0])
    expect(buckets.map(({ incidents }) => incidents)).toEqual([
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1],
    ])
  })
})

overEveryBackend('searching alerts', (on) => {
  const SILENCE = { kind: 'silence', id: 's', reason: 'muted' }
  const ids = async (filter: Parameters<typeof countFacets>[1]): Promise<number[]> => {
    const { items } = await listAlerts(on.store, { limit: 100, ...filter })
    const { total } = await countFacets(on.store, filter)
    expect(total).toBe(items.length)
    return items.map(({ id }) => Number.parseInt(id, 16)).sort((a, b) => a - b)
  }
  const matcher = (name: string, value: string, isRegex = false, isEqual = true) => ({
    matchers: [{ name, value, isRegex, isEqual }],
  })

  it.each([
    ['two rules', { rule: ['Disk1', 'Disk5'] }, [1, 5]],
    ['muted', { suppressed: true }, [2]],
    ['not muted', { suppressed: false, rule: ['Disk2', 'Disk3'] }, [3]],
    ['stale', { stale: true }, [3]],
    ['flapping', { flapping: true }, [4]],
    ['without a CI', { bound: false }, [5]],
    ['with a CI', { bound: true, from: NOW + 4 * 10 + 5 }, [4, 6, 7]],
    ['a time', { from: NOW + 2 * 10 + 5, to: NOW + 4 * 10 + 5 }, [2, 3]],
    ['values of a label', { labels: [{ name: 'instance', values: ['host-6', 'host-1'] }] }, [1, 6]],
    [
      'values of two labels',
      {
        labels: [
          { name: 'instance', values: ['host-6', 'host-1'] },
          { name: 'env', values: ['test'] },
        ],
      },
      [],
    ],
    ['a matcher', matcher('instance', 'host-3'), [3]],
    ['its opposite', { ...matcher('instance', 'host-3', false, false), to: NOW + 45 }, [0, 1, 2]],
    ['a pattern, whole', matcher('instance', '.*-[12]', true), [1, 2]],
    ['a pattern, part of it', matcher('instance', 'host', true), []],
    ['not a pattern', matcher('instance', 'host-[0-5]', true, false), [6, 7]],
    ['a line break in a pattern', matcher('lines', 'a.b', true), [7]],
    ['a label that is missing', matcher('lines', ''), [0, 1, 2, 3, 4, 5, 6]],
    ['text that SQL would like', matcher("x' OR 1=1 --", "\\'); DROP TABLE alerts; --"), []],
  ])('finds by %s', async (_name, filter, expected) => {
    const special = new Map([
      [2, { suppressedBy: SILENCE }],
      [3, { stale: true }],
      [4, { flappingSince: NOW }],
      [5, { binding: null }],
      [7, { labels: { ...anAlert(7).labels, lines: 'a\nb' } }],
    ])
    await on.write({ alerts: numbers(8).map((n) => anAlert(n, special.get(n))) })
    expect(await ids(filter)).toEqual(expected)
  })

  it('counts what a search could be narrowed down to', async () => {
    await on.write({ alerts: numbers(40).map((n) => anAlert(n)) })
    await on.write({ alerts: [anAlert(1, { severity: 'info', labels: { only: 'here' } })] })
    const facets = await countFacets(on.store, { state: 'firing', severity: ['critical'] })
    expect(facets).toMatchObject({ total: 4, sample: 1 })
    expect(facets.states).toEqual({ firing: 4, resolved: 10 })
    expect(facets.severities).toMatchObject({ critical: 4, warning: 6, info: 0 })
    expect(facets.sources).toEqual([{ value: 'prometheus', count: 4 }])
    expect(facets.rules).toHaveLength(4)
    const chosen = await countFacets(on.store, {
      rule: ['Disk1', 'Disk2'],
      labels: [{ name: 'instance', values: ['host-2'] }],
    })
    expect(chosen.total).toBe(1)
    expect(chosen.rules).toEqual([{ value: 'Disk2', count: 1 }])
    const instances = chosen.labels.find(({ name }) => name === 'instance')?.values
    expect(instances?.map(({ value }) => value).sort()).toEqual(['host-2', 'host-32', 'host-33'])
    const all = await countFacets(on.store, {})
    expect(all.flags).toEqual({ suppressed: 0, stale: 0, flapping: 0, unbound: 0 })
    expect(all.rules).toHaveLength(20)
    expect(all.rules[0]).toEqual({ value: 'Disk0', count: 2 })
    expect(all.labels.map(({ name, count }) => [name, count])).toEqual([
      ...['alertname', 'env', 'instance', 'job'].map((name) => [name, 39]),
      ['only', 1],
    ])
    expect(all.labels.find(({ name }) => name === 'env')?.values).toEqual([
      { value: 'prod', count: 39 },
    ])
    expect(all.labels.find(({ name }) => name === 'instance')?.values).toHaveLength(10)
  })

  it('counts values over a fair share of the alerts where there are very many', async () => {
    const count = 12_000
    const spread = (n: number): string =>
      ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')
    const alerts = numbers(count).map((n) =>
      anAlert(n, { id: `${spread(n)}00000000`, source: n % 4 === 0 ? 'zabbix' : 'prometheus' }),
    )
    for (let at = 0; at < count; at += 3000) await on.write({ alerts: alerts.slice(at, at + 3000) })
    const { total, sample, sources } = await countFacets(on.store, {})
    expect(total).toBe(count)
    expect(sample).toBeGreaterThan(0.8)
    expect(sample).toBeLessThan(0.84)
    const of = (name: string) => sources.find(({ value }) => value === name)?.count ?? 0
    expect(of('zabbix') / count).toBeCloseTo(0.25, 1)
    expect((of('zabbix') + of('prometheus')) / count).toBeCloseTo(1, 1)
  })

  it('keeps the decisions about an alert, in their order, over its episodes', async () => {
    const { id } = anAlert(5)
    const about = (n: number, more: object) => aDecision(n, { alert: `${id}.${n}`, ...more })
    await on.write({
      decisions: [
        about(1, {}),
        about(2, { action: 'incident.opened' }),
        aDecision(3),
        about(4, {}),
      ],
    })
    expect((await decisionsOfAlert(on.store, id)).map(({ seq }) => seq)).toEqual([1, 4])
    expect(await decisionsOfAlert(on.store, 'unknown')).toEqual([])
  })
})
