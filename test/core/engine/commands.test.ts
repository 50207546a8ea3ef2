/** What people do to one incident: each command is applied or refused with a reason. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/core/entry.ts'
import { at, ci, cmdb, command, fire, instant, play, resolve } from '../../support/engine.ts'
import { check, expectDecided, expectIncident } from '../../support/engine-expect.ts'

const ID = 'INC-000001'
const ESTATE = cmdb({ items: [ci('web-1')], relations: [] })
const OPEN = [
  at(0, ESTATE),
  at(1, fire('web-1', 'down')),
  at(30, expectIncident({ status: 'open' })),
]

const answered = (expected: object) =>
  check((story) => expect(story.applied[story.lastDeed]?.result).toMatchObject(expected))
const about = (expected: object) =>
  check((story) => expect(story.incident(ID)).toMatchObject(expected))

describe('a command', () => {
  it.each<[string, Command, object, string]>([
    [
      'acknowledges, and owns it',
      { do: 'acknowledge', incident: ID },
      { acknowledgedAt: instant(40), acknowledgedBy: 'ada', owner: 'ada' },
      'incident.acknowledged',
    ],
    ['assigns', { do: 'assign', incident: ID, to: 'eve' }, { owner: 'eve' }, 'incident.assigned'],
    [
      'comments',
      { do: 'comment', incident: ID, text: 'looking' },
      { status: 'open' },
      'incident.commented',
    ],
    [
      'confirms a cause',
      { do: 'confirm_cause', incident: ID, ci: 'web-1' },
      { confirmedCause: 'web-1' },
      'incident.cause_confirmed',
    ],
    [
      'votes',
      { do: 'vote', incident: ID, article: 'a', helpful: true },
      { status: 'open' },
      'incident.voted',
    ],
  ])('%s', (_name, what, expected, action) => {
    const story = play(
      ...OPEN,
      at(40, command(what)),
      at(40, answered({ ok: true, incident: ID }), about(expected)),
    )
    expect(story.decisions().filter((one) => one.action === action)).toMatchObject([
      { actor: 'ada', incident: ID, at: instant(40) },
    ])
  })

  it.each<Command['do']>(['acknowledge', 'unacknowledge', 'resolve', 'close', 'comment', 'undo'])(
    '%s on an incident that there is not is refused',
    (what) => {
      const incident = 'INC-999999'
      const full = (
        what === 'comment' ? { do: what, incident, text: 'x' } : { do: what, incident }
      ) as Command
      play(
        ...OPEN,
        at(40, command(full)),
        at(40, answered({ ok: false }), expectDecided('command.refused')),
      )
    },
  )

  it('acknowledges once, until it is taken back', () => {
    play(
      ...OPEN,
      at(40, command({ do: 'acknowledge', incident: ID })),
      at(41, command({ do: 'acknowledge', incident: ID }, 'eve')),
      at(41, answered({ ok: false, reason: 'already_acknowledged' })),
      at(42, command({ do: 'unacknowledge', incident: ID })),
      at(43, command({ do: 'acknowledge', incident: ID }, 'eve')),
      at(43, about({ acknowledgedBy: 'eve', owner: 'ada' })),
    )
  })

  it('keeps the list of causes that a person confirmed one of, whatever comes', () => {
    let known: unknown = null
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down'), fire('web-1', 'slow')),
      at(41, command({ do: 'confirm_cause', incident: ID, ci: 'web-1' })),
      at(
        42,
        check((story) => {
          known = story.incident(ID).rootCause
          expect(known).toMatchObject({ candidates: [{ ci: 'web-1' }] })
        }),
      ),
      at(50, fire('web-1', 'full')),
      at(
        110,
        check((story) => {
          expect(story.incident(ID)).toMatchObject({ memberCount: 3, rootCause: known })
        }),
      ),
    )
  })

  it('counts votes and confirmed causes by kind of alert', () => {
    const story = play(
      ...OPEN,
      at(40, command({ do: 'vote', incident: ID, article: 'a', helpful: true })),
      at(41, command({ do: 'vote', incident: ID, article: 'a', helpful: false }, 'bob')),
      at(42, command({ do: 'confirm_cause', incident: ID, ci: 'web-1' })),
      at(43, command({ do: 'confirm_cause', incident: ID, ci: 'web-1' })),
    )
    expect([...story.engine.state.votes.values()]).toMatchObject([
      { article: 'a', signature: 'down|host', helpful: 1, notHelpful: 1 },
    ])
    expect([...story.engine.state.confirmed.values()]).toMatchObject([{ ci: 'web-1', count: 2 }])
  })

  it('counts one vote of a person on an article at an incident: the last one', () => {
    const someVote = fc.record({
      article: fc.constantFrom('a', 'b'),
      by: fc.constantFrom('ann', 'bob', 'cid'),
      helpful: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(someVote, { maxLength: 12 }), (votes) => {
        const story = play(
          ...OPEN,
          ...votes.map(({ by, ...vote }, n) =>
            at(40 + n, command({ do: 'vote', incident: ID, ...vote }, by)),
          ),
        )
        const last = new Map(votes.map(({ article, by, helpful }) => [`${article} ${by}`, helpful]))
        const count = (article: string, helpful: boolean): number =>
          [...last].filter(([of, said]) => of.startsWith(article) && said === helpful).length
        for (const { article, helpful, notHelpful } of story.engine.state.votes.values())
          expect([helpful, notHelpful]).toEqual([count(article, true), count(article, false)])
      }),
      { numRuns: 30 },
    )
  })
})

describe('resolving by hand', () => {
  const force = command({ do: 'resolve', incident: ID, force: true, resolution: 'restarted' })

  it('asks first while alerts fire', () => {
    play(
      ...OPEN,
      at(40, command({ do: 'resolve', incident: ID })),
      at(
        40,
        answered({ ok: false, reason: 'alerts_still_fire' }),
        expectIncident({ status: 'open' }),
      ),
    )
  })

  it('with force holds while they fire, for days', () => {
    play(
      ...OPEN,
      at(40, force),
      at(
        40,
        about({
          status: 'resolved',
          resolvedBy: 'ada',
          resolution: 'restarted',
          heldResolved: true,
        }),
      ),
      at(50, fire('web-1', 'down', { startsAt: 1 })),
      at(200_000, expectIncident({ status: 'resolved', firing: 1 })),
    )
  })

  it('ends the hold when something new joins', () => {
    play(
      ...OPEN,
      at(40, force),
      at(60, fire('web-1', 'slow')),
      at(60, expectIncident({ status: 'open', firing: 2, resolvedAt: null })),
      at(60, about({ heldResolved: false, resolution: null })),
    )
  })

  it('is over when they end; it closes a day after that', () => {
    play(
      ...OPEN,
      at(40, force),
      at(200_000, resolve('web-1', 'down', { startsAt: 1 })),
      at(200_000, expectIncident({ status: 'resolved', firing: 0 })),
      at(
        286_399,
        check(({ engine }) => expect(engine.state.incidents.has(ID)).toBe(true)),
      ),
      at(
        286_400,
        check(({ engine }) => expect(engine.state.incidents.has(ID)).toBe(false)),
      ),
    )
  })

  it('needs no force when nothing fires, and resolves at once', () => {
    play(
      ...OPEN,
      at(40, resolve('web-1', 'down')),
      at(45, command({ do: 'resolve', incident: ID })),
      at(45, expectIncident({ status: 'resolved', resolvedAt: 45 })),
      at(46, command({ do: 'resolve', incident: ID })),
      at(46, answered({ ok: false, reason: 'already_resolved' })),
    )
  })

  it('counts for an incident that never opened by itself', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'odd', { severity: 'info' })),
      at(2, command({ do: 'resolve', incident: ID, force: true })),
      at(2, expectIncident({ status: 'resolved', openedAt: 2 })),
    )
  })
})

describe('closing by hand', () => {
  it('is refused while alerts fire', () => {
    play(
      ...OPEN,
      at(40, command({ do: 'close', incident: ID })),
      at(40, answered({ ok: false, reason: 'alerts_still_fire' })),
    )
  })

  it('is for good: nothing joins, nothing is changed any more', () => {
    play(
      ...OPEN,
      at(40, resolve('web-1', 'down')),
      at(45, command({ do: 'close', incident: ID })),
      at(45, expectDecided('incident.resolved', 'incident.closed')),
      at(50, fire('web-1', 'slow')),
      at(
        50,
        expectIncident({ id: ID, status: 'closed', alerts: 1 }),
        expectIncident({ id: 'INC-000002', alerts: 1 }),
      ),
      at(51, command({ do: 'assign', incident: ID, to: 'eve' })),
      at(51, answered({ ok: false, reason: 'not_editable' })),
    )
  })
})
