/** Regroupings that are proposed once people were told: why, once, taken, refused, no longer so. */
import { describe, expect, it } from 'vitest'
import type { AlertName } from '../../../src/core/aliases.ts'
import { commandOf, type RegroupingState, standingAlerts } from '../../../src/core/regrouping.ts'
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
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'
import { check } from '../../support/engine-expect.ts'
import { expectSound } from './invariants.ts'

const ITEMS = ['web', 'db', 'cache', 'far', 'other'].map((id) => ci(id))
const estate = (version: string, ...relations: readonly ReturnType<typeof depends>[]): Deed =>
  cmdb({ items: ITEMS, relations }, { version })
const APART = estate('apart')
const TIED = estate('tied', depends('web', 'db'))

/** Those that stand, with how many alerts speak for them. */
function proposed({ engine: { state } }: Story): readonly Readonly<RegroupingState>[] {
  return [...state.regroupings.values()].filter(
    (one) => one.dismissed === null && standingAlerts(one, state.incidents).length > 0,
  )
}
const said = (story: Story): readonly string[] =>
  proposed(story).map(
    ({ kind, incident, other, alerts }) => `${kind} ${incident} ${other ?? '-'} ${alerts.length}`,
  )
const expectProposed = (...expected: readonly string[]): Deed =>
  check((story) => expect(said(story)).toEqual(expected))
const sound = check(({ engine }) => expectSound(engine))
const only = (story: Story): Readonly<RegroupingState> => {
  const [one] = proposed(story)
  if (one === undefined) throw new Error('nothing is proposed')
  return one
}
const accept = command((story) => {
  const one = only(story)
  return commandOf(one, standingAlerts(one, story.engine.state.incidents))
})
const dismiss = command((story) => ({ do: 'regrouping.dismiss', regrouping: only(story).id }))

/** Two incidents that people know of, which nothing links before the CMDB does. */
const TWO: readonly Step[] = [
  at(0, APART),
  at(100, fire('web', 'slow', { severity: 'critical' })),
  at(102, fire('db', 'down', { severity: 'critical' })),
]
/** One incident that people know of, whose alerts only the CMDB links. */
const ONE: readonly Step[] = [
  at(0, TIED),
  at(100, fire('db', 'down', { severity: 'critical' })),
  at(102, fire('web', 'slow', { severity: 'critical' })),
]

describe('a merge', () => {
  it('is proposed with what changed, the evidence and its versions', () => {
    const story = play(...TWO, at(160, TIED), at(160, sound))
    expect(said(story)).toEqual(['merge INC-000001 INC-000002 2'])
    const { reason, evidence, here, text } = only(story)
    expect({ reason, here }).toEqual({ reason: 'estate_changed', here: null })
    expect(evidence).toMatchObject({ method: 'score', versions: { topology: 'tied' } })
    const sum = evidence.terms.reduce((all, { x, w }) => all + x * w, 0)
    expect(sum).toBeCloseTo(evidence.score, 9)
    expect(text).toContain('by what the CMDB says now')
    expect(story.decisions('incident.merge_proposed')).toHaveLength(1)
  })

  it('that is taken is what a person does by hand, and undoing it is a no', () => {
    const by = (deed: Deed): Story => play(...TWO, at(160, TIED), at(170, deed))
    const byHand = by(command({ do: 'merge', incident: 'INC-000001', from: ['INC-000002'] }))
    const taken = by(accept)
    expect(digest(taken.engine)).toBe(digest(byHand.engine))
    expect(said(taken)).toEqual([])
    const undone = play(
      ...TWO,
      at(160, TIED),
      at(170, accept),
      at(180, command({ do: 'undo', incident: 'INC-000001' })),
      at(190, APART),
      at(200, TIED),
    )
    expect(said(undone)).toEqual([])
    expect(undone.incident('INC-000002').status).toBe('open')
  })

  it('that is not wanted comes back once twice as many alerts speak for it', () => {
    const both = (rule: string): Deed => fire('db', rule, { severity: 'critical' })
    const story = play(
      at(0, TIED, rules({ correlate: { join: 0.7 } })),
      at(100, fire('web', 'slow', { labels: { env: 'prod' }, severity: 'critical' })),
      at(101, fire('web', 'slow', { labels: { env: 'test' }, severity: 'critical' })),
      at(102, both('down')),
      at(103, dismiss),
      at(104, resolve('db', 'down')),
      at(105, both('down')),
      at(105, expectProposed()),
      at(106, both('full')),
    )
    expect(story.decisions('incident.proposal_dismissed')).toHaveLength(1)
    expect(story.decisions('incident.merge_proposed')).toHaveLength(2)
    expect(said(story)).toHaveLength(1)
  })

  it('that is not wanted is not proposed again where the CMDB goes to and fro', () => {
    const steps = [at(160, TIED), at(170, dismiss), at(180, APART), at(190, TIED)]
    expect(said(play(...TWO, ...steps))).toEqual([])
  })

  it('can be wanted again, and what is not proposed is refused', () => {
    const story = play(
      ...TWO,
      at(160, TIED),
      at(170, dismiss),
      at(171, command({ do: 'regrouping.dismiss', regrouping: 'R-1' })),
      at(172, command({ do: 'regrouping.restore', regrouping: 'R-1' })),
      at(173, command({ do: 'regrouping.restore', regrouping: 'R-1' })),
      at(174, command({ do: 'regrouping.dismiss', regrouping: 'R-9' })),
    )
    expect(said(story)).toHaveLength(1)
    expect(story.decisions('command.refused').map(({ reason }) => reason)).toEqual([
      'already_dismissed',
      'not_dismissed',
      'unknown_regrouping',
    ])
  })

  it('is no longer proposed once the CMDB takes back what spoke for it', () => {
    const story = play(...TWO, at(160, TIED), at(200, APART))
    expect(said(story)).toEqual([])
    expect(story.decisions('incident.proposal_withdrawn')).toHaveLength(1)
    expect(story.engine.state.regroupings.size).toBe(0)
    expect(story.incident('INC-000001').regroupings).toEqual([])
  })

  it('stays where the other incident has only grown old', () => {
    const more = estate('more', depends('web', 'db'), depends('web', 'cache'))
    const story = play(
      at(0, APART),
      at(102, fire('db', 'down', { severity: 'critical' })),
      at(240, fire('web', 'slow', { severity: 'critical' })),
      at(300, TIED),
      at(300, expectProposed('merge INC-000001 INC-000002 2')),
      at(102 + 25 * 60, more),
    )
    expect(said(story)).toEqual(['merge INC-000001 INC-000002 2'])
  })

  it('is not made with an incident that is over', () => {
    const story = play(
      ...TWO,
      at(110, resolve('db', 'down')),
      at(111, command({ do: 'resolve', incident: 'INC-000002' })),
      at(160, TIED),
    )
    expect(story.decisions('incident.merge_proposed')).toEqual([])
    expect(story.engine.state.regroupings.size).toBe(0)
  })

  it('ends with either incident, and is forgotten with it', () => {
    const story = play(
      ...TWO,
      at(160, TIED),
      at(170, resolve('db', 'down')),
      at(171, command({ do: 'resolve', incident: 'INC-000002' })),
      at(172, expectProposed()),
    )
    expect(story.engine.state.regroupings.size).toBe(1)
    const later = play(
      ...TWO,
      at(160, TIED),
      at(170, resolve('db', 'down')),
      at(20 * 86_400, fire('far', 'other')),
    )
    expect(later.engine.state.incidents.has('INC-000002')).toBe(false)
    expect(later.engine.state.regroupings.size).toBe(0)
  })

  it('is proposed of what came late and fits both', () => {
    const story = play(
      at(0, TIED, rules({ correlate: { join: 0.7 } })),
      at(100, fire('web', 'down', { labels: { env: 'prod' }, severity: 'critical' })),
      at(102, fire('web', 'down', { labels: { env: 'test' }, severity: 'critical' })),
      at(160, fire('db', 'down', { startsAt: 103 })),
    )
    expect(said(story)).toHaveLength(1)
    expect(only(story).evidence.p).toBeGreaterThanOrEqual(0.95)
  })
})

describe('parting', () => {
  it('is proposed of an alert that nothing there supports any more', () => {
    const story = play(...ONE, at(160, APART), at(160, sound))
    expect(said(story)).toEqual(['split INC-000001 - 1'])
    const { here, evidence, text, reason } = only(story)
    expect(reason).toBe('estate_changed')
    expect(here?.before).toBeGreaterThanOrEqual(0.95)
    expect(here?.now).toBeLessThan(evidence.threshold)
    expect([here?.now, evidence.method, evidence.terms]).toEqual([0, 'first', []])
    expect(text).toContain('slow on web may be a fault of its own')
    expect(text).toContain('no link with the others is left')
    expect(story.decisions('alert.moved')).toEqual([])
  })

  it('that is taken is what a person does by hand, and undoing it is a no', () => {
    const by = (deed: Deed): Story => play(...ONE, at(160, APART), at(170, deed))
    const byHand = by(
      command((story) => ({
        do: 'split',
        incident: 'INC-000001',
        members: [story.key('web', 'slow')],
      })),
    )
    const taken = by(accept)
    expect(digest(taken.engine)).toBe(digest(byHand.engine))
    expect(taken.incident('INC-000002').splitFrom).toBe('INC-000001')
    expect(said(taken)).toEqual([])
    const undone = play(
      ...ONE,
      at(160, APART),
      at(170, accept),
      at(180, command({ do: 'undo', incident: 'INC-000002' })),
    )
    expect(undone.incident('INC-000001').memberCount).toBe(2)
    expect(said(undone)).toEqual([])
  })

  it('is not proposed of what something else there supports, and of what hangs on it', () => {
    const chain = [depends('web', 'db'), depends('cache', 'web'), depends('cache', 'db')]
    const story = play(
      at(0, estate('all', ...chain)),
      at(100, fire('db', 'down', { severity: 'critical' })),
      at(101, fire('web', 'slow', { severity: 'critical' })),
      at(102, fire('cache', 'slow', { severity: 'critical' })),
      at(160, estate('less', depends('cache', 'web'), depends('cache', 'db'))),
    )
    expect(said(story)).toEqual([])
    const parted = play(
      at(0, estate('all', ...chain)),
      at(100, fire('db', 'down', { severity: 'critical' })),
      at(101, fire('web', 'slow', { severity: 'critical' })),
      at(102, fire('cache', 'slow', { severity: 'critical' })),
      at(160, estate('less', depends('cache', 'web'))),
    )
    expect(said(parted)).toEqual(['split INC-000001 - 2'])
  })

  it('goes to the incident that the alerts fit now', () => {
    const named = (name: string): AlertName => ({ label: 'host', kind: 'host', name, realm: {} })
    const means = (ci: string): Deed =>
      command({ do: 'alias.learn', name: named('stranger'), ci, correction: true })
    const steps = [
      at(0, TIED),
      at(50, means('web')),
      at(100, fire('db', 'down', { severity: 'critical' })),
      at(101, fire('stranger', 'slow', { severity: 'critical' })),
      at(102, fire('far', 'hot', { severity: 'critical' })),
      at(103, fire('far', 'full', { severity: 'critical' })),
      at(160, means('far')),
    ]
    const story = play(...steps)
    expect(said(story)).toEqual(['move INC-000001 INC-000002 1'])
    expect(only(story).reason).toBe('name_learned')
    expect(only(story).evidence).toMatchObject({ method: 'score' })
    const taken = play(...steps, at(170, accept))
    expect(taken.incident('INC-000001').memberCount).toBe(1)
    expect(taken.incident('INC-000002').memberCount).toBe(3)
  })

  it('is no longer proposed once it fits again, or was moved away', () => {
    const again = play(...ONE, at(160, APART), at(200, TIED))
    expect(said(again)).toEqual([])
    expect(again.decisions('incident.proposal_withdrawn')).toHaveLength(1)
  })

  it('is never proposed of what a person or a rule put there', () => {
    const byRule = { name: 'all', when: ['alertname=~".+"'], decide: 'group', by: [], window: '1h' }
    const ruled = play(
      at(0, TIED, rules({ correlate: { rules: [byRule] } })),
      ...ONE.slice(1),
      at(160, APART),
    )
    expect(said(ruled)).toEqual([])
    const merged = play(
      ...TWO,
      at(110, command({ do: 'merge', incident: 'INC-000001', from: ['INC-000002'] })),
      at(150, TIED),
      at(160, APART),
    )
    expect(said(merged)).toEqual([])
  })
})
