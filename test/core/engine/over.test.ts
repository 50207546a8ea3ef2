/** What was over when it was first heard of belongs to its fault, and opens nothing. */
import { describe, expect, it } from 'vitest'
import {
  at,
  ci,
  cmdb,
  depends,
  fire,
  play,
  resolve,
  type Story,
  together,
} from '../../support/engine.ts'

const ESTATE = cmdb({
  items: [ci('web'), ci('db'), ci('far')],
  relations: [depends('web', 'db')],
})

/** It began at `start` and ended at `end`; only its end is reported. */
const brief = (host: string, start: number, end: number) =>
  resolve(host, 'slow', { startsAt: start, endsAt: end })

/** Incident of each alert by host and start, `-` for none. */
function homes(story: Story): string[] {
  const known = [...story.engine.state.alerts.values()].map(
    ({ labels, incident }) => `${labels['host']} ${incident ?? '-'}`,
  )
  return known.sort()
}

describe('an episode that was over when it was first heard of', () => {
  it('joins the incident of the fault that it was part of, with its evidence', () => {
    const story = play(
      at(0, ESTATE),
      at(100, fire('db', 'down', { severity: 'critical' })),
      at(130, brief('web', 105, 125)),
    )
    expect(homes(story)).toEqual(['db INC-000001', 'web INC-000001'])
    const [joined] = story.decisions('alert.joined')
    expect(joined?.reason).toBe('link')
    expect(joined?.evidence?.method).toBe('score')
  })

  it('is placed after what fires in the same body, though it began before', () => {
    const both = together(brief('web', 98, 125), fire('db', 'down', { startsAt: 100 }))
    expect(homes(play(at(0, ESTATE), at(130, both)))).toEqual(['db INC-000001', 'web INC-000001'])
  })

  it.each([
    ['nothing is near', [brief('far', 105, 125)]],
    ['nothing else is known', []],
  ])('opens nothing where %s', (_, others) => {
    const story = play(at(0, ESTATE), at(130, brief('web', 105, 125), ...others))
    expect(story.engine.state.incidents.size).toBe(0)
  })

  it('does not keep its incident open, nor reopens it', () => {
    const story = play(
      at(0, ESTATE),
      at(100, fire('db', 'down', { severity: 'critical' })),
      at(160, resolve('db', 'down')),
      at(400, brief('web', 105, 125)),
      at(460, fire('far', 'other')),
    )
    expect(homes(story)).toContain('web INC-000001')
    expect(story.engine.state.incidents.get('INC-000001')?.status).toBe('resolved')
    expect(story.decisions('incident.reopened')).toEqual([])
  })

  it('is placed anew once its start is reported late', () => {
    const late = fire('web', 'slow', { startsAt: 105, source: 'alertmanager' })
    const ended = resolve('web', 'slow', { startsAt: 105, endsAt: 125, source: 'alertmanager' })
    const down = at(100, fire('db', 'down', { severity: 'critical' }))
    const story = play(at(0, ESTATE), down, at(130, ended), at(131, late))
    expect(homes(story)).toEqual(['db INC-000001', 'web INC-000001'])
    expect(story.engine.state.incidents.get('INC-000001')?.memberCount).toBe(2)
  })

  it('is an episode of its own after one that had ended', () => {
    const story = play(
      at(0, ESTATE),
      at(10, fire('web', 'slow')),
      at(60, resolve('web', 'slow')),
      at(700, fire('db', 'down', { severity: 'critical' })),
      at(730, brief('web', 705, 725)),
    )
    const web = [...story.engine.state.alerts.values()].find(
      ({ labels }) => labels['host'] === 'web',
    )
    expect(web?.startsAt).toBe(story.engine.state.startedAt + 705_000)
    expect(story.engine.state.incidents.get(web?.incident ?? '')?.memberCount).toBe(2)
  })
})
