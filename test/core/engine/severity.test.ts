/** An alert that gets worse or better while it fires: one episode, and an incident that follows it. */
import { describe, expect, it } from 'vitest'
import { at, ci, cmdb, command, fire, play, resolve } from '../../support/engine.ts'
import { expectAlert, expectDecided, expectIncident } from '../../support/engine-expect.ts'

const ESTATE = cmdb({ items: [ci('web-1', { criticality: 3 })], relations: [] })

describe('the severity of an alert that fires', () => {
  it('rises: the same episode, and people are told of the higher priority', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'warning' })),
      at(40, expectIncident({ priority: 4 })),
      at(50, fire('web-1', 'slow', { severity: 'critical', startsAt: 1 })),
      at(50, expectDecided('alert.severity_changed', 'incident.priority_changed')),
      at(50, expectIncident({ priority: 3, alerts: 1 })),
    )
    expect(story.decisions('alert.opened', 'alert.joined')).toHaveLength(1)
    const [changed] = story.decisions('alert.severity_changed')
    expect(changed).toMatchObject({ reason: 'worse', text: 'Now critical; it was warning' })
  })

  it('opens at once what waited, once it is critical', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'info' })),
      at(2, expectIncident({ status: 'provisional' })),
      at(3, fire('web-1', 'slow', { severity: 'critical', startsAt: 1 })),
      at(3, expectIncident({ status: 'open', openedAt: 3, notifiedAt: 3 })),
    )
  })

  it('falls, and nobody is woken for it', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'critical' })),
      at(50, fire('web-1', 'slow', { severity: 'info', startsAt: 1 })),
      at(50, expectIncident({ priority: 5 })),
    )
    expect(story.decisions('incident.priority_changed')).toEqual([])
    expect(story.decisions('alert.severity_changed')).toMatchObject([{ reason: 'better' }])
  })

  it('is no reason to reopen what a person holds resolved', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'warning' })),
      at(40, command({ do: 'resolve', incident: 'INC-000001', force: true })),
      at(50, fire('web-1', 'slow', { severity: 'critical', startsAt: 1 })),
      at(51, expectIncident({ status: 'resolved' })),
    )
    expect(story.decisions('incident.reopened')).toEqual([])
  })

  it('stays as it was at the end', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'critical' })),
      at(20, resolve('web-1', 'slow', { severity: 'info', startsAt: 1, endsAt: 20 })),
      at(20, expectAlert('web-1', 'slow', { severity: 'critical', status: 'resolved' })),
    )
  })
})
