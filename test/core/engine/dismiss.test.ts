/** "Not an incident": it ends, such alerts are held from then on, and both can be taken back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_NOISE } from '../../../src/core/learn/constraints.ts'
import type { Severity } from '../../../src/core/model.ts'
import {
  at,
  ci,
  cmdb,
  command,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { check, expectDecided, expectIncident } from '../../support/engine-expect.ts'
import { expectSound } from './invariants.ts'
import { anyStream, fold, RUNS, unfold } from './streams.ts'

const ESTATE = cmdb({ items: [ci('web'), ci('db'), ci('p', { class: 'pod' })], relations: [] })
const [A, B, C] = ['INC-000001', 'INC-000002', 'INC-000003'] as const
const CRITICAL = { severity: 'critical' } as const
const dismiss = (incident: string, reason?: string) =>
  command({ do: 'dismiss', incident, ...(reason === undefined ? {} : { reason }) })
const undo = (incident: string) => command({ do: 'undo', incident })
const sound = check(({ engine }) => expectSound(engine))

/** A critical alert opens an incident; a person says that it is none, and the alert ends. */
const DISMISSED = [
  at(0, ESTATE),
  at(1, fire('web', 'load', CRITICAL)),
  at(60, dismiss(A, 'nightly job')),
  at(300, resolve('web', 'load', CRITICAL)),
]
const statusOf = (story: Story, id: string) => story.incident(id).status
const outcomeOf = (story: Story, host: string, rule: string) => story.alert(host, rule).outcome

describe('a dismissed incident', () => {
  it('is over at once, whatever still fires, and says why', () => {
    play(
      ...DISMISSED.slice(0, 3),
      at(60, expectDecided('incident.resolved', 'incident.dismissed', 'constraint.learned'), sound),
      at(60, expectIncident({ id: A, status: 'resolved', firing: 1, resolvedAt: 60 })),
      at(
        61,
        check((story) =>
          expect(story.incident(A)).toMatchObject({
            ...{ resolution: 'Not an incident: nightly job', resolvedBy: 'ada', edited: true },
            dismissed: 'critical',
          }),
        ),
      ),
      at(62, dismiss(A)),
      at(
        62,
        check((story) =>
          expect(story.applied[story.lastDeed]?.result).toMatchObject({
            reason: 'already_dismissed',
          }),
        ),
      ),
    )
  })

  it('takes nothing in: what is new beside it opens its own incident', () => {
    const story = play(
      ...DISMISSED.slice(0, 3),
      at(70, fire('web', 'disk', CRITICAL)),
      at(70, sound),
    )
    expect(statusOf(story, A)).toBe('resolved')
    expect(story.alert('web', 'disk').incident).toBe(B)
    expect(statusOf(story, B)).toBe('open')
  })

  it('opens again where an alert of it gets worse than what was dismissed', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web', 'load', { severity: 'warning' })),
      at(60, dismiss(A)),
      at(90, fire('web', 'load', { severity: 'critical', startsAt: 1 })),
    )
    expect(statusOf(story, A)).toBe('open')
    expect(story.decisions('incident.reopened')).toMatchObject([{ reason: 'worse_than_dismissed' }])
  })

  it('closes after its alerts have ended', () => {
    const story = play(...DISMISSED, at(200_000, fire('db', 'x')))
    expect(story.decisions('incident.closed')).toMatchObject([{ incident: A }])
    expect(story.engine.state.incidents.has(A)).toBe(false)
  })

  it('can have been resolved before', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web', 'load', CRITICAL)),
      at(30, resolve('web', 'load', CRITICAL)),
      at(200, expectIncident({ id: A, status: 'resolved' })),
      at(210, dismiss(A)),
      at(900, fire('web', 'load', CRITICAL)),
      at(2000, sound),
    )
    expect(outcomeOf(story, 'web', 'load')).toBe('held')
  })
})

describe('known noise', () => {
  it('is held and counted: it opens nothing, and says who said so', () => {
    const story = play(...DISMISSED, at(9000, fire('web', 'load', CRITICAL)), at(9900, sound))
    expect(statusOf(story, B)).toBe('provisional')
    expect(outcomeOf(story, 'web', 'load')).toBe('held')
    expect(story.decisions('alert.held')).toMatchObject([
      {
        reason: 'known_noise',
        incident: B,
        text: expect.stringContaining('ada said on 2026-03-02'),
      },
    ])
    expect(story.decisions('incident.notified').map(({ incident }) => incident)).toEqual([A])
    expect([...story.engine.state.constraints.values()]).toMatchObject([{ used: 1 }])
  })

  it('ends without a word', () => {
    const story = play(
      ...DISMISSED,
      at(9000, fire('web', 'load', CRITICAL)),
      at(9100, resolve('web', 'load', CRITICAL)),
      at(9900, sound),
    )
    expect(story.incident(B)).toMatchObject({ status: 'closed', openedAt: null })
  })

  it.each<[string, Step[], string]>([
    ['an alert of another kind', [at(9000, fire('web', 'disk', CRITICAL))], 'open'],
    ['the same kind on another CI', [at(9000, fire('db', 'load', CRITICAL))], 'open'],
    [
      'a real alert beside it',
      [at(9000, fire('web', 'load', CRITICAL)), at(9001, fire('web', 'disk', CRITICAL))],
      'open',
    ],
    ['nothing but itself', [at(9000, fire('web', 'load', CRITICAL))], 'provisional'],
  ])('does not hold back %s', (_name, steps, status) => {
    const story = play(...DISMISSED, ...steps, at(9100, sound))
    expect(statusOf(story, B)).toBe(status)
  })

  it.each<[Severity, Severity, string]>([
    ['warning', 'warning', 'provisional'],
    ['warning', 'info', 'provisional'],
    ['warning', 'critical', 'open'],
    ['warning', 'error', 'open'],
    ['critical', 'error', 'provisional'],
  ])('dismissed as %s: as %s it is %s', (dismissed, severity, status) => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web', 'load', { severity: dismissed })),
      at(60, dismiss(A)),
      at(70, resolve('web', 'load', { severity: dismissed })),
      at(9000, fire('web', 'load', { severity })),
      at(9900, sound),
    )
    expect(statusOf(story, B)).toBe(status)
  })

  it('that gets worse opens its incident', () => {
    const warning = { severity: 'warning' } as const
    const story = play(
      at(0, ESTATE),
      at(1, fire('web', 'load', warning)),
      at(60, dismiss(A)),
      at(70, resolve('web', 'load', warning)),
      at(9000, fire('web', 'load', warning)),
      at(9500, fire('web', 'load', { ...CRITICAL, startsAt: 9000 })),
      at(9501, sound),
    )
    expect(statusOf(story, B)).toBe('open')
  })

  it('on CIs that come and go is meant of their class', () => {
    const story = play(at(0, ESTATE), at(1, fire('p', 'crash', CRITICAL)), at(60, dismiss(A)))
    expect([...story.engine.state.constraints.values()]).toMatchObject([
      { relation: 'noise', a: { signature: 'crash|pod', place: null }, severity: 'critical' },
    ])
  })

  it('is of so many kinds at most', () => {
    const names = Array.from({ length: MAX_NOISE + 4 }, (_, n) => `r${n}`)
    const story = play(
      at(0, ESTATE),
      at(1, ...names.map((name) => fire('web', name, CRITICAL))),
      at(60, dismiss(A)),
    )
    expect(story.incident(A).memberCount).toBe(names.length)
    expect(story.engine.state.constraints.size).toBe(MAX_NOISE)
  })
})

describe('undoing a dismissal', () => {
  it('gives the incident back as it was, and forgets what was learned', () => {
    const before = play(...DISMISSED.slice(0, 2), at(60, fire('db', 'x')))
    const story = play(...DISMISSED.slice(0, 3), at(70, undo(A)), at(70, sound))
    const { status, openedAt, notifiedAt, resolution, heldResolved } = before.incident(A)
    expect(story.incident(A)).toMatchObject({
      ...{ status, openedAt, notifiedAt, resolution, heldResolved, dismissed: null },
    })
    expect(story.engine.state.constraints.size).toBe(0)
    expect(story.decisions('incident.undone')).toMatchObject([{ reason: 'undo_dismiss' }])
  })

  it('lets it resolve by itself where its alerts have ended meanwhile', () => {
    const story = play(...DISMISSED, at(400, undo(A)), at(500, sound))
    expect(statusOf(story, A)).toBe('resolved')
    expect(story.incident(A)).toMatchObject({ resolvedBy: 'engine', dismissed: null })
  })

  it('opens what was held because of it', () => {
    const again = at(9000, fire('web', 'load', CRITICAL))
    const story = play(...DISMISSED, again, at(9100, undo(A)), at(9101, sound))
    expect(statusOf(story, B)).toBe('open')
    const remove = command({ do: 'constraint.remove', constraint: 'L-1' })
    expect(statusOf(play(...DISMISSED, again, at(9100, remove), at(9101, sound)), B)).toBe('open')
  })

  it('is refused after the incident has left', () => {
    const story = play(...DISMISSED, at(200_000, undo(C)))
    expect(story.last.result).toMatchObject({ ok: false })
  })
})

it('keeps every firing alert in one incident, whoever dismisses what', () => {
  fc.assert(
    fc.property(anyStream(), (stream) => {
      fold(unfold(stream), (engine) => {
        expectSound(engine)
        for (const { dismissed, status } of engine.state.incidents.values())
          if (dismissed !== null) expect(['resolved', 'closed', 'merged']).toContain(status)
      })
    }),
    RUNS,
  )
})

it('says nothing of another tenant', () => {
  const of = (tenant: string) => ({ ...CRITICAL, labels: { tenant } })
  const story = play(
    at(0, ESTATE, rules({ correlate: { scope: ['tenant'] } })),
    at(1, fire('web', 'load', of('a'))),
    at(60, dismiss('a-INC-000001')),
    at(300, resolve('web', 'load', of('a'))),
    at(9000, fire('web', 'load', of('a')), fire('web', 'load', of('b'))),
    at(9100, sound),
  )
  expect(statusOf(story, 'a-INC-000002')).toBe('provisional')
  expect(statusOf(story, 'b-INC-000001')).toBe('open')
})
