/** The calendar: how many firing alerts the window of each change is about. */
import { expect, it } from 'vitest'
import { calendarOf } from '../../src/server/calendar.ts'
import { at, change, ci, cmdb, depends, fire, play, rules } from '../support/engine.ts'

const ESTATE = cmdb({
  items: ['web-1', 'db-1', 'node', 'rack'].map((id) => ci(id)),
  relations: [depends('web-1', 'node', 'runs_on'), depends('node', 'rack', 'runs_on')],
})
const SCOPES = rules({ correlate: { scope: ['tenant'] } })

it('counts for each change the firing alerts of its scope on its CIs and on what sits on them', () => {
  const labels = { status: 'Scheduled' }
  const planned = (id: string, cis: readonly string[], more = {}) =>
    change(id, cis, { startsAt: 100, endsAt: 200, labels: { ...labels, ...more } })
  const story = play(
    at(0, ESTATE, SCOPES),
    at(1, planned('all', ['rack', 'web-1']), planned('a', ['node'], { tenant: 'a' })),
    at(2, planned('moved', ['web-1']), planned('moved', ['db-1']), planned('none', ['what'])),
    at(3, fire('web-1', 'down', { labels: { tenant: 'a' } })),
    at(3, fire('web-1', 'down', { labels: { tenant: 'b' } }), fire('elsewhere', 'down')),
  )
  const found = calendarOf(story.engine.state).items
  expect(Object.fromEntries(found.map((one) => [one.change.id, one.firing]))).toEqual({
    'change:all': 2,
    'change:a': 1,
    'change:moved': 0,
    'change:none': 0,
  })
})
