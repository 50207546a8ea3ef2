import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { openStore } from '../../src/store/client.ts'
import { eachBackend, type Place, runChild } from '../support/store.ts'
import type { AppenderOptions } from './appender.ts'
import { byReceipt, partFaults, type Stored } from './bodies.ts'

const APPENDER = join(import.meta.dirname, 'appender.ts')

eachBackend('kill -9 inside append', (backend) => {
  let place: Place
  beforeAll(async () => {
    place = await backend.start()
  })
  afterAll(() => place.stop())

  async function stored(): Promise<readonly Stored[]> {
    const store = await openStore(place.target, { lockTtlMs: 1000 })
    const journal = await openJournal(store.journal)
    const found: Stored[] = []
    for await (const { offset, entry } of journal.read(1))
      if (entry.kind === 'received') found.push({ offset, entry })
    await journal.close()
    await store.close()
    return found
  }

  /** Appends until it is killed; answers the bodies that were acknowledged, with the offset of their last part. */
  async function appendUntil(
    fault: string,
    options: Pick<AppenderOptions, 'run' | 'apart'>,
  ): Promise<ReadonlyMap<string, number>> {
    const given: AppenderOptions = { target: place.target, fault, appends: 100_000, ...options }
    const child = await runChild(APPENDER, given)
    expect(child.signal, child.stderr).toBe('SIGKILL')
    return new Map(
      child.lines.map((line): [string, number] => {
        const [n = 0, last = 0] = line.split(' ').map(Number)
        return [`${options.run}/${n}`, last]
      }),
    )
  }

  const acknowledged = new Map<string, number>()

  it.each([
    ['journal.before_insert', 1],
    ['journal.before_ack', 1],
    ['journal.before_insert', 3],
    ['journal.before_ack', 3],
    ['journal.before_insert', 17],
    ['journal.before_ack', 17],
  ])(
    'at %s, pass %i: bodies are there with all their parts or not at all, acknowledged ones once',
    async (point, pass) => {
      const run = `${point}:${pass}`
      const acked = await appendUntil(run, { run })
      for (const [receipt, last] of acked) acknowledged.set(receipt, last)
      if (pass > 1) expect(acked.size).toBeGreaterThan(0)

      const found = await stored()
      const offsets = found.map(({ offset }) => offset)
      expect(new Set(offsets).size, 'no offset twice').toBe(found.length)
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
      expect(partFaults(found, run)).toEqual([])
      const bodies = byReceipt(found)
      for (const [receipt, last] of acknowledged)
        expect(bodies.get(receipt)?.at(-1)?.offset, receipt).toBe(last)
      const ofRun = [...bodies].filter(([receipt]) => receipt.startsWith(`${run}/`))
      if (point === 'journal.before_insert' && pass === 1) expect(ofRun).toEqual([])
      else expect(ofRun.some(([, parts]) => parts.length > 1)).toBe(true)
      if (point === 'journal.before_ack') {
        const more = 'the last batch was stored before it could be acknowledged'
        expect(ofRun.length, more).toBeGreaterThan(acked.size)
      }
    },
  )

  it('would show parts that landed apart: one append for each of them leaves bodies in pieces', async () => {
    const run = 'apart'
    await appendUntil('journal.before_insert:17', { run, apart: true })
    const faults = partFaults(await stored(), run)
    expect(faults.some((fault) => / of [2-4] parts$/.test(fault))).toBe(true)
  })
})
