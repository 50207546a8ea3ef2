/** What is learned of the estate: it regroups what nobody was told of, and proposes for the rest. */
import { describe, expect, it } from 'vitest'
import type { AlertName } from '../../../src/core/aliases.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  depends,
  fire,
  play,
  resolve,
  rules,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'
import { check } from '../../support/engine-expect.ts'
import { expectSound } from './invariants.ts'
import { say } from './observed-story.ts'

const ITEMS = ['web', 'db', 'far', 'other'].map((id) => ci(id))
const APART = cmdb({ items: ITEMS, relations: [] })
const TIED = cmdb({ items: ITEMS, relations: [depends('web', 'db')] }, { version: 't2' })
const named = (name: string): AlertName => ({ label: 'host', kind: 'host', name, realm: {} })
const alias = (name: string, to: string): Deed =>
  command({ do: 'alias.learn', name: named(name), ci: to })

const sound = check(({ engine }) => expectSound(engine))

/** Hosts of the alerts of each incident that has any, in the order in which the incidents began. */
function groups(story: Story): readonly (readonly string[])[] {
  return story
    .incidents()
    .map(({ members }) => [...members.values()].map(({ labels }) => labels['host'] ?? '').sort())
    .filter((hosts) => hosts.length > 0)
}
const expectGroups = (...expected: readonly (readonly string[])[]): Deed =>
  check((story) => expect(groups(story)).toEqual(expected))

describe('while nobody was told', () => {
  it('a relation that is learned brings two incidents together, under the older id', () => {
    const story = play(
      at(0, APART),
      at(100, fire('web', 'slow')),
      at(102, fire('db', 'down')),
      at(103, expectGroups(['web'], ['db'])),
      at(104, TIED),
      at(104, expectGroups(['db', 'web']), sound),
    )
    expect(story.incidents().map(({ id }) => id)).toEqual(['INC-000001'])
    expect(story.decisions('alert.moved').map(({ incident }) => incident)).toEqual(['INC-000001'])
    expect(story.decisions('incident.merge_proposed')).toEqual([])
  })

  it('what is placed anew came no later for it', () => {
    const story = play(
      at(0, APART),
      at(100, fire('web', 'slow')),
      at(108, fire('db', 'down')),
      at(109, TIED),
      at(109, expectGroups(['db', 'web'])),
    )
    expect([...story.engine.state.alerts.values()].map(({ late }) => late)).toEqual([false, false])
  })

  it('a relation that is gone takes them apart', () => {
    play(
      at(0, TIED),
      at(100, fire('web', 'slow')),
      at(102, fire('db', 'down')),
      at(103, expectGroups(['db', 'web'])),
      at(104, APART),
      at(104, expectGroups(['web'], ['db']), sound),
    )
  })

  it('a name that a person binds, or the CMDB, moves its alert to where it is', () => {
    for (const learned of [
      alias('stranger', 'db'),
      cmdb({ items: [...ITEMS, ci('stranger')], relations: [depends('stranger', 'db')] }),
    ])
      play(
        at(0, APART),
        at(100, fire('db', 'down', { labels: { namespace: 'data' } })),
        at(102, fire('stranger', 'slow', { labels: { namespace: 'front' } })),
        at(103, expectGroups(['db'], ['stranger'])),
        at(104, learned),
        at(104, expectGroups(['db', 'stranger']), sound),
      )
  })

  it('an observation that a person confirms does as a relation of the CMDB does, and undoing it', () => {
    const told = { labels: { namespace: 'shop', pod: 'cart-7d9f8b6c5d-x2x4z', node: 'db' } }
    const story = play(
      at(0, cmdb({ items: [...ITEMS, ci('cart', { class: 'deployment' })], relations: [] })),
      at(10, fire('', 'told', told)),
      at(20, resolve('', 'told', told)),
      at(600, fire('', 'slow', { labels: { deployment: 'cart', namespace: 'shop' } })),
      at(602, fire('db', 'down')),
      at(603, expectGroups([''], [''], ['db'])),
      at(604, say('confirm', 'cart runs_on db')),
      at(604, expectGroups([''], ['', 'db']), sound),
      at(605, say('undo', 'cart runs_on db')),
      at(605, expectGroups([''], [''], ['db']), sound),
    )
    expect(story.decisions('alert.moved')).not.toEqual([])
  })

  it('nothing changes by what is learned elsewhere, or once more', () => {
    const elsewhere = cmdb({ items: [...ITEMS, ci('new')], relations: [depends('far', 'other')] })
    for (const learned of [elsewhere, APART]) {
      const before = { text: '' }
      const without = ['topology', 'topologyVersion', 'offset', 'seq', 'now']
      const note = check(({ engine }) => {
        before.text = digest(engine, without)
      })
      const story = play(
        at(0, APART),
        at(100, fire('web', 'slow')),
        at(102, fire('db', 'down')),
        at(104, note),
        at(104, learned),
        at(104, sound),
      )
      expect(groups(story)).toEqual([['web'], ['db']])
      expect(story.decisions('alert.moved', 'incident.merge_proposed')).toEqual([])
    }
  })
})

describe('once people were told', () => {
  it.each<[string, Deed, string]>([
    ['a relation that is learned', TIED, 'estate_changed'],
    ['a name that is bound', alias('stranger', 'db'), 'name_learned'],
  ])('%s moves nothing, and says that two may be one, once', (_, learned, reason) => {
    const story = play(
      at(0, APART),
      at(100, fire('web', 'slow', { labels: { namespace: 'web' } })),
      at(100, fire('stranger', 'slow', { labels: { namespace: 'front' } })),
      at(102, fire('db', 'down', { labels: { namespace: 'data' } })),
      at(160, learned),
      at(160, sound),
      at(170, learned),
    )
    expect(groups(story).flat().sort()).toEqual(['db', 'stranger', 'web'])
    expect(groups(story)).toHaveLength(3)
    const proposed = story.decisions('incident.merge_proposed')
    expect(proposed).toHaveLength(1)
    expect(proposed[0]).toMatchObject({ reason })
    expect(story.decisions('alert.moved')).toEqual([])
  })

  it('an incident that a person has edited or acknowledged keeps its alerts, young or not', () => {
    const story = play(
      at(0, APART),
      at(100, fire('web', 'slow')),
      at(101, command({ do: 'acknowledge', incident: 'INC-000001' })),
      at(102, fire('db', 'down')),
      at(104, TIED),
      at(104, sound),
    )
    expect(story.incident('INC-000001').members.size).toBeGreaterThan(0)
    expect(story.decisions('alert.moved').every(({ incident }) => incident === 'INC-000001')).toBe(
      true,
    )
  })

  it('a rule that groups is asked first', () => {
    const apart = { name: 'alone', when: ['alertname="slow"'], decide: 'apart' }
    play(
      at(0, APART, rules({ correlate: { rules: [apart] } })),
      at(100, fire('web', 'slow')),
      at(102, fire('db', 'down')),
      at(104, TIED),
      at(104, expectGroups(['web'], ['db']), sound),
    )
  })
})
