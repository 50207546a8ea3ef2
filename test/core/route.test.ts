import { describe, expect, it } from 'vitest'
import {
  clockOf,
  decideRoute,
  explainRoute,
  type Held,
  hasMore,
  joinChannels,
  type Route,
  type Routing,
  strangeChannels,
} from '../../src/core/route.ts'
import { parseRules, RulePacks } from '../../src/core/rules.ts'
import { HOUR } from '../../src/core/time.ts'

const WHEN = { when: ['a="b"'], reason: 'so' }
const packOf = (route: unknown) => RulePacks.parse({ route }).route

interface Asked {
  readonly held?: Readonly<Record<string, Held>>
  readonly head?: readonly Routing[]
  readonly priority?: number
  readonly before?: Route | null
}

function routed(route: unknown, { held = {}, head = [], priority = 3, before = null }: Asked) {
  const input = { held: (rule: string) => held[rule] ?? NONE, head, priority, before }
  return decideRoute(input, { pack: packOf(route), version: 'v1' })
}

const NONE: Held = { extent: 'none', teams: [] }
const SOME: Held = { extent: 'some', teams: [] }
const of = (...teams: string[]): Held => ({ extent: 'some', teams })

describe('the route', () => {
  const rules = [
    { name: 'db', ...WHEN, team: 'db', channels: ['db'] },
    { name: 'big', priority: 5, ...WHEN, priorities: [1, 2], channels: ['pager'], continue: true },
    { name: 'web', ...WHEN, team: 'web', channels: ['web'] },
  ]
  const pack = { team: 'ops', channels: ['ops'], rules }
  it.each<[string, Asked, Partial<Route>]>([
    ['is the default where no rule holds', {}, { team: 'ops', channels: ['ops'], rules: [] }],
    [
      'is that of the first rule that holds',
      { held: { db: of('db'), web: of('web') } },
      { team: 'db', channels: ['db'], rules: ['db'], teamRule: 'db' },
    ],
    [
      'goes on after a rule that says so, by priority',
      { held: { big: SOME, web: of('web') }, priority: 2 },
      { team: 'web', channels: ['pager', 'web'], rules: ['big', 'web'] },
    ],
    [
      'leaves rules of other priorities out',
      { held: { big: SOME, web: of('web') }, priority: 3 },
      { team: 'web', channels: ['web'], rules: ['web'] },
    ],
    [
      'has the default team where a rule names channels only',
      { held: { big: SOME }, priority: 1 },
      { team: 'ops', channels: ['pager'], rules: ['big'], teamRule: null },
    ],
  ])('%s', (_name, asked, expected) => {
    expect(routed(pack, asked)).toMatchObject(expected)
  })

  it('without anything said goes to nobody and is told everywhere', () => {
    expect(routed({}, {})).toEqual({
      ...{ team: null, teamRule: null, channels: null, rules: [], version: 'v1' },
      text: 'Goes to no team, all channels are told: no route rule holds',
    })
  })

  it('says why', () => {
    expect(routed(pack, { held: { db: of('db') } }).text).toBe(
      'Goes to db, told on db: rule db (so)',
    )
    const silent = { rules: [{ name: 'mute', ...WHEN, channels: [] }] }
    expect(routed(silent, { held: { mute: SOME } })).toMatchObject({
      channels: [],
      text: 'Goes to no team, no channel is told: rule mute (so)',
    })
  })

  it.each([
    ['any', SOME, [], true],
    ['any', NONE, [], false],
    ['all', SOME, [], false],
    ['all', { extent: 'all', teams: [] }, [], true],
    ['head', { extent: 'all', teams: [] }, [], false],
    ['head', SOME, [{ rule: 'x', team: 't' }], true],
  ] as const)('for %s of its alerts: %o, head %o → %s', (which, held, head, holds) => {
    const one = { rules: [{ name: 'x', ...WHEN, for: which, team: 't' }] }
    expect(routed(one, { held: { x: held }, head }).rules).toEqual(holds ? ['x'] : [])
  })

  it('has the team of the alert that names the incident, unless people know another that still fits', () => {
    const owners = { rules: [{ name: 'o', ...WHEN, team_from: 'ci.owner' }] }
    const held = { o: of('first', 'second', 'third') }
    const head = [{ rule: 'o', team: 'second' }]
    expect(routed(owners, { held }).team).toBe('first')
    const told = routed(owners, { held, head })
    expect(told.team).toBe('second')
    const later = { held, head: [{ rule: 'o', team: 'third' }] }
    expect(routed(owners, { ...later, before: told }).team).toBe('second')
    expect(routed(owners, { ...later, held: { o: of('first', 'third') }, before: told }).team).toBe(
      'third',
    )
    expect(routed(owners, { ...later, before: { ...told, teamRule: 'other' } }).team).toBe('third')
  })
})

it.each([
  [{ name: 'x', ...WHEN }, 'needs a team, team_from, channels or routes'],
  [{ name: 'x', ...WHEN, team: 'a', team_from: 'ci.owner' }, 'needs either team or team_from'],
  [{ name: 'x', ...WHEN, team_from: 'ci.nope' }, 'there is no such field'],
  [{ name: 'x', ...WHEN, channels: ['a b'] }, 'the id of a channel of the settings'],
  [{ name: 'x', when: [], reason: 'so', team: 'a' }, 'needs at least one condition'],
])('refuses %j', (rule, fault) => {
  const read = parseRules({ route: { rules: [rule] } })
  expect(read.ok ? [] : read.faults).toEqual([expect.stringContaining(fault)])
})

it('names the channels that there are not', () => {
  const pack = packOf({ channels: ['ops'], rules: [{ name: 'x', ...WHEN, channels: ['a', 'b'] }] })
  expect(strangeChannels(pack, ['ops', 'a', 'b'])).toEqual([])
  expect(strangeChannels(pack, ['ops', 'b'])).toEqual([
    'x: channels: there is no channel a: there are ops, b',
  ])
  expect(strangeChannels(packOf({ channels: ['ops'] }), [])).toEqual([
    'channels: there is no channel ops: the settings have none',
  ])
})

it('puts channels together; none named means every one', () => {
  expect(joinChannels(['a', 'b'], ['b', 'c'])).toEqual(['a', 'b', 'c'])
  expect(joinChannels(['a'], null)).toBeNull()
  expect(hasMore(['a'], ['a', 'b'])).toBe(false)
  expect(hasMore(['c'], ['a'])).toBe(true)
  expect(hasMore(null, ['a'])).toBe(true)
  expect(hasMore(['a'], null)).toBe(false)
})

describe('rules below a rule', () => {
  const at = Date.parse('2026-11-27T01:10:00Z')
  const pack = {
    team: 'ops',
    channels: ['ops'],
    hours: [
      {
        name: 'office',
        time_zone: 'Europe/Berlin',
        windows: [{ days: ['mon-fri'], from: '08:00', to: '18:00' }],
      },
      { name: 'nights', time_zone: 'Europe/Berlin', windows: [{ from: '22:00', to: '06:00' }] },
    ],
    rules: [
      {
        ...{ name: 'pay', ...WHEN, team: 'pay', channels: ['pay-chat'] },
        routes: [
          { name: 'pay_urgent', ...WHEN, priorities: [1], channels: ['pager'], continue: true },
          { name: 'pay_night', ...WHEN, during: ['nights'], team: 'pay-night' },
          { name: 'pay_rest', ...WHEN, outside: ['office'], channels: [] },
        ],
      },
      { name: 'rest', ...WHEN, team: 'rest' },
    ],
  }
  const all = ['pay', 'pay_urgent', 'pay_night', 'pay_rest', 'rest']
  const held = (...names: string[]) =>
    Object.fromEntries(names.map((name) => [name, of(name.replace(/_.*/, ''))]))
  const ask = (time: number, names = all, priority = 3) => {
    const routes = packOf(pack)
    const known = held(...names)
    const clock = clockOf(routes.hours, time)
    const input = { held: (rule: string) => known[rule] ?? NONE, head: [], priority, before: null }
    return explainRoute({ ...input, clock }, { pack: routes, version: 'v1' })
  }

  it('decide first, and what they do not name is as the rule above says', () => {
    expect(ask(at, [...all]).route).toMatchObject({
      ...{ team: 'pay', teamRule: 'pay_night', channels: ['pay-chat'] },
      rules: ['pay', 'pay_night'],
      text: 'Goes to pay, told on pay-chat: rule pay (so), rule pay_night (so; 02:10 on Fri is within nights)',
    })
  })

  it('go on after one that says so, and are all told', () => {
    const { route } = ask(at, all, 1)
    expect(route).toMatchObject({
      rules: ['pay', 'pay_urgent', 'pay_night'],
      channels: ['pager', 'pay-chat'],
    })
  })

  it('leave it to the rule above where none of them holds, and are not asked where that one does not', () => {
    const noon = at + 10 * HOUR
    expect(ask(noon).route).toMatchObject({ rules: ['pay'], channels: ['pay-chat'], team: 'pay' })
    expect(ask(at, ['pay_night', 'rest']).route.rules).toEqual(['rest'])
  })

  it('say of each that was asked why it holds or does not', () => {
    const evening = at + 17 * HOUR
    expect(ask(evening).asked).toEqual([
      { rule: 'pay', depth: 0, holds: true, why: 'so' },
      { rule: 'pay_urgent', depth: 1, holds: false, why: 'P3 is not one of P1' },
      { rule: 'pay_night', depth: 1, holds: false, why: '19:10 on Fri is not within nights' },
      { rule: 'pay_rest', depth: 1, holds: true, why: 'so; 19:10 on Fri is outside office' },
    ])
    expect(ask(at + 10 * HOUR).asked.at(-1)?.why).toBe('12:10 on Fri is within office')
    expect(ask(at, ['rest']).asked[0]).toMatchObject({ holds: false, why: 'no alert fits' })
  })

  it.each([
    [
      { rules: [{ name: 'a', ...WHEN, team: 'x', during: ['noon'] }] },
      'rule a: there are no hours noon',
    ],
    [
      { rules: [{ name: 'a', ...WHEN, routes: [{ name: 'b', ...WHEN, outside: ['noon'] }] }] },
      'rule b: there are no hours noon',
    ],
    [{ rules: [{ name: 'a', ...WHEN }] }, 'needs a team, team_from, channels or routes'],
    [
      {
        rules: [
          { name: 'a', ...WHEN, routes: [{ name: 'b', ...WHEN, team: 'x', team_from: 'y' }] },
        ],
      },
      'needs either team or team_from',
    ],
    [{ rules: [nested(5)] }, 'at most 4 levels'],
  ])('are refused where they say what cannot be: %#', (route, fault) => {
    const read = parseRules({ route })
    expect(read.ok ? [] : read.faults.map((one) => one.replace(/^[^:]*: /, ''))).toEqual([fault])
  })

  it('name channels of the settings as well', () => {
    expect(strangeChannels(packOf(pack), ['ops', 'pay-chat'])).toEqual([
      'pay_urgent: channels: there is no channel pager: there are ops, pay-chat',
    ])
  })
})

function nested(levels: number): object {
  const rule = { name: `level ${levels}`, ...WHEN, team: 'x' }
  return levels === 1 ? rule : { ...rule, routes: [nested(levels - 1)] }
}
