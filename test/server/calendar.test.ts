/** The calendar: how many firing alerts the window of each change is about. */
import { expect, it } from 'vitest'
import { calendarOf } from '../../src/server/calendar.ts'
import { at, change, ci, cmdb, depends, fire, play, rules, silence } from '../support/engine.ts'

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

it('lists what mutes again and again, with its next times', () => {
  const nights = { windows: [{ days: ['tue'], from: '02:00', to: '04:00' }] }
  const load = { windows: [{ from: '08:00', to: '09:00' }] }
  const suppress = {
    hours: [
      { name: 'load', ...load },
      { name: 'weekend', windows: [{ days: ['sat', 'sun'] }] },
    ],
    rules: [
      { name: 'tests', when: ['host="db-1"'], during: ['load'], reason: 'load tests' },
      { name: 'rest', when: ['host="x"'], outside: ['weekend'], reason: 'only on weekends' },
      { name: 'always', when: ['host="y"'], reason: 'noise' },
    ],
  }
  const YEAR = 365 * 86_400
  const story = play(
    at(0, ESTATE, rules({ suppress })),
    at(1, silence('patches', { cis: ['web-1'], from: 0, to: YEAR, recurs: nights })),
    at(1, silence('once', { cis: ['web-1'], from: 0, to: YEAR })),
    at(2, fire('db-1', 'slow')),
  )
  const { recurring, moreRecurring } = calendarOf(story.engine.state)
  expect(moreRecurring).toBe(0)
  expect(recurring.map(({ id, running, muting, text }) => [id, running, muting, text])).toEqual([
    ['rest', true, 0, 'not weekend'],
    ['tests', true, 1, 'load'],
    ['patches', false, 0, 'Tue 02:00-04:00 (UTC)'],
  ])
  const timesOf = (id: string) =>
    recurring
      .find((one) => one.id === id)
      ?.next.map(({ startsAt, endsAt }) => `${startsAt.slice(5, 16)} ${endsAt.slice(5, 16)}`)
  // 2026-03-02 is a Monday
  expect(timesOf('patches')).toEqual([
    '03-03T02:00 03-03T04:00',
    '03-10T02:00 03-10T04:00',
    '03-17T02:00 03-17T04:00',
  ])
  expect(timesOf('tests')?.slice(1)).toEqual(['03-03T08:00 03-03T09:00', '03-04T08:00 03-04T09:00'])
  expect(timesOf('rest')).toEqual([
    '03-02T08:00 03-07T00:00',
    '03-09T00:00 03-14T00:00',
    '03-16T00:00 03-21T00:00',
  ])
})

it('lists no window that was ended for good or has no time left', () => {
  const recurs = { windows: [{ days: ['tue'], from: '02:00', to: '04:00' }] }
  const [DAY, WEEK] = [86_400, 7 * 86_400]
  const patches = (to: number) => silence('patches', { cis: ['web-1'], from: 0, to, recurs })
  // its only Tuesday is the next day
  const short = silence('short', { cis: ['web-1'], from: 0, to: 5 * DAY, recurs })
  const listed = ({ engine }: ReturnType<typeof play>) =>
    calendarOf(engine.state).recurring.map(({ id }) => id)
  const begun = [at(0, ESTATE, patches(52 * WEEK), short)]
  expect(listed(play(...begun))).toEqual(['patches', 'short'])
  expect(listed(play(...begun, at(2 * DAY, fire('db-1', 'slow'))))).toEqual(['patches'])
  expect(listed(play(...begun, at(2 * DAY, patches(2 * DAY))))).toEqual([])
})
