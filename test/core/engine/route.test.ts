/** Routes as an incident lives through them: who gets it, who is told, and what is said of it. */
import { expect, it } from 'vitest'
import type { Decision } from '../../../src/core/decision.ts'
import { MINUTE, toRfc3339 } from '../../../src/core/time.ts'
import {
  at,
  ci,
  cmdb,
  command,
  fire,
  instant,
  play,
  resolve,
  rules,
  silence,
} from '../../support/engine.ts'
import { check, expectDecided } from '../../support/engine-expect.ts'

const GROUP = {
  rules: [{ name: 'all', when: ['alertname!=""'], decide: 'group', window: '1h' }],
}
const ROUTE = {
  team: 'ops',
  channels: ['ops'],
  rules: [
    {
      name: 'urgent',
      priority: 10,
      when: ['ci.label.team="pay"'],
      priorities: [1],
      channels: ['pager'],
      continue: true,
      reason: 'somebody gets up',
    },
    { name: 'pay', when: ['ci.label.team="pay"'], team: 'pay', channels: ['pay'], reason: 'money' },
    { name: 'web', when: [{ host: 'web-*' }], team: 'web', channels: ['web'], reason: 'the shop' },
  ],
}
const PACK = { correlate: GROUP, route: ROUTE }
const ESTATE = cmdb({
  items: [ci('pay-1', { labels: { team: 'pay' } }), ci('web-1'), ci('db-1')],
  relations: [],
})
const INC = 'INC-000001'
/** Lets the time go on. */
const LATER = check(() => undefined)

const news = (decisions: readonly Decision[]) =>
  decisions.map(({ action, reason, channels }) => [action, reason, channels])

it('is found as the incident opens, and said with its rules before people are told', () => {
  const story = play(
    at(0, rules(PACK, 'r7'), ESTATE),
    at(1, fire('web-1', 'slow')),
    at(40, expectDecided('incident.opened', 'incident.routed', 'incident.notified')),
  )
  expect(story.incident()).toMatchObject({
    ...{ team: 'web', teamBy: null, owner: null },
    route: { team: 'web', channels: ['web'], rules: ['web'], version: 'r7' },
    told: { channels: ['web'] },
  })
  const [said] = story.decisions('incident.routed')
  expect(said).toMatchObject({
    ...{ reason: 'rule', actor: 'engine', incident: INC },
    text: 'Goes to web, told on web: rule web (the shop)',
  })
  expect(said).not.toHaveProperty('channels')
  expect(news(story.decisions('incident.notified'))).toEqual([
    ['incident.notified', 'group_wait_over', ['web']],
  ])
})

it('is looked at again as alerts join: who comes along hears of it, who was told hears on', () => {
  const story = play(
    at(0, rules(PACK), ESTATE),
    at(1, fire('web-1', 'slow')),
    at(60, fire('pay-1', 'slow')),
    at(100, resolve('web-1', 'slow'), resolve('pay-1', 'slow')),
    at(300, LATER),
  )
  expect(story.incident()).toMatchObject({ team: 'pay', told: { channels: ['web', 'pay'] } })
  expect(
    news(story.decisions('incident.routed', 'incident.service_added', 'incident.resolved')),
  ).toEqual([
    ['incident.routed', 'rule', undefined],
    ['incident.routed', 'more_channels', ['pay']],
    ['incident.resolved', 'all_alerts_resolved', ['web', 'pay']],
  ])
})

it('is looked at again as the priority rises; the raise itself goes to those who know of it', () => {
  const story = play(
    at(0, rules(PACK), ESTATE),
    at(1, fire('pay-1', 'slow')),
    at(60, rules({ ...PACK, priority: { high_criticality: 1, high_services: 1 } }, 'r3')),
    at(
      61,
      cmdb({
        items: [ci('pay-1', { labels: { team: 'pay' }, criticality: 1 })],
        relations: [],
      }),
    ),
    at(62, fire('pay-1', 'down', { severity: 'critical' })),
    at(100, LATER),
  )
  expect(story.incident()).toMatchObject({ priority: 1, told: { channels: ['pay', 'pager'] } })
  const told = news(story.decisions('incident.priority_changed', 'incident.routed'))
  expect(told.slice(-2)).toEqual([
    ['incident.priority_changed', 'impact_or_urgency_rose', ['pay']],
    ['incident.routed', 'more_channels', ['pager', 'pay']],
  ])
})

it('leaves alone what a person decided, and says so', () => {
  const story = play(
    at(0, rules(PACK), ESTATE),
    at(1, fire('web-1', 'slow')),
    at(60, command({ do: 'assign', incident: INC, team: 'night' })),
    at(
      61,
      check((so) => expect(so.incident().team).toBe('night')),
    ),
    at(62, fire('pay-1', 'slow')),
    at(120, LATER),
  )
  expect(story.incident()).toMatchObject({
    ...{ team: 'night', teamBy: 'ada', owner: null },
    route: { team: 'pay' },
  })
  expect(story.decisions('incident.assigned')).toMatchObject([
    { actor: 'ada', text: 'Given to the team night' },
  ])
  expect(story.decisions('incident.routed').at(-1)?.text).toContain('ada gave it to night')
})

it('is left as it was while everything in it is muted', () => {
  const story = play(
    at(0, rules(PACK), ESTATE),
    at(1, fire('web-1', 'slow')),
    at(60, silence('quiet', { labels: { host: 'web-1' }, from: 60, to: 1000 })),
    at(90, LATER),
  )
  expect(story.incident()).toMatchObject({ suppressedCount: 1, team: 'web' })
  expect(story.decisions('incident.routed')).toHaveLength(1)
})

it('follows new rules at once, and tells the channels that they add', () => {
  const story = play(
    at(0, rules({ correlate: GROUP }), ESTATE),
    at(1, fire('web-1', 'slow')),
    at(
      40,
      check((so) => expect(so.decisions('incident.routed')).toEqual([])),
    ),
    at(60, rules(PACK, 'r3')),
  )
  // every channel was told already
  expect(news(story.decisions('incident.routed'))).toEqual([['incident.routed', 'rule', undefined]])
  expect(story.incident()).toMatchObject({ team: 'web', told: { channels: null } })
})

it('keeps those who were told of an incident that is merged into another, until it ends', () => {
  const apart = {
    correlate: { rules: [{ name: 'own', when: ['alertname!=""'], decide: 'apart' }] },
    route: ROUTE,
  }
  const story = play(
    at(0, rules(apart), ESTATE),
    at(1, fire('pay-1', 'slow')),
    at(2, fire('web-1', 'slow')),
    at(60, command({ do: 'merge', incident: INC, from: ['INC-000002'] })),
    at(90, resolve('web-1', 'slow'), resolve('pay-1', 'slow')),
    at(300, LATER),
  )
  expect(story.incident()).toMatchObject({ team: 'pay', told: { channels: ['pay', 'web'] } })
  expect(news(story.decisions('incident.resolved')).at(-1)?.[2]).toEqual(['pay', 'web'])
})

it('is found anew for what a person splits off, whose channels are told then', () => {
  const story = play(
    at(0, rules(PACK), ESTATE),
    at(1, fire('pay-1', 'slow'), fire('web-1', 'slow')),
    at(
      60,
      command((so) => ({ do: 'split', incident: INC, members: [so.key('web-1', 'slow')] })),
    ),
    at(120, LATER),
  )
  expect(story.incident()).toMatchObject({ team: 'pay', told: { channels: ['pay'] } })
  expect(story.incident('INC-000002')).toMatchObject({
    team: 'web',
    told: { channels: ['pay', 'web'] },
  })
  expect(news(story.decisions('incident.routed')).at(-1)).toEqual([
    'incident.routed',
    'more_channels',
    ['web'],
  ])
})

/** The story begins at `instant(0)`: hours of one minute each, from there on. */
function hoursAt(second: number) {
  const clock = (at: number): string => toRfc3339(at).slice(11, 16)
  const start = instant(second)
  return [{ name: 'shift', windows: [{ from: clock(start), to: clock(start + MINUTE) }] }]
}

const BY_HOUR = (second: number) => ({
  ...{ correlate: GROUP },
  route: {
    hours: hoursAt(second),
    rules: [
      {
        ...{ name: 'web', when: [{ host: 'web-*' }], team: 'web', channels: ['web'] },
        reason: 'the shop',
        routes: [
          {
            ...{ name: 'web_shift', when: ['host!=""'], during: ['shift'], team: 'shift' },
            ...{ channels: ['pager'], reason: 'somebody is there' },
          },
        ],
      },
    ],
  },
})

it('goes by the hour at which people are told', () => {
  const soon = play(at(0, rules(BY_HOUR(0)), ESTATE), at(1, fire('web-1', 'slow')), at(40, LATER))
  expect(soon.incident()).toMatchObject({
    ...{ team: 'shift', told: { channels: ['pager'] } },
    route: { rules: ['web', 'web_shift'], judgedAt: instant(21) },
  })
  expect(soon.incident().route?.text).toMatch(
    /^Goes to shift, told on pager: .* is within shift\)$/,
  )
  // it began within the shift, and is told after it
  const late = play(at(0, rules(BY_HOUR(0)), ESTATE), at(50, fire('web-1', 'slow')), at(90, LATER))
  expect(late.incident()).toMatchObject({ team: 'web', told: { channels: ['web'] } })
})

it('goes by the hour anew as something happens to it, and not because the time or the rules change', () => {
  const story = play(
    at(0, rules(BY_HOUR(120)), ESTATE),
    at(1, fire('web-1', 'slow')),
    at(60, LATER),
    // within the shift: nobody is woken by new rules, nor by the clock
    at(130, rules(BY_HOUR(120), 'r8')),
    at(
      131,
      check((so) => expect(so.incident().team).toBe('web')),
    ),
    at(140, fire('web-1', 'slower')),
    at(400, fire('web-1', 'slowest')),
    at(500, LATER),
  )
  expect(news(story.decisions('incident.routed'))).toEqual([
    ['incident.routed', 'rule', undefined],
    ['incident.routed', 'more_channels', ['pager']],
    ['incident.routed', 'rule', undefined],
  ])
  // whoever was told hears on
  expect(story.incident()).toMatchObject({ team: 'web', told: { channels: ['web', 'pager'] } })
})
