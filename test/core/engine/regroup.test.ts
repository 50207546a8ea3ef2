/** Regrouping by people: merge, split, move and undo keep every alert in one incident. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/core/entry.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  fire,
  instant,
  play,
  resolve,
  type Story,
} from '../../support/engine.ts'
import { digest, partition } from '../../support/engine-digest.ts'
import {
  check,
  expectDecided,
  expectIncident,
  expectIncidents,
} from '../../support/engine-expect.ts'
import { expectSound } from './invariants.ts'
import { RUNS } from './streams.ts'

const ESTATE = cmdb({ items: ['a', 'b', 'c'].map((id) => ci(id)), relations: [] })

/** Three incidents that people know of: two alerts on `a`, one on `b`, two on `c`. */
const THREE = [
  at(0, ESTATE),
  at(1, fire('a', 'a1'), fire('a', 'a2')),
  at(2, fire('b', 'b1')),
  at(3, fire('c', 'c1'), fire('c', 'c2')),
  at(40, expectIncidents(3)),
]

const keys =
  (...names: readonly string[]) =>
  (story: Story) =>
    names.map((name) => story.key(name.slice(0, 1), name))

function merge(incident: string, ...from: string[]): Deed {
  return command({ do: 'merge', incident, from })
}

function split(incident: string, ...names: string[]): Deed {
  return command((story) => ({ do: 'split', incident, members: keys(...names)(story) }))
}

function move(incident: string, to: string, ...names: string[]): Deed {
  return command((story) => ({ do: 'move', incident, to, members: keys(...names)(story) }))
}

const undo = (incident: string) => command({ do: 'undo', incident })
const [A, B, C, D] = ['INC-000001', 'INC-000002', 'INC-000003', 'INC-000004'] as const
const refused = (reason: string) =>
  check((story) =>
    expect(story.applied[story.lastDeed]?.result).toMatchObject({ ok: false, reason }),
  )
const sound = check(({ engine }) => expectSound(engine))

describe('a merge', () => {
  it('goes into the oldest, which keeps the earliest clocks; the other stays readable', () => {
    play(
      ...THREE,
      at(50, command({ do: 'acknowledge', incident: C }, 'eve')),
      at(60, merge(C, A)),
      at(60, expectDecided('incident.merged', 'incident.merged'), sound),
      at(60, expectIncident({ id: A, alerts: 4, firing: 4, notifiedAt: 21 })),
      at(60, expectIncident({ id: C, status: 'merged', mergedInto: A, alerts: 0 })),
      at(
        60,
        check((story) =>
          expect(story.incident(A)).toMatchObject({
            acknowledgedBy: 'eve',
            owner: 'eve',
            edited: true,
          }),
        ),
      ),
    )
  })

  it('is why its alerts are where they are, until it is undone', () => {
    const whyOf = (story: Story) => story.alert('b', 'b1').evidence
    const merged = play(...THREE, at(60, merge(A, B)))
    expect(whyOf(merged)).toMatchObject({ method: 'person', by: 'ada', terms: [], p: 1 })
    expect(merged.alert('a', 'a1').evidence?.method).not.toBe('person')
    expect(whyOf(play(...THREE, at(60, merge(A, B)), at(61, undo(A))))).toEqual(
      whyOf(play(...THREE)),
    )
  })

  it('of many is one', () => {
    play(...THREE, at(60, merge(B, A, C)), at(60, expectIncident({ alerts: 5 }), sound))
  })

  it('is followed by later commands, also through two merges', () => {
    play(
      ...THREE,
      at(60, merge(B, C)),
      at(61, merge(A, B)),
      at(62, command({ do: 'assign', incident: C, to: 'eve' })),
      at(
        62,
        check((story) => expect(story.incident(A).owner).toBe('eve')),
      ),
      at(63, merge(C, B)),
      at(63, refused('nothing_to_merge')),
    )
  })

  it('resolves with its last alert, and the merged one leaves with it', () => {
    const story = play(
      ...THREE,
      at(60, merge(A, B)),
      at(
        70,
        resolve('a', 'a1'),
        resolve('a', 'a2'),
        resolve('b', 'b1'),
        resolve('c', 'c1'),
        resolve('c', 'c2'),
      ),
      at(130, expectIncident({ id: A, status: 'resolved' })),
      at(
        90_000,
        check(({ engine }) => expect(engine.state.incidents.has(A)).toBe(false)),
      ),
      at(
        180_000,
        check(({ engine }) => expect(engine.state.incidents.size).toBe(0)),
      ),
    )
    expect(story.decisions('incident.resolved').map(({ incident }) => incident)).toEqual([A, C])
  })

  it.each<[string, Deed, string]>([
    ['with itself', merge(A, A), 'nothing_to_merge'],
    ['with one that there is not', merge(A, 'INC-999999'), 'not_editable'],
  ])('%s is refused', (_name, deed, reason) => {
    play(...THREE, at(60, deed), at(60, refused(reason)), at(60, expectIncidents(3)))
  })
})

describe('a split', () => {
  it('makes a new incident that says where it came from', () => {
    play(
      ...THREE,
      at(60, split(A, 'a2')),
      at(60, expectDecided('incident.split', 'incident.split'), sound),
      at(
        60,
        expectIncident({ id: A, alerts: 1 }),
        expectIncident({ id: D, alerts: 1, status: 'open', notifiedAt: 60 }),
      ),
      at(
        60,
        check((story) => expect(story.incident(D)).toMatchObject({ splitFrom: A, edited: true })),
      ),
    )
  })

  it.each<[string, Deed]>([
    ['of all of it', split(A, 'a1', 'a2')],
    ['of none of it', split(A, 'b1')],
    ['of all of it, named twice', split(B, 'b1', 'b1')],
  ])('%s is refused', (_name, deed) => {
    play(...THREE, at(60, deed), at(60, refused('bad_split'), expectIncidents(3)))
  })

  it('does not wake an incident that is held resolved', () => {
    play(
      ...THREE,
      at(50, command({ do: 'resolve', incident: A, force: true })),
      at(60, split(A, 'a2')),
      at(60, expectIncident({ id: A, status: 'resolved', firing: 1 })),
    )
  })
})

describe('a move', () => {
  it('takes alerts from one incident to another', () => {
    play(
      ...THREE,
      at(60, move(A, B, 'a2')),
      at(60, expectDecided('incident.moved', 'incident.moved'), sound),
      at(60, expectIncident({ id: A, alerts: 1 }), expectIncident({ id: B, alerts: 2 })),
    )
  })

  it('takes episodes of the past with their records', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('a', 'a1'), fire('a', 'a2'), fire('b', 'b1')),
      at(30, resolve('a', 'a1')),
      at(31, fire('a', 'a1')),
      at(32, expectIncident({ id: A, alerts: 3 })),
      at(
        60,
        command((s) => ({
          do: 'move',
          incident: A,
          to: B,
          members: [...s.incident(A).members.values()].flatMap(({ key, past }) =>
            past === null ? [] : [key],
          ),
        })),
      ),
      at(60, expectIncident({ id: B, alerts: 2 }), sound),
    )
    const moved = story.applied[story.lastDeed]?.alerts.find(
      ({ episode }) => episode === instant(1),
    )
    expect(moved).toMatchObject({ incident: B, state: 'resolved' })
  })

  it.each<[string, Deed, string]>([
    ['of all of it', move(A, B, 'a1', 'a2'), 'would_empty'],
    ['of what is not in it', move(A, B, 'c1'), 'nothing_to_move'],
    ['to itself', move(A, A, 'a1'), 'nothing_to_move'],
    ['to one that there is not', move(A, 'INC-999999', 'a1'), 'not_editable'],
  ])('%s is refused', (_name, deed, reason) => {
    play(...THREE, at(60, deed), at(60, refused(reason), expectIncidents(3)))
  })

  it('leaves one to resolve whose last firing alert it took', () => {
    play(
      ...THREE,
      at(50, resolve('a', 'a1')),
      at(60, move(A, B, 'a2')),
      at(
        120,
        expectIncident({ id: A, status: 'resolved' }),
        expectIncident({ id: B, status: 'open' }),
      ),
    )
  })
})

describe('undoing', () => {
  /** What a regrouping and its undoing must leave as it was. */
  const facts = (story: Story) =>
    ([A, B, C] as const).map((id) => {
      const incident = story.incident(id)
      const { edited, edits, joined, ...open } = incident
      const { analyseAt, resolveAt, closeAt, notifyAt, openAt, rootCause, ...rest } = open
      const members = [...incident.members.values()].map(({ order, ...one }) => one)
      return JSON.stringify({ ...rest, members, snap: 0 })
    })

  it.each<[string, Deed, string]>([
    ['a merge', merge(A, B), A],
    ['a merge, by the id that went away', merge(A, B), B],
    ['a merge into a resolved one', merge(A, C), A],
    ['a split', split(A, 'a2'), D],
    ['a move', move(C, B, 'c1'), B],
  ])('%s gives everything back: members, status, clocks, owners', (_name, deed, where) => {
    const before = [
      ...THREE,
      at(45, command({ do: 'acknowledge', incident: B }, 'eve')),
      at(50, command({ do: 'resolve', incident: A, force: true, resolution: 'restart' })),
    ]
    const as = facts(play(...before))
    const story = play(...before, at(60, deed), at(60, sound), at(60, undo(where)), at(60, sound))
    expect(facts(story)).toEqual(as)
    expect(story.decisions('incident.undone')).toHaveLength(2)
  })

  it('keeps what people did after the merge', () => {
    play(
      ...THREE,
      at(60, merge(A, B)),
      at(61, command({ do: 'assign', incident: A, to: 'eve' })),
      at(62, undo(A)),
      at(
        62,
        check((story) => {
          expect(story.incident(A).owner).toBe('eve')
          expect(story.incident(B).owner).toBeNull()
        }),
      ),
    )
  })

  it('goes back step by step, newest first, then there is nothing left', () => {
    const as = partition(play(...THREE).engine)
    const story = play(
      ...THREE,
      at(60, merge(A, B)),
      at(61, merge(A, C)),
      at(62, undo(A)),
      at(62, expectIncidents(2)),
      at(63, undo(A)),
      at(
        63,
        check(({ engine }) => expect(partition(engine)).toEqual(as)),
      ),
      at(64, undo(A)),
      at(64, refused('nothing_to_undo')),
    )
    expectSound(story.engine)
  })

  it('a split whose origin was merged since goes to where that is', () => {
    play(
      ...THREE,
      at(60, split(B, 'b1')),
      at(60, refused('bad_split')),
      at(61, split(C, 'c2')),
      at(62, merge(A, C)),
      at(63, undo(D)),
      at(
        63,
        sound,
        expectIncident({ id: A, alerts: 4 }),
        expectIncident({ id: D, status: 'merged', mergedInto: A }),
      ),
    )
  })

  it('a split whose alerts have ended leaves nothing that resolves later', () => {
    play(
      ...THREE,
      at(60, split(A, 'a2')),
      at(61, resolve('a', 'a2')),
      at(62, undo(D)),
      at(300, expectIncident({ id: D, status: 'merged' }), sound),
    )
  })

  it('a merge whose alerts are all elsewhere by now is refused', () => {
    play(
      ...THREE,
      at(60, merge(A, B)),
      at(61, split(A, 'b1')),
      at(62, undo(A)),
      at(62, refused('not_editable'), sound),
    )
  })

  it('in any order of regroupings keeps every alert in one incident and counts right', () => {
    const anyCommand = fc.tuple(
      fc.nat(3),
      fc.constantFrom(A, B, C, D),
      fc.constantFrom(A, B, C, D),
      fc.subarray(['a1', 'a2', 'b1', 'c1', 'c2']),
    )
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 12 }), (commands) => {
        const deeds = commands.map(
          ([kind, incident, other, names]): Deed =>
            command((story): Command => {
              const members = keys(...names)(story)
              if (kind === 0) return { do: 'merge', incident, from: [other] }
              if (kind === 1) return { do: 'split', incident, members }
              if (kind === 2) return { do: 'move', incident, members, to: other }
              return { do: 'undo', incident }
            }),
        )
        const story = play(...THREE, ...deeds.map((deed, index) => at(60 + index, deed, sound)))
        expect(partition(story.engine).join(' ').split(' ')).toHaveLength(5)
        expect(digest(story.engine)).toContain('edits')
      }),
      { numRuns: RUNS.numRuns * 2 },
    )
  })
})
