import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Relation } from '../../src/core/model.ts'
import {
  buildTopology,
  compare,
  emptyTopology,
  HUB_DEGREE,
  MAX_HOPS,
  MAX_NEAR,
  relationKind,
  type Topology,
} from '../../src/core/topology.ts'
import { ci, depends } from '../support/engine.ts'

/** CIs as they come up in the relations. */
function topologyOf(...relations: readonly Relation[]): Topology {
  const ids = new Set(relations.flatMap(({ from, to }) => [from, to]))
  return buildTopology(
    't',
    [...ids].map((id) => ci(id)),
    relations,
  )
}

const CHAIN = topologyOf(
  depends('a', 'b'),
  depends('b', 'c', 'runs_on'),
  depends('c', 'd', 'member_of'),
  depends('d', 'e'),
  depends('e', 'f'),
)

function nearLine(topology: Topology, from: string): string[] {
  return topology.near(from).map(({ ci: id, hops, path }) => `${id} ${hops} ${path.join('/')}`)
}

describe('what is near', () => {
  it('is found along relations, nearest first, with the way there', () => {
    expect(nearLine(CHAIN, 'a')).toEqual([
      'b 1 call',
      'c 2 call/host',
      'd 3 call/host/member',
      'e 4 call/host/member/call',
    ])
    expect(nearLine(CHAIN, 'c')).toEqual([
      'b 1 host',
      'd 1 member',
      'a 2 host/call',
      'e 2 member/call',
      'f 3 member/call/call',
    ])
  })

  it('knows which way a fault goes', () => {
    expect(CHAIN.between('a', 'c')?.towards).toEqual(['down', 'down'])
    expect(CHAIN.between('c', 'a')?.towards).toEqual(['up', 'up'])
    expect(CHAIN.between('b', 'd')?.via).toBe('c')
    expect([CHAIN.between('a', 'f'), CHAIN.between('a', 'a'), CHAIN.between('a', 'x')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is weighted less behind a CI with many relations', () => {
    const star = topologyOf(...Array.from({ length: 16 }, (_, n) => depends(`leaf-${n}`, 'hub')))
    expect(star.between('leaf-0', 'hub')?.weight).toBe(1)
    expect(star.between('leaf-0', 'leaf-1')?.weight).toBe(0.5)
  })

  it('ends at hubs', () => {
    const hub = topologyOf(
      ...Array.from({ length: HUB_DEGREE + 1 }, (_, n) => depends(`leaf-${n}`, 'hub')),
    )
    expect(nearLine(hub, 'leaf-0')).toEqual(['hub 1 call'])
    expect(hub.near('hub')).toHaveLength(MAX_NEAR)
  })

  it('prefers a straight way to a bent one', () => {
    const both = topologyOf(
      depends('a', 'x'),
      depends('a', 'm'),
      depends('z', 'm'),
      depends('x', 'z'),
    )
    expect(both.between('a', 'z')).toMatchObject({ via: 'x', towards: ['down', 'down'] })
  })

  it('is bounded, mutual, and no nearer than there are relations', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const anyRelation = fc.record({
      from: fc.constantFrom(...ids),
      to: fc.constantFrom(...ids),
      type: fc.constantFrom('depends_on', 'runs_on'),
    })
    fc.assert(
      fc.property(fc.array(anyRelation, { maxLength: 14 }), (relations) => {
        const topology = buildTopology(
          't',
          ids.map((id) => ci(id)),
          relations,
        )
        for (const from of ids)
          for (const near of topology.near(from)) {
            expect(near.path).toHaveLength(near.hops)
            expect(near.hops).toBeLessThanOrEqual(MAX_HOPS)
            expect(topology.between(near.ci, from)?.hops).toBe(near.hops)
            expect(near.weight > 0 && near.weight <= 1).toBe(true)
          }
      }),
    )
  })

  it('does not depend on the order of items and relations', () => {
    const relations = [
      depends('a', 'b'),
      depends('b', 'c'),
      depends('a', 'd'),
      depends('d', 'c'),
      depends('c', 'e'),
    ]
    const turned = topologyOf(...[...relations].reverse())
    for (const id of ['a', 'c', 'e'])
      expect(nearLine(turned, id)).toEqual(nearLine(topologyOf(...relations), id))
  })
})

describe('a topology', () => {
  it.each([
    ['depends_on', 'call'],
    ['connects_to', 'call'],
    ['runs_on', 'host'],
    ['located_in', 'host'],
    ['member_of', 'member'],
    ['instance_of', 'member'],
    ['invented', 'call'],
  ])('reads %s as %s', (type, kind) => {
    expect(relationKind(type)).toBe(kind)
  })

  it('leaves out relations of unknown CIs and of a CI to itself, and repeats', () => {
    const topology = buildTopology(
      't',
      [ci('a'), ci('b')],
      [
        depends('a', 'a'),
        depends('a', 'x'),
        depends('a', 'b'),
        depends('a', 'b'),
        depends('a', 'b', 'runs_on'),
      ],
    )
    expect(
      topology.edges('a').map(({ ci: id, type, towards }) => `${id} ${type} ${towards}`),
    ).toEqual(['b depends_on down', 'b runs_on down'])
    expect(topology.edges('b').map(({ towards }) => towards)).toEqual(['up', 'up'])
    expect(topology.edges('x')).toEqual([])
  })

  it('keeps the later of two items with one id', () => {
    const topology = buildTopology('t', [ci('a', { name: 'old' }), ci('a', { name: 'new' })], [])
    expect([
      topology.items.size,
      topology.named('new').length,
      topology.named('old').length,
    ]).toEqual([1, 1, 0])
  })

  it('finds names and aliases whatever the case, by id', () => {
    const topology = buildTopology(
      't',
      [ci('z', { name: 'Web' }), ci('a', { aliases: ['WEB', 'web'] })],
      [],
    )
    expect(topology.named('wEb').map(({ id }) => id)).toEqual(['a', 'z'])
    expect(topology.named('other')).toEqual([])
  })

  it('of no CMDB is empty', () => {
    const none = emptyTopology()
    expect([none.version, none.items.size, none.near('a'), none.named('a')]).toEqual([
      'none',
      0,
      [],
      [],
    ])
  })
})

it.each([
  ['a', 'b', -1],
  ['b', 'a', 1],
  ['a', 'a', 0],
  ['Z', 'a', -1],
  ['', 'a', -1],
  ['a', 'ä', -1],
])('texts are ordered by their units: %s, %s', (a, b, expected) => {
  expect(compare(a, b)).toBe(expected)
})
