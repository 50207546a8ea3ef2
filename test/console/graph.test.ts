/** Pictures of CIs: what they say in words, and where their nodes stand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IncidentGraph } from '../../dashboards/console/src/api/schema.d.ts'
import { bundled } from '../../dashboards/console/src/graph/bundle.ts'
import {
  pictureOfIncident,
  pictureOfNeighbourhood,
} from '../../dashboards/console/src/graph/from-api.ts'
import { placeNodes } from '../../dashboards/console/src/graph/layout.ts'
import {
  drawnEdges,
  type GraphPicture,
  linesOf,
  neighboursOf,
} from '../../dashboards/console/src/graph/picture.ts'
import { densest } from '../../dashboards/console/src/graph/view.ts'

type Node = IncidentGraph['nodes'][number]

const NODE: Node = {
  ...{ ci: 'db', name: 'orders-db', class: 'database', criticality: 1, role: 'alerting' },
  status: 'operational',
  ...{ alerts: 3, firing: 2, muted: 0, cause: null, confirmed: false, incidents: [] },
}
const graph = (...nodes: readonly Partial<Node>[]): IncidentGraph => ({
  ...{ relations: [], joins: [], explained: [], others: [], unbound: 0, leftOut: 0 },
  nodes: nodes.map((node) => ({ ...NODE, ...node })),
})

describe('what a node says', () => {
  it.each<[string, Partial<Node>, string]>([
    ['how many fire', {}, 'orders-db | database · 2 firing'],
    ['that all are over', { firing: 0 }, 'orders-db | database · 3 alerts over'],
    ['that all are muted', { firing: 0, muted: 3 }, 'orders-db | database · 3 alerts muted'],
    [
      'its place among the causes',
      { cause: { rank: 1, weight: 0.876 } },
      'likely cause · 88 % | orders-db | database · 2 firing',
    ],
    [
      'that a person confirmed it',
      { cause: { rank: 2, weight: 0.1 }, confirmed: true },
      'the cause | orders-db | database · 2 firing',
    ],
    [
      'that it is near and silent',
      { role: 'near', alerts: 0, firing: 0 },
      'orders-db | database · silent',
    ],
    [
      'where else its alerts are',
      { role: 'near', alerts: 0, firing: 0, incidents: ['INC-000004'] },
      'orders-db | database · in INC-000004',
    ],
    [
      'both ends of a long name',
      { name: 'checkout-service-production-eu-7d9f8b6c5-abcde' },
      'checkout-service…9f8b6c5-abcde | database · 2 firing',
    ],
  ])('%s', (_what, node, words) => {
    const [drawn] = pictureOfIncident(graph(node)).nodes
    expect(drawn === undefined ? '' : linesOf(drawn).join(' | ')).toBe(words)
  })
})

it('draws the paths that joined alerts, whichever way the relation points', () => {
  const relations = [
    { from: 'web', type: 'depends_on', to: 'api' },
    { from: 'api', type: 'depends_on', to: 'db' },
    { from: 'batch', type: 'depends_on', to: 'db' },
  ]
  const link = { method: 'score' as const, by: '', title: '', because: [], alerts: 1, p: 0.9 }
  const joins = [{ ...link, from: 'db', to: 'web', path: ['db', 'api', 'web'] }]
  const nodes = ['web', 'api', 'db', 'batch'].map((ci) => ({ ...NODE, ci }))
  const { edges } = pictureOfIncident({ ...graph(), nodes, relations, joins })
  expect(edges.map(({ strong }) => strong)).toEqual([true, true, false])
})

it('stands a whole above its parts', () => {
  const nodes = ['shop', 'api'].map((ci) => ({ ...NODE, ci }))
  const relations = [{ from: 'api', type: 'member_of', to: 'shop' }]
  const joins = [
    {
      ...{ method: 'score' as const, by: '', title: '', because: [], alerts: 1, p: 0.9 },
      ...{ from: 'api', to: 'shop', path: ['api', 'shop'] },
    },
  ]
  const picture = pictureOfIncident({ ...graph(), nodes, relations, joins })
  expect(picture.edges).toEqual([{ from: 'shop', type: 'contains', to: 'api', strong: true }])
  const { boxes } = placeNodes(picture)
  expect(boxes.get('shop')?.y).toBeLessThan(boxes.get('api')?.y ?? 0)
})

it('shows what is around a CI', () => {
  const node = { name: 'x', class: 'host', hops: 0, incidents: [], status: 'operational' }
  const picture = pictureOfNeighbourhood({
    center: 'a',
    nodes: [
      { ...node, ci: 'a', firing: 1, suppressed: 1 },
      { ...node, ci: 'b', firing: 0, suppressed: 2, status: 'observed' },
    ],
    relations: [{ from: 'a', type: 'runs_on', to: 'b', observed: true }],
    truncated: false,
  })
  expect(picture.nodes.map(({ state, mark }) => [state, mark])).toEqual([
    ['firing', 'this one'],
    ['muted', undefined],
  ])
  expect(picture.nodes[1]?.note).toBe('observed')
  expect(picture.edges[0]?.observed).toBe(true)
  expect([...neighboursOf(picture, 'b')].sort()).toEqual(['a', 'b'])
})

describe('the bundles of a hub', () => {
  const nodes = [
    {
      id: 'hub',
      name: 'hub',
      class: 'switch',
      state: 'silent' as const,
      alerts: 0,
      mark: 'this one',
    },
    ...Array.from({ length: 40 }, (_, n) => ({
      ...{ id: `pod-${n}`, name: `pod-${n}`, class: 'pod', alerts: n < 3 ? 1 : 0 },
      state: n < 3 ? ('firing' as const) : ('silent' as const),
    })),
    { id: 'app', name: 'app', class: 'service', state: 'silent' as const, alerts: 0 },
    ...Array.from({ length: 6 }, (_, n) => ({
      ...{ id: `loud-${n}`, name: `loud-${n}`, class: 'pod', state: 'muted' as const, alerts: 2 },
    })),
  ]
  const pods = nodes.filter(({ class: kind }) => kind === 'pod').map(({ id }) => id)
  const edges = [
    ...pods.map((id) => ({ from: id, type: 'runs_on', to: 'hub' })),
    ...pods.map((id) => ({ from: id, type: 'part_of', to: 'app', observed: true as const })),
  ]
  const shown = (open: readonly string[] = []) => bundled({ nodes, edges }, 'hub', new Set(open))

  it('show what burns singly, and what is alike as one', () => {
    const { picture, bundles } = shown()
    expect(picture.nodes.map(({ name, note = '' }) => `${name} ${note}`.trim())).toEqual([
      ...['hub', 'pod-0', 'pod-1', 'pod-2', '37 pods 3 more burning, apart', '6 pods opens', 'app'],
    ])
    expect([...bundles.values()].map((members) => members.length)).toEqual([37, 6])
    expect(picture.nodes.find(({ name }) => name === '6 pods')).toMatchObject({
      ...{ state: 'muted', alerts: 12, bundle: true },
    })
  })

  it('keep each relation once, and as observed only where all of them are', () => {
    const { picture } = shown()
    expect(drawnEdges(picture)).toHaveLength(10)
    const types = new Set(picture.edges.map(({ type, observed = false }) => `${type} ${observed}`))
    expect([...types].sort()).toEqual(['part_of true', 'runs_on false'])
  })

  it('open one by one', () => {
    const [first = ''] = shown().bundles.keys()
    const { picture, bundles } = shown([first])
    expect([picture.nodes.length, bundles.size]).toEqual([1 + 40 + 1 + 1, 1])
  })

  it('leave a small picture as it is', () => {
    const few = { nodes: nodes.slice(0, 20), edges }
    expect(bundled(few, 'hub', new Set())).toEqual({ picture: few, bundles: new Map() })
  })

  it('reach through bundles to what hangs on them', () => {
    const deep = Array.from({ length: 40 }, (_, n) => ({
      ...{ id: `job-${n}`, name: `job-${n}`, class: 'proxy', state: 'silent' as const, alerts: 0 },
    }))
    const ties = deep.map(({ id }, n) => ({ from: id, type: 'runs_on', to: `pod-${n}` }))
    const { picture } = bundled(
      { nodes: [...nodes, ...deep], edges: [...edges, ...ties] },
      ...(['hub', new Set<string>()] as const),
    )
    // those on the three burning pods stand by themselves
    expect(picture.nodes.map(({ name }) => name).filter((name) => /job|prox/.test(name))).toEqual([
      ...['job-0', 'job-1', 'job-2', '37 proxies'],
    ])
  })
})

const anyPicture = fc
  .uniqueArray(fc.stringMatching(/^[a-f]{1,3}$/), { minLength: 1, maxLength: 14 })
  .chain((ids) =>
    fc.record({
      nodes: fc.constant(
        ids.map((id) => ({ id, name: id, class: 'host', state: 'plain' as const, alerts: 0 })),
      ),
      edges: fc.array(
        fc.record({
          from: fc.constantFrom(...ids),
          type: fc.constantFrom('depends_on', 'runs_on'),
          to: fc.constantFrom(...ids),
        }),
        { maxLength: 20 },
      ),
    }),
  )

describe('where to look first', () => {
  const frame = { width: 100, height: 100 }
  it('is nowhere without anything', () => {
    expect(densest([], frame)).toBeNull()
  })

  it('is where most is, not in the empty middle', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 1000, y: 0 },
      { x: 1040, y: 20 },
    ]
    expect(densest(points, frame)).toEqual({ x: 1020, y: 10 })
  })

  it('shows at least as many as a frame around any of them', () => {
    const point = fc.record({
      x: fc.integer({ min: 0, max: 500 }),
      y: fc.integer({ min: 0, max: 500 }),
    })
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 30 }), (points) => {
        const around = (middle: { x: number; y: number }): number =>
          points.filter(({ x, y }) => Math.abs(x - middle.x) <= 50 && Math.abs(y - middle.y) <= 50)
            .length
        const found = densest(points, frame)
        if (found === null) throw new Error('nowhere')
        expect(around(found)).toBeGreaterThanOrEqual(Math.max(...points.map(around)))
      }),
    )
  })
})

describe('the layout', () => {
  it('does not depend on the order of nodes and edges, and nothing lies on anything', () => {
    fc.assert(
      fc.property(anyPicture, (picture) => {
        const { boxes } = placeNodes(picture)
        const back: GraphPicture = {
          nodes: [...picture.nodes].reverse(),
          edges: [...picture.edges].reverse(),
        }
        const sorted = (all: typeof boxes) => [...all].sort(([a], [b]) => (a < b ? -1 : 1))
        expect(sorted(placeNodes(back).boxes)).toEqual(sorted(boxes))
        const all = [...boxes.values()]
        expect(all).toHaveLength(picture.nodes.length)
        for (const [at, a] of all.entries())
          for (const b of all.slice(at + 1)) {
            const apart =
              Math.abs(a.x - b.x) >= (a.width + b.width) / 2 ||
              Math.abs(a.y - b.y) >= (a.height + b.height) / 2
            expect(apart).toBe(true)
          }
      }),
    )
  })

  it('reads from the top down: what depends stands above what it depends on', () => {
    const chain = ['web', 'api', 'db', 'host']
    const { boxes } = placeNodes({
      nodes: chain.map((id) => ({ id, name: id, class: '', state: 'plain', alerts: 0 })),
      edges: chain.slice(1).map((to, at) => ({ from: chain[at] ?? '', type: 'depends_on', to })),
    })
    const heights = chain.map((id) => boxes.get(id)?.y ?? 0)
    expect(heights).toEqual([...heights].sort((a, b) => a - b))
    expect(new Set(heights).size).toBe(chain.length)
  })
})
