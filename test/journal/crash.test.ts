import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { openStore } from '../../src/store/client.ts'
import { eachBackend, type Place, runChild } from '../support/store.ts'
import { type AppenderOptions, entriesOf } from './appender.ts'

const APPENDER = join(import.meta.dirname, 'appender.ts')

eachBackend('kill -9 inside append', (backend) => {
  let place: Place
  beforeAll(async () => {
    place = await backend.start()
  })
  afterAll(() => place.stop())

  async function stored(): Promise<{ offset: number; receipt: string }[]> {
    const store = await openStore(place.target, { lockTtlMs: 1000 })
    const journal = await openJournal(store.journal)
    const found: { offset: number; receipt: string }[] = []
    for await (const { offset, entry } of journal.read(1)) {
      if (entry.kind === 'received') found.push({ offset, receipt: entry.receipt })
    }
    await journal.close()
    await store.close()
    return found
  }

  const acknowledged = new Map<string, number>()

  it.each([
    ['journal.before_insert', 1],
    ['journal.before_ack', 1],
    ['journal.before_insert', 3],
    ['journal.before_ack', 3],
    ['journal.before_insert', 17],
    ['journal.before_ack', 17],
  ])('at %s, pass %i: what was acknowledged is there, nothing twice', async (point, pass) => {
    const run = `${point}:${pass}`
    const options: AppenderOptions = {
      target: place.target,
      fault: run,
      run,
      appends: 100_000,
    }
    const child = await runChild(APPENDER, options)
    expect(child.signal, child.stderr).toBe('SIGKILL')
    for (const line of child.lines) {
      const [n = 0, last = 0] = line.split(' ').map(Number)
      const entries = entriesOf(run, n)
      for (const [i, entry] of entries.entries()) {
        if (entry.kind !== 'received') continue
        acknowledged.set(entry.receipt, last - entries.length + 1 + i)
      }
    }
    if (pass > 1) expect(child.lines.length).toBeGreaterThan(0)

    const found = await stored()
    const byReceipt = new Map(found.map(({ offset, receipt }) => [receipt, offset]))
    expect(byReceipt.size, 'no receipt twice').toBe(found.length)
    expect(new Set(found.map(({ offset }) => offset)).size, 'no offset twice').toBe(found.length)
    const offsets = found.map(({ offset }) => offset)
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
    for (const [receipt, offset] of acknowledged) {
      expect(byReceipt.get(receipt), receipt).toBe(offset)
    }
    // an append is there whole or not at all
    const ofRun = found.filter(({ receipt }) => receipt.startsWith(`${run}/`))
    const appends = new Map<number, number>()
    for (const { receipt } of ofRun) {
      const n = Number(receipt.split('/')[1])
      appends.set(n, (appends.get(n) ?? 0) + 1)
    }
    for (const [n, count] of appends) expect(count).toBe(entriesOf(run, n).length)
    if (point === 'journal.before_ack') {
      expect(
        ofRun.length,
        'the last batch was stored before it could be acknowledged',
      ).toBeGreaterThan(child.lines.length === 0 ? 0 : child.lines.length)
    }
  })
})
