import { describe, expect, it } from 'vitest'
import type { AppError } from '../../src/core/errors.ts'
import { countAlerts, getAlert, listAlerts } from '../../src/store/alerts.ts'
import { countDeadLetters } from '../../src/store/dead-letters.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { getIncident } from '../../src/store/incidents.ts'
import { numbers, overEveryBackend } from './harness.ts'
import { aDeadLetter, aDecision, anAlert, anIncident, incidentId } from './samples.ts'

overEveryBackend('records', (on) => {
  describe('the writer', () => {
    it('writes by itself within its window', async () => {
      on.put({ incidents: [anIncident(1)] })
      await on.writer.flushed(on.seq)
      expect(await getIncident(on.store, incidentId(1))).toEqual(anIncident(1))
    })

    it('writes the newest of records that wait together, one insert per table', async () => {
      await on.reopen({ windowMs: 60_000 })
      for (const i of numbers(100)) {
        on.put({
          alerts: [anAlert(1, { reports: i })],
          incidents: [anIncident(1, { title: `${i}` })],
        })
      }
      expect(on.writer.stats()).toMatchObject({ waitingRecords: 2, inserts: 0 })
      await on.writer.flush()
      expect(on.writer.stats()).toMatchObject({ waitingRecords: 0, waitingBytes: 0, inserts: 2 })
      expect((await getAlert(on.store, anAlert(1).id))[0]?.reports).toBe(99)
      expect((await getIncident(on.store, incidentId(1)))?.title).toBe('99')
    })

    it('keeps the highest version, whatever was written last', async () => {
      const stamp = (epoch: number, at: number) => ({ epoch, seq: at, scope: 'default', at })
      on.writer.put({ incidents: [anIncident(1, { title: 'newest' })] }, stamp(2, 1))
      await on.writer.flush()
      on.writer.put({ incidents: [anIncident(1, { title: 'older epoch' })] }, stamp(1, 900))
      await on.writer.flush()
      on.writer.put({ incidents: [anIncident(1, { title: 'older seq' })] }, stamp(2, 0))
      await on.writer.flush()
      expect((await getIncident(on.store, incidentId(1)))?.title).toBe('newest')
      await on.store.exec('test.merge', 'OPTIMIZE TABLE incidents FINAL')
      expect((await getIncident(on.store, incidentId(1)))?.title).toBe('newest')
    })

    it('stores a batch twice as once', async () => {
      const batch = {
        alerts: [anAlert(1)],
        decisions: [aDecision(1)],
        deadLetters: [aDeadLetter(1)],
      }
      for (const _ of numbers(2)) {
        on.writer.put(batch, { epoch: 1, seq: 1, scope: 'default', at: 0 })
        await on.writer.flush()
      }
      expect((await listAlerts(on.store, { limit: 10 })).items).toHaveLength(1)
      expect((await listDecisions(on.store, { limit: 10 })).items).toHaveLength(1)
      expect(await countDeadLetters(on.store)).toBe(1)
    })

    it('waits for exactly what it was asked about', async () => {
      await on.reopen({ windowMs: 60_000 })
      on.put({ incidents: [anIncident(1)] })
      await on.writer.flushed(on.seq - 1)
      expect(on.writer.stats().waitingRecords).toBe(1)
      await on.writer.flush()
      await on.writer.flushed(on.seq)
      await on.writer.flushed(on.seq + 1)
      expect(on.writer.stats().waitingRecords).toBe(0)
    })

    it('asks to wait while too much waits', async () => {
      await on.reopen({ windowMs: 1, highWaterBytes: 1 })
      await on.writer.ready()
      on.put({ incidents: [anIncident(1)] })
      await on.writer.ready()
      expect(on.writer.stats().waitingBytes).toBe(0)
      expect(await getIncident(on.store, incidentId(1))).not.toBeNull()
    })

    it('tries again until the store takes it', async () => {
      const errors: AppError[] = []
      await on.store.exec('test.away', 'RENAME TABLE incidents TO incidents_away')
      let resolve: () => void = () => undefined
      const failed = new Promise<void>((yes) => {
        resolve = yes
      })
      await on.reopen({
        windowMs: 1,
        onError: (cause) => {
          errors.push(cause)
          resolve()
        },
      })
      on.put({ incidents: [anIncident(1)] })
      await failed
      expect(on.writer.stats().waitingRecords).toBe(1)
      await on.store.exec('test.back', 'RENAME TABLE incidents_away TO incidents')
      await on.writer.flush()
      expect(await getIncident(on.store, incidentId(1))).toEqual(anIncident(1))
      expect(errors[0]).toMatchObject({ code: 'store_unavailable' })
      expect(on.writer.stats().failedInserts).toBe(errors.length)
    })

    it('closes also when the store takes nothing', async () => {
      await on.store.exec('test.away', 'RENAME TABLE incidents TO incidents_away')
      on.put({ incidents: [anIncident(1)] })
      const flushed = on.writer.flush().then(
        () => 'written',
        () => 'not written',
      )
      await on.writer.close(50)
      expect(await flushed).toBe('not written')
      await on.store.exec('test.back', 'RENAME TABLE incidents_away TO incidents')
    })

    it('takes large batches in several inserts', async () => {
      on.put({
        deadLetters: numbers(20).map((n) => aDeadLetter(n, { body: 'x'.repeat(1_000_000) })),
        alerts: numbers(12_000).map((n) => anAlert(n)),
      })
      await on.writer.flush()
      expect(await countDeadLetters(on.store)).toBe(20)
      expect(await countAlerts(on.store)).toEqual({ firing: 3000, resolved: 9000 })
    })
  })
})
