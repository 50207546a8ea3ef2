import { describe, expect, it } from 'vitest'
import type { Ci } from '../../src/core/model.ts'
import { MAX_NEEDS, MAX_SERVICES, needsOf, serviceMapOf } from '../../src/core/service-map.ts'
import { buildTopology } from '../../src/core/topology.ts'
import { ci, depends } from '../support/engine.ts'

const service = (id: string, more: Partial<Ci> = {}): Ci => ci(id, { class: 'service', ...more })

const ITEMS: readonly Ci[] = [
  service('shop', { criticality: 2 }),
  service('pay', { criticality: 1 }),
  service('mail'),
  service('gone', { status: 'retired' }),
  ci('queue', { class: 'queue' }),
  ci('pod-1', { class: 'pod' }),
  ci('pod-2', { class: 'pod' }),
  ci('pod-x', { class: 'pod', status: 'retired' }),
  ci('cluster', { class: 'cluster' }),
  ci('prod', { class: 'namespace' }),
  ci('node'),
  ci('other'),
]
const RELATIONS = [
  depends('shop', 'pay'),
  depends('shop', 'queue'),
  depends('queue', 'mail', 'calls'),
  depends('shop', 'gone'),
  depends('pod-1', 'pay', 'instance_of'),
  depends('pod-x', 'pay', 'instance_of'),
  depends('pod-1', 'node', 'runs_on'),
  depends('pod-2', 'node', 'runs_on'),
  depends('node', 'cluster', 'member_of'),
  depends('other', 'cluster', 'member_of'),
  depends('pay', 'prod', 'part_of'),
]
const MAP = serviceMapOf(buildTopology('t', ITEMS, RELATIONS))
const carriersOf = (id: string) => MAP.services.find((one) => one.ci === id)?.carriers

describe('serviceMapOf', () => {
  it('has the services in operation, the most critical first', () => {
    expect(MAP.services.map((one) => one.ci)).toEqual(['pay', 'shop', 'mail'])
    expect([MAP.total, MAP.cut]).toEqual([3, false])
  })

  it('says what each runs on, but not what stands beside it in a group', () => {
    expect(carriersOf('pay')).toEqual(['pod-1', 'node', 'cluster'])
    expect(carriersOf('shop')).toEqual(['queue'])
    expect(carriersOf('mail')).toEqual([])
  })

  it('ties services, also through what is between them', () => {
    expect(MAP.dependencies).toEqual([
      { from: 'shop', to: 'mail', type: 'depends_on', through: ['queue'] },
      { from: 'shop', to: 'pay', type: 'depends_on', through: [] },
    ])
  })

  it('is the same whatever the order of CIs and relations', () => {
    const back = buildTopology('t', [...ITEMS].reverse(), [...RELATIONS].reverse())
    expect(serviceMapOf(back)).toEqual(MAP)
  })

  it('ends at rings', () => {
    const ring = buildTopology(
      'ring',
      [service('a'), ci('x'), ci('y')],
      [depends('a', 'x'), depends('x', 'y'), depends('y', 'x'), depends('y', 'a')],
    )
    expect(serviceMapOf(ring).services).toEqual([{ ci: 'a', carriers: ['x', 'y'] }])
  })

  it('says when there are more services than it maps', () => {
    const many = Array.from({ length: MAX_SERVICES + 1 }, (_, n) => service(`s${n}`))
    const map = serviceMapOf(buildTopology('many', many, []))
    expect([map.services.length, map.total, map.cut]).toEqual([
      MAX_SERVICES,
      MAX_SERVICES + 1,
      true,
    ])
  })
})

describe('needsOf', () => {
  const needed = (id: string, topology = buildTopology('t', ITEMS, RELATIONS)) => {
    const { needs, cut } = needsOf(id, topology)
    return [needs.map(({ ci: other, hops }) => `${other} ${hops}`), cut]
  }

  it('goes on through other services, and not to what stands beside', () => {
    expect(needed('shop')).toEqual([
      ['pay 1', 'queue 1', 'mail 2', 'pod-1 2', 'node 3', 'cluster 4'],
      false,
    ])
    expect(needed('mail')).toEqual([[], false])
  })

  it('ends in a circle, and at its bound', () => {
    const loop = [depends('shop', 'pay'), depends('pay', 'shop')]
    expect(needed('shop', buildTopology('t', ITEMS, loop))).toEqual([['pay 1'], false])
    const many = Array.from({ length: MAX_NEEDS + 1 }, (_, n) => ci(`c-${n}`))
    const ties = many.map(({ id }) => depends('shop', id))
    const [all, cut] = needed('shop', buildTopology('t', [...ITEMS, ...many], ties))
    expect([(all as string[]).length, cut]).toEqual([MAX_NEEDS, true])
  })

  it('is the same whatever the order of CIs and relations', () => {
    const back = buildTopology('t', [...ITEMS].reverse(), [...RELATIONS].reverse())
    expect(needed('shop', back)).toEqual(needed('shop'))
  })
})
