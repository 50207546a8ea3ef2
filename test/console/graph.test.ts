/** Pictures of CIs: what they say in words, and where their nodes stand. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IncidentGraph } from '../../dashboards/console/src/api/schema.d.ts'
import {
  pictureOfIncident,
  pictureOfNeighbourhood,
} from '../../dashboards/console/src/graph/from-api.ts'
import { placeNodes } from '../../dashboards/console/src/graph/layout.ts'
import {
  type GraphPicture,
  linesOf,
  neighboursOf,
} from '../../dashboards/console/src/graph/picture.ts'

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
