/** Laws of the engine over generated journals (test/core/engine/streams.ts). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Applied } from '../../../src/core/engine/engine.ts'
import type { IngestItem, Labels } from '../../../src/core/model.ts'
import { digest } from '../../support/engine-digest.ts'
import { expectSound } from './invariants.ts'
import { after, anyStream, fold, type Recorded, RUNS, renumber, tick, unfold } from './streams.ts'

describe('every journal', () => {
  it('keeps each firing alert in exactly one incident, and all counters true', () => {
    fc.assert(
      fc.property(anyStream(), (stream) => {
        const journal = unfold(stream)
        const end = tick(journal.length + 1, after(journal, 90_000))
        fold([...journal, end], (engine) => expectSound(engine))
      }),
      RUNS,
    )
  })

  it('gives byte-identical answers each time, numbered upwards, in time', () => {
    fc.assert(
      fc.property(anyStream(), (stream) => {
        const journal = unfold(stream)
        const { applied } = fold(journal)
        expect(JSON.stringify(fold(journal).applied)).toBe(JSON.stringify(applied))
        const decisions = applied.flatMap((one) => one.decisions)
        expect(decisions.map(({ seq }) => seq)).toEqual(decisions.map((_, index) => index + 1))
        const times = decisions.map(({ at }) => at)
        expect(times).toEqual([...times].sort((a, b) => a - b))
      }),
      RUNS,
    )
  })
})

describe('what people know of', () => {
  it('keeps its alerts, whatever is learned and proposed, unless a person regroups it', () => {
    fc.assert(
      fc.property(anyStream(), (stream) => {
        let known = new Map<string, readonly string[]>()
        fold(unfold(stream), ({ state }, _, { record: { entry } }) => {
          for (const [id, before] of entry.kind === 'command' ? [] : known) {
            const members = state.incidents.get(id)?.members
            const left = before.filter((key) => members?.get(key) === undefined)
            expect(members === undefined ? [] : left).toEqual([])
          }
          const told = [...state.incidents.values()].filter(
            ({ notifiedAt, acknowledgedAt, edited }) =>
              notifiedAt !== null || acknowledgedAt !== null || edited,
          )
          known = new Map(told.map(({ id, members }) => [id, [...members.keys()]]))
        })
      }),
      RUNS,
    )
  })
})

describe('what changes nothing', () => {
  it('is how often time entries come', () => {
    fc.assert(
      fc.property(anyStream(), fc.array(fc.nat(20_000)), (stream, seconds) => {
        const journal = [...unfold(stream)]
        journal.push(tick(journal.length + 1, after(journal, 20_000)))
        const first = journal[0]?.record.entry.at ?? 0
        const ticks = seconds
          .map((second) => tick(0, first + second * 1000))
          .filter(({ record }) => !isDown(journal, record.entry.at))
        const often = renumber([...journal, ...ticks].sort(byTime))
        const [a, b] = [fold(journal), fold(often)]
        expect(digest(b.engine, ['offset'])).toBe(digest(a.engine, ['offset']))
        expect(decisionsOf(b.applied)).toEqual(decisionsOf(a.applied))
      }),
      RUNS,
    )
  })

  it('is the order of labels', () => {
    fc.assert(
      fc.property(anyStream(), (stream) => {
        const journal = unfold(stream)
        const turned = journal.map((one) => ({ ...one, items: one.items.map(turnLabels) }))
        const [a, b] = [fold(journal), fold(turned)]
        expect(digest(b.engine)).toBe(digest(a.engine))
        expect(decisionsOf(b.applied)).toEqual(decisionsOf(a.applied))
      }),
      RUNS,
    )
  })

  it('is a body that comes twice, apart from what counts reports', () => {
    const counts = ['offset', 'seq', 'ledger', 'reports', 'writtenAt']
    fc.assert(
      fc.property(anyStream(), fc.func(fc.boolean()), (stream, isTwice) => {
        const journal = unfold(stream)
        const often = journal.flatMap((one) =>
          one.record.entry.kind === 'received' && isTwice(one.record.offset) ? [one, one] : [one],
        )
        const [a, b] = [fold(journal), fold(renumber(often))]
        expect(digest(b.engine, counts)).toBe(digest(a.engine, counts))
      }),
      RUNS,
    )
  })
})

/** Whether the process was down then: nothing is written in such a gap. */
function isDown(journal: readonly Recorded[], at: number): boolean {
  return journal.some(
    ({ record: { entry } }) =>
      entry.kind === 'engine' && at > (entry.downSince ?? entry.at) && at < entry.at,
  )
}

function byTime(a: Recorded, b: Recorded): number {
  return a.record.entry.at - b.record.entry.at
}

function decisionsOf(applied: readonly Applied[]): unknown[] {
  return applied.flatMap(({ decisions }) => decisions)
}

function turnLabels(item: IngestItem): IngestItem {
  if (item.kind !== 'alert') return item
  return { ...item, labels: turned(item.labels), identity: turned(item.identity) }
}

function turned(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).reverse())
}
