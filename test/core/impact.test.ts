import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type HurtBy,
  type Impact,
  impactLine,
  impactOf,
  MAX_LISTED,
} from '../../src/core/impact.ts'
import type { Ci, Relation } from '../../src/core/model.ts'
import { MAX_SPREAD, MAX_SPREAD_HOPS, spreadFrom, wayTo } from '../../src/core/spread.ts'
import { buildTopology, type Topology } from '../../src/core/topology.ts'
import { ci, topologyOf } from './rootcause/scene.ts'

const host = (id: string): Ci => ci(id, 'host')
const service = (id: string, more: Partial<Ci> = {}): Ci => ({ ...ci(id, 'service'), ...more })

/** `critical db`: an alert of that severity on a CI, about the service after it where one is named. */
function alerts(...texts: readonly string[]): HurtBy[] {
  return texts.map((text) => {
    const [severity = '', on = '', about = null] = text.split(' ')
    return { ci: on === '-' ? null : on, service: about, severity: severity as HurtBy['severity'] }
  })
}

const hurtBy = (
  topology: Topology,
  texts: readonly string[],
  confirmedCause: string | null = null,
): Impact => impactOf({ alerts: alerts(...texts), some: false, confirmedCause, topology })

const ways = (list: Impact['now']): readonly string[] => list.map(({ path }) => path.join(' > '))

const SHOP = topologyOf(
  ['web > checkout', 'checkout > payments', 'payments > db', 'db @ h1', 'mail @ h1', 'batch > db'],
  [
    service('web', { criticality: 2, owner: 'team-web', environment: 'prod' }),
    service('checkout', { criticality: 1, owner: 'team-shop', environment: 'prod' }),
    service('payments', { criticality: 1 }),
    service('mail', { criticality: 4 }),
    service('batch', { status: 'retired' }),
    ci('db', 'database'),
    host('h1'),
  ],
)
const CLUSTER = topologyOf(
  [
    'p1 : api',
    'p2 : api',
    'p1 @ n1',
    'p2 @ n2',
    'n1 : pool',
    'n2 : pool',
    'shop @ pool',
    'p1 : ns',
    'ns2 : ns',
    'front > api',
  ],
  [
    ...[
      service('api'),
      service('shop'),
      service('front'),
      ci('ns', 'namespace'),
      ci('pool', 'pool'),
    ],
    ...['p1', 'p2'].map((id) => ci(id, 'pod')),
    ...['n1', 'n2'].map(host),
  ],
)

describe('what is hurt', () => {
  it.each<[string, Topology, readonly string[], readonly string[], readonly string[]]>([
    // alerts, hurt now, downstream
    [
      'of a database that is down: who asks it',
      SHOP,
      ['critical db'],
      ['db > payments'],
      ['db > payments > checkout', 'db > payments > checkout > web'],
    ],
    [
      'of one that only warns: nobody yet',
      SHOP,
      ['warning db'],
      [],
      ['db > payments', 'db > payments > checkout', 'db > payments > checkout > web'],
    ],
    [
      'of a host that is down: what it carries, not who asks that',
      SHOP,
      ['error h1'],
      ['h1 > mail'],
      [
        'h1 > db > payments',
        'h1 > db > payments > checkout',
        'h1 > db > payments > checkout > web',
      ],
    ],
    ['a service that alerts, however mildly', SHOP, ['info web web'], ['web'], []],
    [
      'of an instance: its service, and what asks that, not the other instances',
      CLUSTER,
      ['critical p1'],
      ['p1 > api'],
      ['p1 > api > front'],
    ],
    [
      'of a node: its pods and their service; of its pool only a part is at fault',
      CLUSTER,
      ['critical n1'],
      ['n1 > p1 > api'],
      ['n1 > pool > shop', 'n1 > p1 > api > front'],
    ],
    ['a service that only a label names', SHOP, ['critical - billing'], ['billing'], []],
    ['nothing, of what is unknown', SHOP, ['critical nowhere'], [], []],
  ])('%s', (_name, topology, texts, now, downstream) => {
    const found = hurtBy(topology, texts)
    expect(ways(found.now)).toEqual(now)
    expect(ways(found.downstream)).toEqual(downstream)
    expect(found.cut).toBe(false)
  })

  it('counts the confirmed cause as down, though it is silent', () => {
    const found = hurtBy(SHOP, ['warning web web'], 'db')
    expect(ways(found.now)).toEqual(['db > payments', 'web'])
    expect(ways(found.downstream)).toEqual(['db > payments > checkout'])
  })

  it('names whose they are, where, and how critical, in one line', () => {
    const found = hurtBy(SHOP, ['critical checkout checkout'])
    expect(found).toMatchObject({ owners: ['team-shop', 'team-web'], environments: ['prod'] })
    expect(impactLine(found)).toBe('checkout (critical), web (high)')
    expect(impactLine(hurtBy(SHOP, ['warning checkout checkout']))).toBe(
      'checkout (critical), 1 downstream',
    )
    expect(impactLine(hurtBy(SHOP, ['critical nowhere']))).toBeNull()
    expect(impactLine(hurtBy(SHOP, ['warning db']))).toBe('3 downstream')
    expect(impactLine(hurtBy(SHOP, ['critical db', 'critical h1', 'info web web']), 1)).toBe(
      'payments (critical) and 2 more, 1 downstream',
    )
  })

  it('lists the most critical, counts all, and says when there may be more', () => {
    const many = Array.from({ length: 40 }, (_, i) => `s${i}`)
    const items = many.map((id, i) => service(id, { criticality: i === 39 ? 1 : 3 }))
    const wide = topologyOf(
      many.map((id) => `${id} > db`),
      [...items, ci('db', 'database')],
    )
    const found = hurtBy(wide, ['critical db'])
    expect(found.now).toHaveLength(MAX_LISTED)
    expect(found.now[0]?.ci).toBe('s39')
    expect(found.nowCount).toBe(40)
    const long = Array.from({ length: 12 }, (_, i) => `c${i + 1} > c${i}`)
    expect(hurtBy(topologyOf(long), ['info c0'])).toMatchObject({
      ...{ downstreamCount: MAX_SPREAD_HOPS, cut: true },
    })
    expect(hurtBy(topologyOf(long.slice(0, MAX_SPREAD_HOPS)), ['info c0']).cut).toBe(false)
    expect(impactOf({ alerts: [], some: true, confirmedCause: null, topology: SHOP }).cut).toBe(
      true,
    )
  })

  it('looks at no more CIs than it may', () => {
    const star = Array.from({ length: MAX_SPREAD + 50 }, (_, i) => `s${i} > db`)
    const { reached, cut } = spreadFrom(['db'], topologyOf(star))
    expect([reached.size, cut]).toEqual([MAX_SPREAD, true])
  })
})

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const CLASSES = ['service', 'host', 'namespace', 'database']
const graphs = fc.record({
  items: fc.tuple(
    ...IDS.map((id) =>
      fc
        .record({
          kind: fc.constantFrom(...CLASSES),
          criticality: fc.constantFrom<1 | 2 | 3 | 4>(1, 2, 3, 4),
          status: fc.constantFrom('operational', 'operational', 'operational', 'retired'),
        })
        .map(({ kind, ...more }): Ci => ({ ...ci(id, kind), ...more })),
    ),
  ),
  relations: fc.array(
    fc.record({
      from: fc.constantFrom(...IDS),
      type: fc.constantFrom('depends_on', 'runs_on', 'member_of'),
      to: fc.constantFrom(...IDS),
    }),
    { maxLength: 14 },
  ),
})
const said = fc.array(
  fc.record({
    ci: fc.option(fc.constantFrom(...IDS, 'unknown')),
    service: fc.option(fc.constantFrom(...IDS, 'billing')),
    severity: fc.constantFrom<HurtBy['severity']>('critical', 'error', 'warning', 'info'),
  }),
  { maxLength: 5 },
)

/** Without bounds, by asking the relations alone: every (CI, came as an instance) that can be got to. */
function reachable(
  start: string,
  items: readonly Ci[],
  relations: readonly Relation[],
): Set<string> {
  const known = new Map(items.map((item) => [item.id, item]))
  const seen = new Set<string>()
  const visit = (at: string, inGroup: boolean): void => {
    if (seen.has(`${at}${inGroup}`)) return
    seen.add(`${at}${inGroup}`)
    if (at !== start && known.get(at)?.class === 'namespace') return
    for (const { from, type, to } of relations) {
      if (from === to) continue
      const upTo = to === at && !(type === 'member_of' && inGroup) ? from : null
      const group = from === at && type === 'member_of' ? to : null
      if (upTo !== null && known.get(upTo)?.status !== 'retired') visit(upTo, false)
      if (group !== null && known.get(group)?.status !== 'retired') visit(group, true)
    }
  }
  visit(start, false)
  return new Set([...seen].map((state) => state.replace(/(true|false)$/, '')))
}

describe('laws', () => {
  it('a fault gets where the relations let it, by a way that exists, and nowhere else', () => {
    fc.assert(
      fc.property(graphs, fc.constantFrom(...IDS), ({ items, relations }, start) => {
        const topology = buildTopology('t', items, relations)
        const { reached, cut } = spreadFrom([start], topology)
        expect(cut).toBe(false)
        expect(new Set(reached.keys())).toEqual(reachable(start, items, relations))
        for (const one of reached.values()) {
          const way = wayTo(one)
          expect([way[0], way.at(-1), way.length]).toEqual([start, one.ci, one.hops + 1])
          way.slice(1).forEach((to, i) => {
            const from = way[i]
            const tied = relations.some(
              (r) =>
                (r.to === from && r.from === to) ||
                (r.type === 'member_of' && r.from === from && r.to === to),
            )
            expect(tied).toBe(true)
          })
        }
      }),
    )
  })

  it('hurts in no order of alerts, each service once; another alert takes none away', () => {
    fc.assert(
      fc.property(
        graphs,
        said,
        fc.option(fc.constantFrom(...IDS)),
        (graph, all, confirmedCause) => {
          const topology = buildTopology('t', graph.items, graph.relations)
          const of = (some: readonly HurtBy[]): Impact =>
            impactOf({ alerts: some, some: false, confirmedCause, topology })
          const found = of(all)
          expect(of([...all].reverse())).toEqual(found)
          const now = found.now.map((one) => one.ci)
          const every = [...now, ...found.downstream.map((one) => one.ci)]
          expect(new Set(every).size).toBe(every.length)
          expect([found.nowCount, found.downstreamCount]).toEqual([
            now.length,
            found.downstream.length,
          ])
          const fewer = of(all.slice(1))
          expect(now).toEqual(expect.arrayContaining(fewer.now.map((one) => one.ci)))
          expect(every).toEqual(expect.arrayContaining(fewer.downstream.map((one) => one.ci)))
          for (const list of [found.now, found.downstream])
            for (const [i, one] of list.entries())
              expect(one.criticality ?? 5).toBeGreaterThanOrEqual(list[i - 1]?.criticality ?? 0)
        },
      ),
    )
  })
})
