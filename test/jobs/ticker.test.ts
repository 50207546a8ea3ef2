import { afterEach, beforeEach, expect, it } from 'vitest'
import type { EntryKind } from '../../src/core/entry.ts'
import { createTicker, type Ticker } from '../../src/jobs/ticker.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { createFakeClock, type FakeClock } from '../support/clock.ts'

let clock: FakeClock
let app: TestApp
let ticker: Ticker
const errors: unknown[] = []

beforeEach(async () => {
  errors.length = 0
  clock = createFakeClock()
  app = await startApp({ clock })
  const onError = (cause: unknown): void => {
    errors.push(cause)
  }
  ticker = createTicker({ journey: app.journey, clock, onError })
  ticker.start()
})
afterEach(async () => {
  ticker.stop()
  await app.stop()
})

async function kinds(): Promise<EntryKind[]> {
  await app.settled()
  const found: EntryKind[] = []
  for await (const { entry } of app.journal.read(1)) found.push(entry.kind)
  return found
}

/** The timer fired: its entry is on its way through the journal. */
async function applied(count: number): Promise<void> {
  await expect.poll(() => app.journey.engine.state.offset).toBeGreaterThanOrEqual(count)
}

it('says nothing while nothing is due', async () => {
  clock.advance(3_600_000)
  expect(await kinds()).toEqual([])
  expect(app.journey.engine.nextDeadline()).toBeNull()
})

it('says what time it is when something is due: once, and not before', async () => {
  await app.post('/ingest/generic', firing('DiskFull', 'db-1', { severity: 'warning' }))
  await app.settled()
  const deadline = app.journey.engine.nextDeadline() ?? 0
  expect(deadline).toBeGreaterThan(clock.now())
  clock.advance(deadline - clock.now() - 1)
  expect(await kinds()).toEqual(['received'])
  clock.advance(1)
  await applied(2)
  expect(await kinds()).toEqual(['received', 'time'])
  expect(app.journey.engine.state.now).toBe(deadline)
  expect(errors).toEqual([])
})

it('opens an incident in its time although nothing more is heard', async () => {
  await app.post('/ingest/generic', firing('DiskFull', 'db-1', { severity: 'warning' }))
  await app.settled()
  const incident = () => [...app.journey.engine.state.incidents.values()][0]
  expect(incident()?.status).toBe('provisional')
  for (let n = 0; n < 20 && incident()?.status === 'provisional'; n++) {
    const { offset } = app.journey.engine.state
    clock.advance((app.journey.engine.nextDeadline() ?? 0) - clock.now())
    await applied(offset + 1)
  }
  expect(incident()).toMatchObject({ status: 'open', openedAt: clock.now() })
})

it('follows the next deadline wherever an entry moves it', async () => {
  await app.post('/ingest/generic', firing('DiskFull', 'db-1', { severity: 'warning' }))
  await app.settled()
  const later = app.journey.engine.nextDeadline() ?? 0
  clock.advance(100)
  const endsAt = new Date(clock.now() + 200).toISOString()
  const matchers = [{ name: 'host', value: 'web-1' }]
  await app.post('/api/v1/silences', { matchers, endsAt, comment: 'short' })
  const sooner = app.journey.engine.nextDeadline() ?? 0
  expect(sooner).toBeLessThan(later)
  clock.advance(sooner - clock.now())
  await applied(3)
  expect(await kinds()).toEqual(['received', 'silence', 'time'])
})

it('needs no more entries than there are deadlines', async () => {
  await app.post('/ingest/generic', firing('DiskFull', 'db-1', { severity: 'warning' }))
  await app.settled()
  let deadlines = 0
  for (let n = 0; n < 50; n++) {
    const deadline = app.journey.engine.nextDeadline()
    if (deadline === null || deadline > clock.now() + 60_000) break
    deadlines += 1
    const { offset } = app.journey.engine.state
    clock.advance(Math.max(0, deadline - clock.now()))
    await applied(offset + 1)
    await app.settled()
  }
  expect(deadlines).toBeGreaterThan(0)
  const times = (await kinds()).filter((kind) => kind === 'time')
  expect(times).toHaveLength(deadlines)
})

it('says nothing after it was stopped', async () => {
  await app.post('/ingest/generic', firing('DiskFull', 'db-1', { severity: 'warning' }))
  await app.settled()
  ticker.stop()
  clock.advance(3_600_000)
  expect(await kinds()).toEqual(['received'])
})

it('tries again where the journal does not take it', async () => {
  await app.post('/ingest/generic', firing('DiskFull', 'db-1', { severity: 'warning' }))
  await app.settled()
  await app.journal.close()
  const wait = (app.journey.engine.nextDeadline() ?? 0) - clock.now()
  clock.advance(wait)
  await expect.poll(() => errors.length).toBe(1)
  expect(errors[0]).toMatchObject({ code: 'store_unavailable' })
  clock.advance(1000)
  await expect.poll(() => errors.length).toBe(2)
})
