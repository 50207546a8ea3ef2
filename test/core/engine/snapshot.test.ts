/** Law: a snapshot at any offset, with the tail of the journal, is the full fold. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Applied, Engine } from '../../../src/core/engine/engine.ts'
import { beginSnapshot, type Chunk, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { at, ci, cmdb, fire, play, resolve, together } from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'
import { after, anyStream, type Recorded, RUNS, tick, unfold } from './streams.ts'

interface Run {
  readonly engine: Engine
  readonly tail: readonly Applied[]
  readonly chunks: readonly Chunk[]
  readonly offset: number
}

/** Folds a journal; from `start` on, `steps` chunks of a snapshot are taken after each entry. */
function run(journal: readonly Recorded[], start: number, steps: number): Run {
  const engine = new Engine()
  const chunks: Chunk[] = []
  const tail: Applied[] = []
  let snapshot: ReturnType<typeof beginSnapshot> | null = null
  const take = (count: number): void => {
    for (let step = 0; step < count; step++) {
      const chunk = snapshot?.next() ?? null
      if (chunk === null) return
      chunks.push(chunk)
    }
  }
  journal.forEach(({ record, items }, index) => {
    if (index === start) snapshot = beginSnapshot(engine, 1)
    const applied = engine.apply(record, items)
    if (index < start) return
    tail.push(applied)
    take(steps)
  })
  take(Number.MAX_SAFE_INTEGER)
  return { engine, tail, chunks, offset: start }
}

/** Through JSON, as the store keeps it. */
function restore(chunks: readonly Chunk[]): Engine {
  const restoring = restoreEngine()
  const stored: unknown = JSON.parse(JSON.stringify(chunks))
  for (const chunk of stored as readonly Chunk[]) restoring.add(chunk)
  const engine = restoring.finish()
  if (engine === null) throw new Error('the format of its own snapshot is unknown to it')
  return engine
}

function foldTail(engine: Engine, journal: readonly Recorded[], start: number): Applied[] {
  return journal.slice(start).map(({ record, items }) => engine.apply(record, items))
}

describe('a snapshot', () => {
  it('with the tail of the journal is the full fold, whatever happens while it is taken', () => {
    fc.assert(
      fc.property(anyStream(), fc.nat(), fc.nat(4), (stream, cut, steps) => {
        const journal = [...unfold(stream)]
        for (const seconds of [30, 60, 300, 4000, 90_000])
          journal.push(tick(journal.length + 1, after(journal, seconds)))
        const start = cut % journal.length
        const full = run(journal, start, steps)
        const restored = restore(full.chunks)
        const tail = foldTail(restored, journal, start)
        expect(JSON.stringify(tail, null, 1)).toBe(JSON.stringify(full.tail, null, 1))
        expect(digest(restored)).toBe(digest(full.engine))
      }),
      RUNS,
    )
  })

  it('of a restored engine is the snapshot it was restored from', () => {
    fc.assert(
      fc.property(anyStream(), (stream) => {
        const journal = unfold(stream)
        const first = run(journal, journal.length - 1, 0)
        const [again] = [restore(first.chunks)]
        const second = restore(takeAll(again, 7))
        expect(digest(second)).toBe(digest(again))
      }),
      RUNS,
    )
  })

  it('holds the topology and the articles of its offset, not of its first chunk', () => {
    const story = play(at(0, cmdb({ items: [ci('web-1')], relations: [] })))
    const snapshot = beginSnapshot(story.engine, 1)
    const before = digest(story.engine)
    story.apply(
      {
        kind: 'topology',
        at: story.engine.state.now,
        scope: 'default',
        version: 't2',
        mode: 'replace',
        items: [],
        relations: [],
      },
      [],
    )
    const chunks: Chunk[] = []
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) chunks.push(chunk)
    expect(digest(restore(chunks))).toBe(before)
  })

  it('of a flapping alert knows when that will have settled', () => {
    const flaps = Array.from({ length: 8 }, (_, n) =>
      at(n * 60, n % 2 === 0 ? fire('web-1', 'down') : resolve('web-1', 'down')),
    )
    const { engine } = play(...flaps)
    const restored = restore(takeAll(engine, 1))
    // timers of its earlier changes come due on the way, which a restart does not know
    const told: string[] = []
    for (let n = 1; n <= 100; n++) {
      const { record } = tick(50 + n, engine.state.now + 30_000)
      const [a, b] = [engine, restored].map((one) => one.apply(record).decisions)
      expect(b).toEqual(a)
      expect(digest(restored)).toBe(digest(engine))
      told.push(...(a ?? []).map(({ action }) => action))
    }
    expect(told).toContain('alert.settled')
  })

  it('places an alert once that fires again after its incident was closed', () => {
    const { engine } = play(
      at(0, fire('web-1', 'odd', { severity: 'info', reporter: 'a' })),
      at(1, resolve('web-1', 'odd', { reporter: 'a' })),
      at(90, fire('web-1', 'odd', { severity: 'info', reporter: 'b', startsAt: 0 })),
    )
    expect(engine.state.incidents.size).toBe(2)
    const all = (one: Engine) => one.ix.placements.of('default').latest(engine.state.now, 9)
    expect(all(restore(takeAll(engine, 1)))).toEqual(all(engine))
  })

  it.each([['older'], ['newer']])('in an %s format is none', (age) => {
    const { engine } = play(at(0, fire('web-1', 'down')))
    const [head, ...others] = takeAll(engine, 1)
    const { format, ...rest } = JSON.parse(head?.data ?? '') as { readonly format: number }
    const data = JSON.stringify(age === 'older' ? rest : { ...rest, format: format + 1 })
    const restoring = restoreEngine()
    restoring.add({ kind: 'state', data })
    for (const { kind } of others) restoring.add({ kind, data: 'in a form nobody here knows' })
    expect(restoring.finish()).toBeNull()
  })

  it('cuts its chunks by their length, however many members an incident has', () => {
    const long = 'x'.repeat(20_000)
    const deeds = Array.from({ length: 60 }, (_, n) =>
      fire('web-1', `r${n}`, { annotations: { long } }),
    )
    const { engine } = play(at(1, together(...deeds)))
    expect(engine.state.incidents.size).toBe(1)
    const sizes = takeAll(engine, 1).map(({ data }) => data.length)
    expect(Math.max(...sizes)).toBeLessThan(256 * 1024 + 2 * long.length)
    expect(sizes.length).toBeGreaterThan(8)
  })

  it('that was given up leaves nothing behind', () => {
    const story = play(at(0, fire('web-1', 'down')), at(5, resolve('web-1', 'down')))
    const snapshot = beginSnapshot(story.engine, 1)
    snapshot.next()
    snapshot.abort()
    expect(digest(restore(takeAll(story.engine, 2)))).toBe(digest(story.engine))
  })
})

function takeAll(engine: Engine, number: number): Chunk[] {
  const snapshot = beginSnapshot(engine, number)
  const chunks: Chunk[] = []
  for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) chunks.push(chunk)
  return chunks
}
