import { describe, expect, it } from 'vitest'
import type { Silence } from '../../src/core/model.ts'
import { RulePacks } from '../../src/core/rules.ts'
import { covers, decideSuppression, type Judged } from '../../src/core/suppress.ts'
import { buildTopology } from '../../src/core/topology.ts'
import { ci, depends, matching } from '../support/engine.ts'
import { factsFrom } from '../support/facts.ts'

const TOPOLOGY = buildTopology(
  't',
  ['rack', 'host', 'vm', 'shop', 'cart', 'team'].map((id) => ci(id)),
  [
    depends('vm', 'host', 'runs_on'),
    depends('host', 'rack', 'located_in'),
    depends('shop', 'vm', 'runs_on'),
    depends('cart', 'shop', 'depends_on'),
    depends('cart', 'team', 'member_of'),
  ],
)

const SERVICE_ITEMS = [ci('shop', { class: 'service' }), ci('vm', { class: 'vm' }), ci('host')]

function silence(id: string, more: Partial<Silence>): Silence {
  return {
    id,
    kind: 'silence',
    matchers: matching({ job: 'db' }),
    cis: [],
    startsAt: 100,
    endsAt: 200,
    createdBy: 'ada',
    comment: 'tests',
    updatedAt: 0,
    ...more,
  }
}

const LABELS = { job: 'db', env: 'prod' }
const ALERT: Judged = { labels: LABELS, ci: 'shop', facts: factsFrom(LABELS) }
const { suppress: NO_RULES } = RulePacks.parse({})

function by(silences: readonly Silence[], at: number, pack = NO_RULES): string {
  const { rules } = pack
  const decision = decideSuppression(ALERT, silences, at, { rules, topology: TOPOLOGY })
  return decision.action === 'pass' ? decision.reason : `${decision.by.kind} ${decision.by.id}`
}

describe('an alert', () => {
  it.each<[string, Silence[], number, string]>([
    ['without a silence passes', [], 150, 'nothing_applies'],
    ['is muted from the first moment', [silence('s', {})], 100, 'silence s'],
    ['is muted to the last', [silence('s', {})], 199, 'silence s'],
    ['passes when it has ended', [silence('s', {})], 200, 'nothing_applies'],
    ['passes before it begins', [silence('s', {})], 99, 'nothing_applies'],
    [
      'passes one about others',
      [silence('s', { matchers: matching({ job: 'web' }) })],
      150,
      'nothing_applies',
    ],
    [
      'passes one about nothing in particular',
      [silence('s', { matchers: [] })],
      150,
      'nothing_applies',
    ],
    [
      'names the longest of several',
      [silence('a', {}), silence('b', { endsAt: 300 }), silence('c', {})],
      150,
      'silence b',
    ],
    [
      'names the first by id of equally long ones',
      [silence('b', {}), silence('a', {})],
      150,
      'silence a',
    ],
    [
      'is muted by a window on its CI',
      [silence('w', { kind: 'maintenance', matchers: [], cis: ['shop'] })],
      150,
      'maintenance w',
    ],
  ])('%s', (_name, silences, at, expected) => {
    expect(by(silences, at)).toBe(expected)
  })

  it('is muted by a rule only where no silence is', () => {
    const rule = { name: 'no db', when: ['job="db"'], reason: 'known noise' }
    const { suppress } = RulePacks.parse({ suppress: { rules: [rule] } })
    expect(by([], 150, suppress)).toBe('rule no db')
    expect(by([silence('s', {})], 150, suppress)).toBe('silence s')
  })

  it('is told who muted it and why', () => {
    const decision = decideSuppression(ALERT, [silence('s', {})], 150, {
      rules: NO_RULES.rules,
      topology: TOPOLOGY,
    })
    expect(decision).toEqual({
      action: 'suppress',
      by: { kind: 'silence', id: 's', reason: 'silence by ada: tests' },
    })
  })
})

describe('a maintenance window', () => {
  it.each<[string, string | null, string[], boolean]>([
    ['covers its CI', 'shop', ['shop'], true],
    ['what runs on it', 'shop', ['vm'], true],
    ['what runs on what runs on it', 'shop', ['host'], true],
    ['not three relations away', 'shop', ['rack'], false],
    ['what is a member of it', 'cart', ['team'], true],
    ['not what depends on it', 'cart', ['shop'], false],
    ['not what it runs on', 'vm', ['shop'], false],
    ['not an unbound alert', null, ['shop'], false],
  ])('%s', (_name, bound, cis, expected) => {
    const window = silence('w', { kind: 'maintenance', matchers: [], cis })
    expect(covers(window, { ...ALERT, ci: bound }, TOPOLOGY)).toBe(expected)
  })

  it('with matchers covers only what they match as well', () => {
    const window = silence('w', {
      kind: 'maintenance',
      cis: ['shop'],
      matchers: matching({ env: 'test' }),
    })
    expect(covers(window, ALERT, TOPOLOGY)).toBe(false)
    expect(covers({ ...window, matchers: matching({ env: 'prod' }) }, ALERT, TOPOLOGY)).toBe(true)
  })

  it('without CIs goes by its matchers, and covers nothing without any', () => {
    const window = silence('w', { kind: 'maintenance' })
    expect(covers(window, ALERT, TOPOLOGY)).toBe(true)
    expect(covers({ ...window, matchers: [] }, ALERT, TOPOLOGY)).toBe(false)
  })
})

it.each<[string, Partial<Silence>, Judged['ci'], Record<string, string>, boolean]>([
  ['its CI is the service', { services: ['shop'] }, 'shop', {}, true],
  ['it runs on what the service runs on', { services: ['shop'] }, 'vm', {}, true],
  ['its labels name the service', { services: ['checkout'] }, null, { service: 'checkout' }, true],
  ['it is of another service', { services: ['checkout'] }, 'vm', {}, false],
  [
    'a matcher does not hold',
    { services: ['shop'], matchers: matching({ a: 'b' }) },
    'vm',
    {},
    false,
  ],
  ['it is of neither, but on a CI', { services: ['checkout'], cis: ['host'] }, 'vm', {}, true],
  ['labels alone say so', { matchers: matching({ job: 'db' }) }, null, { job: 'db' }, true],
  ['nothing is named', {}, 'shop', {}, false],
])('a window by service or labels: %s', (_name, about, ci, labels, expected) => {
  const services = buildTopology(
    't',
    [...SERVICE_ITEMS],
    [depends('shop', 'vm', 'runs_on'), depends('vm', 'host', 'runs_on')],
  )
  const window = silence('w', { kind: 'maintenance', matchers: [], ...about })
  expect(covers(window, { labels, ci }, services)).toBe(expected)
})
