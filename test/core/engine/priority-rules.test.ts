/** Priority rules as an incident lives through them. */
import { expect, it } from 'vitest'
import { at, ci, cmdb, fire, play, resolve, rules, silence } from '../../support/engine.ts'
import { expectIncident } from '../../support/engine-expect.ts'

const PACK = {
  correlate: { rules: [{ name: 'all', when: ['alertname!=""'], decide: 'group', window: '1h' }] },
  priority: {
    rules: [
      { name: 'pay', when: [{ 'ci.label.team': 'pay' }], set: 1, reason: 'money is lost' },
      { name: 'test', when: [{ 'ci.environment': 'test' }], at_most: 4, reason: 'only a test' },
    ],
  },
}
const ESTATE = cmdb({
  items: [
    ci('pay-1', { labels: { team: 'pay' } }),
    ci('web-1'),
    ci('try-1', { environment: 'test' }),
    ci('try-2', { environment: 'test' }),
  ],
  relations: [],
})

it('raise it by one alert, and people are told with the rule named', () => {
  const story = play(
    at(0, rules(PACK), ESTATE),
    at(1, fire('web-1', 'slow')),
    at(60, expectIncident({ priority: 3 })),
    at(61, fire('pay-1', 'slow')),
    at(120, expectIncident({ priority: 1, alerts: 2 })),
  )
  const [told] = story.decisions('incident.priority_changed')
  expect(told).toMatchObject({ reason: 'priority_rule' })
  expect(told?.terms?.find(({ name }) => name === 'rule')).toMatchObject({
    ...{ x: -2, inputs: { rule: 'pay', computed: 3 }, note: 'rule pay: money is lost' },
  })
})

it('lower it only where they hold for every unmuted alert', () => {
  play(
    at(0, rules(PACK), ESTATE, silence('quiet', { labels: { host: 'web-1' }, from: 0, to: 100 })),
    at(1, fire('try-1', 'slow'), fire('try-2', 'slow'), fire('web-1', 'slow')),
    at(2, expectIncident({ priority: 4, muted: 0 })),
    at(100, expectIncident({ priority: 3, muted: 0, alerts: 3 })),
    at(150, resolve('web-1', 'slow')),
    at(150, expectIncident({ priority: 3 })),
  )
})

it('follow the rules and the CMDB in force', () => {
  play(
    at(0, rules(PACK), ESTATE),
    at(1, fire('try-1', 'slow')),
    at(2, expectIncident({ priority: 4 })),
    at(3, rules({ ...PACK, priority: {} }, 'r3')),
    at(3, expectIncident({ priority: 3 })),
    at(
      4,
      rules(PACK, 'r4'),
      cmdb({ items: [ci('try-1', { labels: { team: 'pay' } })], relations: [] }),
    ),
    at(4, expectIncident({ priority: 1 })),
  )
})
