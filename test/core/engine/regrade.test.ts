/** An alert whose severity changes is looked at again: links and rules ask for it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standingAlerts } from '../../../src/core/regrouping.ts'
import {
  at,
  ci,
  cmdb,
  command,
  depends,
  fire,
  play,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { check } from '../../support/engine-expect.ts'
import { CMDBS } from './estate.ts'
import { expectSound } from './invariants.ts'
import { RUNS } from './streams.ts'

const ITEMS = ['web', 'db', 'far'].map((id) => ci(id))
const TIED = cmdb({ items: ITEMS, relations: [depends('web', 'db')] })
const sound = check(({ engine }) => expectSound(engine))
type Severity = 'info' | 'warning' | 'error' | 'critical'
const web = (severity: Severity): ReturnType<typeof fire> =>
  fire('web', 'slow', { severity, startsAt: 102 })
const db = fire('db', 'down', { severity: 'warning', startsAt: 100 })

/** What each incident holds, whatever it is called. */
function groups(story: Story): readonly string[] {
  return story
    .incidents()
    .map(({ members }) =>
      [...members.values()]
        .map(({ labels, rule }) => `${labels['host']} ${rule} ${labels['n'] ?? ''}`)
        .sort()
        .join(', '),
    )
    .filter((members) => members !== '')
    .sort()
}

function proposed({ engine: { state } }: Story): readonly string[] {
  return [...state.regroupings.values()]
    .filter((one) => one.dismissed === null && standingAlerts(one, state.incidents).length > 0)
    .map(({ kind, incident, other, reason }) => `${kind} ${incident} ${other ?? '-'} ${reason}`)
}

/** So that what is informational hardly ever links. */
const WARY = { join: 0.99, weights: { noise: 3 } }
const STRICT = rules({ correlate: WARY })

describe('while nobody was told', () => {
  it('what is informational no more joins what it belongs to, and the other way about', () => {
    const apart = ['db down ', 'web slow ']
    const one = ['db down , web slow ']
    const worse = play(at(0, TIED, STRICT), at(100, db), at(102, web('info')))
    expect(groups(worse)).toEqual(apart)
    const story = play(
      at(0, TIED, STRICT),
      at(100, db),
      at(102, web('info')),
      at(104, web('warning')),
      at(104, sound),
    )
    expect(groups(story)).toEqual(one)
    expect(
      groups(
        play(
          at(0, TIED, STRICT),
          at(100, db),
          at(102, web('warning')),
          at(104, web('info')),
          at(104, sound),
        ),
      ),
    ).toEqual(apart)
  })

  it('what gets critical is told of with what it belongs to, not by itself', () => {
    const story = play(
      at(0, TIED, STRICT),
      at(100, db),
      at(102, web('info')),
      at(104, web('critical')),
      at(104, sound),
    )
    expect(groups(story)).toEqual(['db down , web slow '])
    expect(story.decisions('incident.notified')).toMatchObject([{ incident: 'INC-000001' }])
  })

  it('rules that ask for a severity are asked again', () => {
    const alone = { name: 'alone', when: [{ 'alert.severity': 'error' }], decide: 'apart' }
    const story = play(
      at(0, TIED, rules({ correlate: { rules: [alone] } })),
      at(100, db),
      at(102, web('warning')),
      at(104, web('error')),
      at(104, sound),
    )
    expect(groups(story)).toEqual(['db down ', 'web slow '])
  })
})

describe('once people were told', () => {
  const TOLD: readonly Step[] = [
    at(0, TIED, STRICT),
    at(100, fire('db', 'down', { severity: 'critical' })),
  ]
  it('what gets worse stays, and that the two may be one is proposed', () => {
    const story = play(
      ...TOLD,
      at(102, web('info')),
      at(103, command({ do: 'acknowledge', incident: 'INC-000002' })),
      at(160, web('critical')),
      at(160, sound),
    )
    expect(groups(story)).toEqual(['db down ', 'web slow '])
    expect(proposed(story)).toEqual(['merge INC-000002 INC-000001 severity_changed'])
  })

  it('what gets informational stays, and that it may be a fault of its own is proposed', () => {
    const story = play(...TOLD, at(102, web('critical')), at(160, web('info')), at(160, sound))
    expect(groups(story)).toEqual(['db down , web slow '])
    expect(proposed(story)).toEqual(['split INC-000001 - severity_changed'])
    const back = play(
      ...TOLD,
      at(102, web('critical')),
      at(160, web('info')),
      at(170, web('critical')),
      at(170, sound),
    )
    expect(proposed(back)).toEqual([])
  })

  it('nothing is looked at where it says the same: from a warning to an error', () => {
    const story = play(...TOLD, at(102, web('warning')), at(160, web('error')), at(160, sound))
    expect(proposed(story)).toEqual([])
  })
})

const HOSTS = ['web-1', 'web-2', 'shop', 'cart', 'db-1', 'lonely']
const anyAlert = fc.record({
  host: fc.constantFrom(...HOSTS),
  rule: fc.constantFrom('latency', 'errors'),
  before: fc.constantFrom<Severity>('info', 'warning', 'error'),
  after: fc.constantFrom<Severity>('info', 'warning', 'error'),
  start: fc.nat(40),
})

it('law: while nobody was told, a severity that has changed leads to what a fresh placement leads to', () => {
  const [estate] = CMDBS
  if (estate === undefined) throw new Error('no estate')
  const { items, relations } = estate
  const asked = [
    { name: 'alone', when: [{ 'alert.severity': 'error' }, 'host="lonely"'], decide: 'apart' },
  ]
  let regrouped = 0
  fc.assert(
    fc.property(fc.array(anyAlert, { minLength: 2, maxLength: 10 }), fc.nat(1), (all, strict) => {
      const join = strict === 1 ? 0.8 : 0.5
      const setting = at(
        0,
        cmdb({ items, relations }),
        rules({ correlate: { join, rules: asked } }),
      )
      const steps = (of: 'before' | 'after'): Step[] =>
        all
          .map((one, index) => ({ ...one, index, startsAt: 2000 + one.start / 10 }))
          .sort((a, b) => a.startsAt - b.startsAt)
          .map(({ host, rule, startsAt, index, [of]: severity }) =>
            at(startsAt, fire(host, rule, { severity, startsAt, labels: { n: `${index}` } })),
          )
      const changes = all.map(({ host, rule, start, after }, index) => {
        const startsAt = 2000 + start / 10
        const options = { severity: after, startsAt, labels: { n: `${index}` } }
        return at(2005 + index / 10, fire(host, rule, options))
      })
      const changed = play(setting, ...steps('before'), ...changes, at(2007, sound))
      const fresh = play(setting, ...steps('after'))
      expect(groups(changed)).toEqual(groups(fresh))
      if (groups(play(setting, ...steps('before'))).join() !== groups(fresh).join()) regrouped += 1
    }),
    RUNS,
  )
  expect(regrouped).toBeGreaterThan(0)
})
