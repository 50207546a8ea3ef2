import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blastRadiusOf } from '../../src/core/blast-radius.ts'
import type { Ci } from '../../src/core/model.ts'
import { MAX_SPREAD } from '../../src/core/spread.ts'
import { buildTopology } from '../../src/core/topology.ts'
import { ci, depends } from '../support/engine.ts'

const ITEMS: readonly Ci[] = [
  ci('shop', { class: 'service', criticality: 2 }),
  ci('pay', { class: 'service', criticality: 1 }),
  ci('report', { class: 'service' }),
  ci('old', { class: 'service', status: 'retired' }),
  ci('db', { class: 'database' }),
  ci('vm'),
  ci('host'),
]
const RELATIONS = [
  depends('shop', 'pay'),
  depends('pay', 'db'),
  depends('report', 'db'),
  depends('old', 'db'),
  depends('db', 'vm', 'runs_on'),
  depends('vm', 'host', 'runs_on'),
]
const TOPOLOGY = buildTopology('t', ITEMS, RELATIONS)

const lines = (of: string, hops?: number): string[] | undefined =>
  blastRadiusOf(of, TOPOLOGY, hops)?.hurt.map((one) => `${one.hops} ${one.path.join(' ')}`)

describe('blastRadiusOf', () => {
  it('is everything that depends on it, the nearest first, with the way there', () => {
    expect(lines('vm')).toEqual(['1 vm db', '2 vm db pay', '2 vm db report', '3 vm db pay shop'])
  })

  it('names the services, the most critical first', () => {
    expect(blastRadiusOf('host', TOPOLOGY)?.services.map((one) => one.ci)).toEqual([
      ...['pay', 'shop', 'report'],
    ])
  })

  it('has nothing above what nobody depends on, and none of what is unknown', () => {
    expect(blastRadiusOf('shop', TOPOLOGY)).toEqual({ hurt: [], services: [], cut: false })
    expect(blastRadiusOf('nowhere', TOPOLOGY)).toBeNull()
  })

  it('says when it was cut: by hops, or by its bound', () => {
    expect(lines('vm', 1)).toEqual(['1 vm db'])
    expect(blastRadiusOf('vm', TOPOLOGY, 1)?.cut).toBe(true)
    expect(blastRadiusOf('vm', TOPOLOGY, 3)?.cut).toBe(false)
    const many = Array.from({ length: MAX_SPREAD + 5 }, (_, n) => `pod-${n}`)
    const wide = buildTopology(
      'wide',
      [ci('node'), ...many.map((id) => ci(id))],
      many.map((id) => depends(id, 'node', 'runs_on')),
    )
    const found = blastRadiusOf('node', wide)
    expect([found?.hurt.length, found?.cut]).toEqual([MAX_SPREAD - 1, true])
  })

  it('does not depend on the order of CIs and relations', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const relation = fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom(...ids))
      .chain(([from, to]) =>
        fc
          .constantFrom('depends_on', 'runs_on', 'member_of')
          .map((type) => depends(from, to, type)),
      )
    fc.assert(
      fc.property(fc.array(relation, { maxLength: 14 }), (relations) => {
        const items = ids.map((id) => ci(id, { class: id < 'c' ? 'service' : 'host' }))
        const back = buildTopology('t', [...items].reverse(), [...relations].reverse())
        expect(blastRadiusOf('a', back)).toEqual(
          blastRadiusOf('a', buildTopology('t', items, relations)),
        )
      }),
    )
  })
})
