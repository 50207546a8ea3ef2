import { afterEach, describe, expect, it } from 'vitest'
import { Engine } from '../../src/core/engine/engine.ts'
import { restoreEngine } from '../../src/core/engine/snapshot.ts'
import { createSnapshots, type Snapshots, type SnapshotsDeps } from '../../src/jobs/snapshots.ts'
import { decode } from '../../src/journey.ts'
import { latestSnapshot } from '../../src/store/snapshots.ts'
import { type AppOptions, CMDB, firing, startApp, type TestApp } from '../support/app.ts'
import { createFakeClock } from '../support/clock.ts'
import { digest } from '../support/engine-digest.ts'

let app: TestApp
let errors: unknown[] = []
afterEach(() => app.stop())

async function start(
  options: AppOptions = {},
  more: Partial<SnapshotsDeps> = {},
): Promise<Snapshots> {
  errors = []
  app = await startApp(options)
  const { journey } = app
  const { store, records, metrics, clock } = app.deps
  const onError = (cause: unknown): void => {
    errors.push(cause)
  }
  return createSnapshots({ journey, store, records, metrics, clock, onError, ...more })
}

/** An engine out of the newest snapshot and the journal's tail; without one, out of the journal. */
async function recovered(): Promise<{ engine: Engine; from: number }> {
  const snapshot = await latestSnapshot(app.deps.store)
  let engine = new Engine()
  if (snapshot !== null) {
    const restoring = restoreEngine()
    for await (const chunk of snapshot.chunks) restoring.add(chunk)
    engine = restoring.finish() ?? engine
  }
  const from = engine.state.offset
  expect(from).toBe(snapshot?.offset ?? 0)
  for await (const record of app.journal.read(from + 1))
    engine.apply(record, decode(record.entry, engine.state.rules))
  return { engine, from }
}

const story = async (round: number): Promise<void> => {
  const alerts = Array.from({ length: 40 }, (_, n) => firing(`Rule${n % 7}`, `host-${round}-${n}`))
  await app.post('/ingest/generic', alerts)
}

describe('a snapshot', () => {
  it('with the tail is the state: nothing is lost and nothing is told twice', async () => {
    const snapshots = await start()
    await app.post('/api/v1/topology', CMDB)
    await app.post('/api/v1/articles', { articles: [{ id: 'a', title: 'A', body: 'b' }] })
    await app.post('/api/v1/changes', { title: 'x', ci: ['orders'] })
    await story(1)
    await app.settled()
    const { offset } = app.journey.engine.state
    const report = await snapshots.take()
    expect(report).toMatchObject({ offset, chunks: expect.any(Number), size: expect.any(Number) })
    expect(report?.chunks).toBeGreaterThan(5)
    await story(2)
    await app.settled()
    const { engine, from } = await recovered()
    expect(from).toBe(offset)
    expect(digest(engine)).toBe(digest(app.journey.engine))
    expect(errors).toEqual([])
  })

  it('waits for an import into the CMDB to end: half of one is in none', async () => {
    const snapshots = await start()
    const part = (number: number, more: object) =>
      app.journey.submit((at, scope) => ({
        ...{ kind: 'cmdb', at, scope, import: 'half', source: 'a', rank: 1 },
        ...{ format: 'csv', actor: 'me', part: number, records: [], link: [], unlink: [] },
        ...more,
      }))
    await part(0, {})
    expect(await snapshots.take()).toBeNull()
    const counts = {
      ...{ added: 0, changed: 0, unchanged: 0, returned: 0, retired: 0 },
      ...{ linked: 0, unlinked: 0, conflicts: 0, bad: 0 },
    }
    const diff = { added: [], changed: [], retired: [], conflicts: [], bad: [] }
    await part(1, { end: { counts, diff, undoes: null } })
    expect(await snapshots.take()).not.toBeNull()
    expect(errors).toEqual([])
  })

  it('is of one moment, also while much goes on, and is finished then too', async () => {
    const snapshots = await start()
    await app.post('/api/v1/topology', CMDB)
    for (let round = 0; round < 5; round++) await story(round)
    let sending = true
    let rounds = 0
    const load = (async () => {
      while (sending) {
        await Promise.all([story(100 + rounds), story(10_000 + rounds)])
        rounds += 1
      }
    })()
    const before = app.journey.engine.state.offset
    const first = await snapshots.take()
    const second = await snapshots.take()
    sending = false
    await load
    await app.settled()
    expect(errors).toEqual([])
    expect(rounds).toBeGreaterThan(0)
    expect(first?.offset).toBeGreaterThanOrEqual(before)
    expect(second?.offset).toBeGreaterThan(first?.offset ?? 0)
    const { engine, from } = await recovered()
    expect(from).toBe(second?.offset)
    expect(digest(engine)).toBe(digest(app.journey.engine))
  })

  it('is measured', async () => {
    const snapshots = await start()
    await story(1)
    const report = await snapshots.take()
    const { body } = await app.get('/metrics')
    const value = (name: string): number =>
      Number(new RegExp(`^${name} (.*)$`, 'm').exec(String(body))?.[1])
    expect(value('faultline_snapshot_size_bytes')).toBe(report?.size)
    expect(value('faultline_snapshot_pause_seconds')).toBe((report?.pauseMs ?? 0) / 1000)
    expect(value('faultline_snapshot_duration_seconds_count')).toBe(1)
    const age = app.deps.clock.now() / 1000 - value('faultline_snapshot_last_timestamp_seconds')
    expect(age).toBeGreaterThanOrEqual(0)
  })
})

describe('a snapshot whose news are not durable', () => {
  it('is given up, and the next one is whole', async () => {
    let hold = true
    let letGo: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const announce = () => (hold ? held : Promise.resolve())
    const snapshots = await start({ announce }, { patienceMs: 300 })
    await story(1)
    expect(await snapshots.take()).toBeNull()
    expect(errors).toMatchObject([{ code: 'overloaded' }])
    expect(await latestSnapshot(app.deps.store)).toBeNull()
    hold = false
    letGo()
    await app.settled()
    expect(await snapshots.take()).not.toBeNull()
    const { engine, from } = await recovered()
    expect(from).toBeGreaterThan(0)
    expect(digest(engine)).toBe(digest(app.journey.engine))
  })
})

describe('the turn of a snapshot', () => {
  const MINUTE = 60_000
  const finished = async () => (await latestSnapshot(app.deps.store))?.offset ?? 0

  it('comes every minute where there is something new, and at the end', async () => {
    const clock = createFakeClock()
    const snapshots = await start({ clock })
    snapshots.start()
    await app.post('/ingest/generic', firing('One', 'a'))
    await app.settled()
    clock.advance(MINUTE - 1)
    expect(await finished()).toBe(0)
    clock.advance(5000)
    await expect.poll(finished).toBe(1)
    for (let n = 0; n < 100; n++) clock.advance(MINUTE / 10)
    await app.settled()
    expect(await finished()).toBe(1)
    await app.post('/ingest/generic', firing('Two', 'b'))
    await app.settled()
    await snapshots.stop()
    expect(await finished()).toBe(2)
    const count = async () => {
      const { body } = await app.get('/metrics')
      return /^faultline_snapshot_duration_seconds_count (\d+)$/m.exec(body)?.[1]
    }
    const taken = await count()
    expect(Number(taken)).toBeGreaterThanOrEqual(2)
    await snapshots.stop()
    expect(await count()).toBe(taken)
  })

  it('comes early after many entries', async () => {
    const clock = createFakeClock()
    const snapshots = await start({ clock }, { intervalEntries: 5 })
    snapshots.start()
    for (let n = 0; n < 5; n++) await app.post('/ingest/generic', firing('One', `h-${n}`))
    await app.settled()
    clock.advance(5000)
    await expect.poll(finished).toBe(5)
    await snapshots.stop()
  })
})
