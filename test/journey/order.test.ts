/** The order of entries, and appends of which nobody knows whether they were stored. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Engine } from '../../src/core/engine/engine.ts'
import type { JournalRecord } from '../../src/core/entry.ts'
import { AppError } from '../../src/core/errors.ts'
import { ledgerFaults, readLedger } from '../../src/core/ledger.ts'
import { seeded } from '../../src/demo/random.ts'
import { decode, MAX_LAG } from '../../src/journey.ts'
import { createWorld } from '../crash/bodies.ts'
import { digest } from '../support/engine-digest.ts'
import { eachBackend, overHttp, type Place } from '../support/store.ts'
import { own, START } from './bodies.ts'
import { openProgram, type Program } from './program.ts'

async function journalOf({ journal }: Program): Promise<JournalRecord[]> {
  const records: JournalRecord[] = []
  for await (const record of journal.read(1)) records.push(record)
  return records
}

/** The state that a fold of the whole journal, from nothing, comes to. */
async function foldedAnew(program: Program): Promise<Engine> {
  const engine = new Engine()
  for (const record of await journalOf(program))
    engine.apply(record, decode(record.entry, engine.state.rules))
  return engine
}

/** Gaps in the journal carry the offset on, nothing else. */
const ASIDE = ['offset']

eachBackend('many at once', (backend) => {
  let place: Place
  let program: Program
  beforeEach(async () => {
    place = await backend.start()
    program = await openProgram(place)
  })
  afterEach(async () => {
    await program.crash()
    await place.stop()
  })

  it('are decided in the order of the journal', async () => {
    const world = createWorld('w', seeded(7))
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_none, i) => {
        if (i % 50 === 49) {
          const command = { do: 'comment', incident: 'INC-000001', text: `note ${i}` } as const
          return program.command(command).then(() => null)
        }
        const { source, text } = world.next(START + i)
        return program.post(source, text)
      }),
    )
    await program.settled()
    const receipts = answers.flatMap((answer) => (answer === null ? [] : [answer.receipt]))
    const stored = (await journalOf(program)).flatMap(({ entry }) =>
      entry.kind === 'received' ? [entry.receipt] : [],
    )
    expect(stored).toEqual(receipts)
    expect(digest(program.journey.engine)).toBe(digest(await foldedAnew(program)))
    expect(program.faults).toEqual([])
  })
})

describe('an append that nobody answers', () => {
  let place: Place
  let program: Program
  beforeEach(async () => {
    place = await overHttp.start()
    program = await openProgram(place)
  })
  afterEach(async () => {
    await program.crash()
    await place.stop()
  })

  /**
   * Lets the connection of the next insert into the journal break; `deaf`: also that of the
   * statement after it, by which the program would find out what became of it.
   */
  const breakNext = (treatment: 'break_before' | 'break_after', deaf = false): void => {
    const { http } = place
    if (http === null) throw new Error('it does not listen')
    let broken = false
    http.treat = (sql) => {
      if (broken && sql.includes('KILL QUERY')) {
        http.treat = null
        return 'break_before'
      }
      if (broken || !/^INSERT INTO \S*journal\b/.test(sql.trim())) return 'run'
      if (deaf) broken = true
      else http.treat = null
      return treatment
    }
  }

  it.each([
    ['was stored', 'break_after', false, 'stored'],
    ['was not stored', 'break_before', false, 'store_unavailable'],
    ['was stored, which nobody could find out', 'break_after', true, 'store_unavailable'],
    ['was not stored, which nobody could find out', 'break_before', true, 'store_unavailable'],
  ] as const)('and %s: it is decided as the journal says', async (_name, how, deaf, answered) => {
    await program.post('generic', own('firing', 'First', 'db-1'))
    breakNext(how, deaf)
    const answer = await program.post('generic', own('firing', 'Second', 'db-1')).then(
      () => 'stored',
      (cause: unknown) => (cause instanceof AppError ? cause.code : 'another error'),
    )
    expect(answer).toBe(answered)
    await program.post('generic', own('firing', 'Third', 'db-1'))
    await program.settled()
    const stored = how === 'break_after' ? ['Second'] : []
    const entries = (await journalOf(program)).map(({ entry }) => JSON.stringify(entry))
    expect(entries.filter((text) => text.includes('Second'))).toHaveLength(stored.length)
    const { engine } = program.journey
    const names = [...engine.state.alerts.values()].map(({ rule }) => rule).sort()
    expect(names).toEqual(['First', ...stored, 'Third'])
    expect(digest(engine, ASIDE)).toBe(digest(await foldedAnew(program), ASIDE))
    expect(program.faults).toEqual([])
  })

  it('and is sent again is one alert', async () => {
    breakNext('break_after', true)
    const body = own('firing', 'Twice', 'db-1', { startsAt: 0 })
    await program.post('generic', body).catch(() => undefined)
    await program.post('generic', body)
    await program.settled()
    const { alerts, ledger, incidents } = program.journey.engine.state
    expect(alerts.size).toBe(1)
    expect(incidents.size).toBe(1)
    expect(ledger.outcomes['generic']).toMatchObject({ opened: 1, repeated: 1 })
    expect(ledgerFaults(readLedger(ledger))).toEqual([])
  })

  it('is there after a restart, also where nothing came after it', async () => {
    breakNext('break_after', true)
    await program.post('generic', own('firing', 'Last', 'db-1')).catch(() => undefined)
    const { clock } = program
    await program.crash()
    program = await openProgram(place, { clock })
    expect([...program.journey.engine.state.alerts.values()].map(({ rule }) => rule)).toEqual([
      'Last',
    ])
    expect(digest(program.journey.engine, ASIDE)).toBe(digest(await foldedAnew(program), ASIDE))
  })
})

describe('too much at once', () => {
  it('is refused by a journal that cannot keep up, and nothing of it is there', async () => {
    const place = await overHttp.start()
    const program = await openProgram(place, { journal: { queueBytes: 20_000 } })
    const sent = await Promise.all(
      Array.from({ length: 200 }, (_none, i) =>
        program.post('generic', own('firing', `R${i}`, 'db-1')).then(
          () => ({ i, code: 'stored' }),
          (cause: unknown) => ({ i, code: cause instanceof AppError ? cause.code : String(cause) }),
        ),
      ),
    )
    await program.settled()
    const codes = new Set(sent.map(({ code }) => code))
    expect([...codes].sort()).toEqual(['overloaded', 'stored'])
    const right = sent.filter(({ code }) => code === 'stored').map(({ i }) => `R${i}`)
    const rules = [...program.journey.engine.state.alerts.values()].map(({ rule }) => rule)
    expect(rules.sort()).toEqual(right.sort())
    expect(program.faults).toEqual([])
    await program.crash()
    await place.stop()
  })

  it('is refused while the records cannot be written, and goes on when they can', async () => {
    const place = await overHttp.start()
    const { http } = place
    if (http === null) throw new Error('it does not listen')
    const program = await openProgram(place, { records: { highWaterBytes: 1, windowMs: 1 } })
    http.treat = (sql) => (/^INSERT INTO \S*alerts\b/.test(sql.trim()) ? 'break_before' : 'run')
    await program.post('generic', own('firing', 'First', 'db-1'))
    const full: Promise<unknown>[] = []
    let refused: unknown = null
    for (let i = 0; refused === null && i < 2 * MAX_LAG; i += 1000) {
      const some = Array.from({ length: 1000 }, () => program.post('generic', []))
      full.push(...some)
      const results = await Promise.allSettled(some)
      refused = results.find(({ status }) => status === 'rejected') ?? null
    }
    expect(refused).toMatchObject({ reason: { code: 'overloaded' } })
    expect(program.journey.lag()).toBeGreaterThan(MAX_LAG - 1000)
    http.treat = null
    await program.settled()
    expect(program.journey.lag()).toBe(0)
    const stored = (await Promise.allSettled(full)).filter(({ status }) => status === 'fulfilled')
    const received = (await journalOf(program)).filter(({ entry }) => entry.kind === 'received')
    expect(received).toHaveLength(stored.length + 1)
    await program.post('generic', own('firing', 'Last', 'db-1'))
    await program.crash()
    await place.stop()
  })
})
