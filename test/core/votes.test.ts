import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VoteState } from '../../src/core/tallies.ts'
import { DAY } from '../../src/core/time.ts'
import { addVote, takeVote, VOTE_HALF_LIFE_DAYS, votesFor } from '../../src/core/votes.ts'

const record = (more: Partial<VoteState> = {}): VoteState => ({
  ...{ snap: 0, key: 'k', scope: 'default', article: 'a', signature: 's' },
  ...{ helpful: 0, notHelpful: 0, at: 0, ...more },
})

const of = (now: number, ...signatures: string[]) => ({
  scope: 'default',
  signatures: new Set(signatures),
  now,
})

describe('votes', () => {
  it('halve in 90 days', () => {
    const found = votesFor([record({ helpful: 4, notHelpful: 2 })], of(90 * DAY, 's'))
    expect(found.get('a')).toEqual({ helpful: 2, notHelpful: 1 })
  })

  it('stay as they are within a day', () => {
    const found = votesFor([record({ helpful: 4 })], of(DAY - 1, 's'))
    expect(found.get('a')).toEqual({ helpful: 4, notHelpful: 0 })
  })

  it('fade however often people vote meanwhile', () => {
    const often = record({ helpful: 8 })
    for (let hour = 6; hour <= 90 * 24; hour += 6) addVote(often, false, (hour * DAY) / 24)
    expect(often.helpful).toBeCloseTo(4, 9)
  })

  it('leave nothing of one that is taken back, however long after', () => {
    fc.assert(
      fc.property(fc.nat(400 * DAY), fc.nat(400 * DAY), fc.boolean(), (then, later, helpful) => {
        const one = record({ helpful: 3 })
        const without = record({ helpful: 3 })
        addVote(one, helpful, then)
        const cast = { helpful, since: one.at }
        addVote(without, true, then)
        addVote(one, true, then + later)
        addVote(without, true, then + later)
        takeVote(one, cast)
        takeVote(without, { helpful: true, since: cast.since })
        expect(one.helpful).toBeCloseTo(without.helpful, 9)
        expect(one.notHelpful).toBeCloseTo(0, 9)
      }),
    )
  })

  it('one vote stays one however many kinds of alert its incident had', () => {
    const kinds = ['s', 't', 'u'].map((signature) => record({ signature, helpful: 1 }))
    expect(votesFor(kinds, of(0, 's', 't', 'u')).get('a')).toEqual({ helpful: 1, notHelpful: 0 })
  })

  it('count only within their scope and for their alerts', () => {
    const votes = [record({ helpful: 1 }), record({ scope: 'other', helpful: 9 })]
    expect(votesFor(votes, of(0, 's')).get('a')).toEqual({ helpful: 1, notHelpful: 0 })
    expect(votesFor(votes, of(0, 't')).size).toBe(0)
  })

  it('never grow by time, and do not depend on their order', () => {
    const some = fc.record({
      signature: fc.constantFrom('s', 't'),
      helpful: fc.nat(9),
      notHelpful: fc.nat(9),
      at: fc.integer({ min: 0, max: 400 * DAY }),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 6 }), fc.nat(900 * DAY), (parts, now) => {
        const votes = parts.map(record)
        const found = votesFor(votes, of(now, 's', 't'))
        expect(votesFor([...votes].reverse(), of(now, 's', 't'))).toEqual(found)
        const most = Math.max(0, ...votes.map(({ helpful, notHelpful }) => helpful + notHelpful))
        for (const { helpful, notHelpful } of found.values())
          expect(helpful + notHelpful).toBeLessThanOrEqual(most)
        const later = votesFor(votes, of(now + VOTE_HALF_LIFE_DAYS * DAY, 's', 't'))
        expect([...later.keys()].sort()).toEqual([...found.keys()].sort())
      }),
    )
  })
})
