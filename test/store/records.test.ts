import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AppError } from '../../src/core/errors.ts'
import type { AlertRecord } from '../../src/core/record.ts'
import { alertsOfIncident, countAlerts, getAlert, listAlerts } from '../../src/store/alerts.ts'
import { getArticle, listArticles } from '../../src/store/articles.ts'
import { listChanges } from '../../src/store/changes.ts'
import { openStore, type Store } from '../../src/store/client.ts'
import { getCi, listCis, listRelations, neighbours } from '../../src/store/cmdb.ts'
import { countDeadLetters, getDeadLetter, listDeadLetters } from '../../src/store/dead-letters.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { countIncidents, getIncident, listIncidents } from '../../src/store/incidents.ts'
import type { Page } from '../../src/store/page.ts'
import { TABLES } from '../../src/store/pending.ts'
import {
  openRecordWriter,
  type RecordBatch,
  type RecordWriter,
  type RecordWriterOptions,
} from '../../src/store/records.ts'
import { getSilence, listSilences } from '../../src/store/silences.ts'
import { BACKENDS, type Place } from '../support/store.ts'
import {
  aChange,
  aCi,
  aDeadLetter,
  aDecision,
  anAlert,
  anArticle,
  anIncident,
  aSilence,
  incidentId,
  NOW,
} from './samples.ts'

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

/** Every page of a list, with `between` called after the first. */
async function allPages<Item>(
  list: (cursor: { cursor?: string }) => Promise<Page<Item>>,
  between: () => Promise<void> = async () => undefined,
): Promise<Item[][]> {
  const pages: Item[][] = []
  let cursor: string | undefined
  do {
    const page = await list(cursor === undefined ? {} : { cursor })
    pages.push([...page.items])
    cursor = page.next
    if (pages.length === 1) await between()
  } while (cursor !== undefined)
  return pages
}

for (const backend of BACKENDS) {
  const why = backend.skipped === null ? '' : `, skipped: ${backend.skipped}`
  describe.skipIf(backend.skipped !== null)(`records: ${backend.name}${why}`, () => {
    let place: Place
    let store: Store
    let writer: RecordWriter
    let seq = 0

    beforeAll(async () => {
      place = await backend.start()
      store = await openStore(place.target, { lockTtlMs: 1000 })
    })
    afterAll(async () => {
      await store.close()
      await place.stop()
    })
    beforeEach(async () => {
      for (const table of TABLES) await store.exec('test.empty', `TRUNCATE TABLE ${table}`)
      writer = openRecordWriter(store, { windowMs: 5 })
    })
    afterEach(() => writer.close())

    const put = (batch: RecordBatch, scope = 'default'): void => {
      seq += 1
      writer.put(batch, { epoch: 1, seq, scope })
    }
    const write = async (batch: RecordBatch, scope = 'default'): Promise<void> => {
      put(batch, scope)
      await writer.flush()
    }

    describe('the writer', () => {
      const reopen = async (options: RecordWriterOptions): Promise<void> => {
        await writer.close()
        writer = openRecordWriter(store, options)
      }

      it('writes by itself within its window', async () => {
        put({ incidents: [anIncident(1)] })
        await writer.flushed(seq)
        expect(await getIncident(store, incidentId(1))).toEqual(anIncident(1))
      })

      it('writes the newest of records that wait together, one insert per table', async () => {
        await reopen({ windowMs: 60_000 })
        for (const i of numbers(100)) {
          put({
            alerts: [anAlert(1, { reports: i })],
            incidents: [anIncident(1, { title: `${i}` })],
          })
        }
        expect(writer.stats()).toMatchObject({ waitingRecords: 2, inserts: 0 })
        await writer.flush()
        expect(writer.stats()).toMatchObject({ waitingRecords: 0, waitingBytes: 0, inserts: 2 })
        expect((await getAlert(store, anAlert(1).id))[0]?.reports).toBe(99)
        expect((await getIncident(store, incidentId(1)))?.title).toBe('99')
      })

      it('keeps the highest version, whatever was written last', async () => {
        const stamp = (epoch: number, at: number) => ({ epoch, seq: at, scope: 'default' })
        writer.put({ incidents: [anIncident(1, { title: 'newest' })] }, stamp(2, 1))
        await writer.flush()
        writer.put({ incidents: [anIncident(1, { title: 'older epoch' })] }, stamp(1, 900))
        await writer.flush()
        writer.put({ incidents: [anIncident(1, { title: 'older seq' })] }, stamp(2, 0))
        await writer.flush()
        expect((await getIncident(store, incidentId(1)))?.title).toBe('newest')
        await store.exec('test.merge', 'OPTIMIZE TABLE incidents FINAL')
        expect((await getIncident(store, incidentId(1)))?.title).toBe('newest')
      })

      it('stores a batch twice as once', async () => {
        const batch = {
          alerts: [anAlert(1)],
          decisions: [aDecision(1)],
          deadLetters: [aDeadLetter(1)],
        }
        for (const _ of numbers(2)) {
          writer.put(batch, { epoch: 1, seq: 1, scope: 'default' })
          await writer.flush()
        }
        expect((await listAlerts(store, { limit: 10 })).items).toHaveLength(1)
        expect((await listDecisions(store, { limit: 10 })).items).toHaveLength(1)
        expect(await countDeadLetters(store)).toBe(1)
      })

      it('waits for exactly what it was asked about', async () => {
        await reopen({ windowMs: 60_000 })
        put({ incidents: [anIncident(1)] })
        await writer.flushed(seq - 1)
        expect(writer.stats().waitingRecords).toBe(1)
        await writer.flush()
        await writer.flushed(seq)
        await writer.flushed(seq + 1)
        expect(writer.stats().waitingRecords).toBe(0)
      })

      it('asks to wait while too much waits', async () => {
        await reopen({ windowMs: 1, highWaterBytes: 1 })
        await writer.ready()
        put({ incidents: [anIncident(1)] })
        await writer.ready()
        expect(writer.stats().waitingBytes).toBe(0)
        expect(await getIncident(store, incidentId(1))).not.toBeNull()
      })

      it('tries again until the store takes it', async () => {
        const errors: AppError[] = []
        await store.exec('test.away', 'RENAME TABLE incidents TO incidents_away')
        let resolve: () => void = () => undefined
        const failed = new Promise<void>((yes) => {
          resolve = yes
        })
        await reopen({
          windowMs: 1,
          onError: (cause) => {
            errors.push(cause)
            resolve()
          },
        })
        put({ incidents: [anIncident(1)] })
        await failed
        expect(writer.stats().waitingRecords).toBe(1)
        await store.exec('test.back', 'RENAME TABLE incidents_away TO incidents')
        await writer.flush()
        expect(await getIncident(store, incidentId(1))).toEqual(anIncident(1))
        expect(errors[0]).toMatchObject({ code: 'store_unavailable' })
        expect(writer.stats().failedInserts).toBe(errors.length)
      })

      it('closes also when the store takes nothing', async () => {
        await store.exec('test.away', 'RENAME TABLE incidents TO incidents_away')
        put({ incidents: [anIncident(1)] })
        const flushed = writer.flush().then(
          () => 'written',
          () => 'not written',
        )
        await writer.close(50)
        expect(await flushed).toBe('not written')
        await store.exec('test.back', 'RENAME TABLE incidents_away TO incidents')
      })

      it('takes large batches in several inserts', async () => {
        put({
          deadLetters: numbers(20).map((n) => aDeadLetter(n, { body: 'x'.repeat(1_000_000) })),
          alerts: numbers(12_000).map((n) => anAlert(n)),
        })
        await writer.flush()
        expect(await countDeadLetters(store)).toBe(20)
        expect(await countAlerts(store)).toEqual({ firing: 3000, resolved: 9000 })
      })
    })

    describe('incidents', () => {
      it('come back as they were, also merged ones', async () => {
        const full = anIncident(7, {
          status: 'merged',
          mergedInto: 'INC-000001',
          title: 'été "q" \\ \n half \ud800 😀',
          rootCause: { abstained: true, candidates: [], reason: 'nothing stands out' },
          provisionalAt: Date.UTC(2500, 0, 1),
        })
        await write({ incidents: [full] })
        expect(await getIncident(store, full.id)).toEqual(full)
        expect(await getIncident(store, 'INC-999999')).toBeNull()
      })

      it('are listed newest first, page by page, unmoved by newer ones and changes', async () => {
        const all = numbers(25).map((n) =>
          anIncident(n, { provisionalAt: NOW + Math.floor(n / 4) * 1000 }),
        )
        await write({ incidents: all })
        const expected = [...all]
          .sort((a, b) => b.provisionalAt - a.provisionalAt || (a.id < b.id ? -1 : 1))
          .map(({ id }) => id)
        const pages = await allPages(
          (cursor) => listIncidents(store, { limit: 6, ...cursor }),
          async () => {
            await write({
              incidents: [
                anIncident(900, { provisionalAt: NOW + 1e9 }),
                anIncident(20, {
                  provisionalAt: all[20]?.provisionalAt ?? 0,
                  title: 'changed',
                  status: 'closed',
                }),
              ],
            })
          },
        )
        expect(pages.map((page) => page.length)).toEqual([6, 6, 6, 6, 1])
        expect(pages.flat().map(({ id }) => id)).toEqual(expected)
      })

      it.each([
        ['status', { status: ['open'] as const }, [0, 3, 6, 9]],
        ['two of them', { status: ['open', 'resolved'] as const }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
        ['none of that status', { status: ['merged'] as const }, []],
        ['priority', { priority: [1, 2] }, [0, 1, 5, 6]],
        ['owner', { owner: 'team-a' }, [0, 2, 4, 6, 8]],
        ['service', { service: 'service-2' }, [2, 9]],
        ['a word', { q: 'HOST-4' }, [4]],
        ['several words, any order', { q: 'host-4  Disk inc-' }, [4]],
        ['a word that is not there', { q: 'host-4 tape' }, []],
        ['from', { from: NOW + 70 }, [7, 8, 9]],
        ['to, which is not in it', { to: NOW + 20 }, [0, 1]],
        ['several', { status: ['open'] as const, owner: 'team-a', from: NOW + 1 }, [6]],
      ])('are found by %s', async (_name, filter, expected) => {
        await write({ incidents: numbers(10).map((n) => anIncident(n)) })
        const { items, next } = await listIncidents(store, { limit: 100, ...filter })
        expect(items.map(({ id }) => id).sort()).toEqual(expected.map(incidentId))
        expect(next).toBeUndefined()
      })

      it('are found by what they are now, not by what they were', async () => {
        await write({ incidents: [anIncident(1, { status: 'open' })] })
        await write({ incidents: [anIncident(1, { status: 'resolved' })] })
        expect((await listIncidents(store, { limit: 10, status: ['open'] })).items).toEqual([])
        expect(await countIncidents(store)).toEqual({
          provisional: 0,
          open: 0,
          resolved: 1,
          closed: 0,
          merged: 0,
        })
      })

      it.each([
        ['a limit of 0', { limit: 0 }],
        ['a limit of 1,001', { limit: 1001 }],
        ['half a limit', { limit: 1.5 }],
        ['a cursor that is none', { limit: 1, cursor: 'x' }],
        ['an empty cursor', { limit: 1, cursor: '' }],
        ['a cursor of another list', { limit: 1, cursor: 'WyJhbGVydHMiLDEsIngiLDFd' }],
      ])('refuse %s', async (_name, filter) => {
        await expect(listIncidents(store, filter)).rejects.toMatchObject({
          code: 'payload_invalid',
        })
      })
    })

    describe('alerts', () => {
      it('come back as they were', async () => {
        const alert = anAlert(1, { title: 'nul\0 tab\t', endsAt: null, firstSeenAt: NOW })
        await write({ alerts: [alert] })
        expect(await getAlert(store, alert.id)).toEqual([alert])
        expect(await getAlert(store, 'unknown')).toEqual([])
      })

      it('have one row per episode and scope', async () => {
        const episodes = [NOW, NOW + 10, NOW + 20].map((episode) => anAlert(1, { episode }))
        await write({ alerts: episodes })
        await write({ alerts: [anAlert(1, { episode: NOW, title: 'elsewhere' })] }, 'other')
        const found = await getAlert(store, anAlert(1).id)
        expect(found.map(({ episode }) => episode - NOW)).toEqual([20, 10, 0, 0])
      })

      it('are listed newest first, page by page', async () => {
        const all = numbers(30).map((n) =>
          anAlert(n % 7, { episode: NOW + n, firstSeenAt: NOW + Math.floor(n / 5) }),
        )
        await write({ alerts: all })
        const order = (a: AlertRecord, b: AlertRecord): number =>
          b.firstSeenAt - a.firstSeenAt ||
          (a.id < b.id ? -1 : a.id > b.id ? 1 : b.episode - a.episode)
        const pages = await allPages((cursor) => listAlerts(store, { limit: 4, ...cursor }))
        expect(pages.flat()).toEqual([...all].sort(order))
      })

      it.each([
        ['state', { state: 'firing' } as const, [0, 4, 8, 12]],
        ['incident', { incident: incidentId(10) }, [10, 11, 12, 13, 14]],
        ['CI', { ci: 'host-3' }, [3]],
        ['source', { source: 'prometheus', state: 'firing' } as const, [0, 4, 8, 12]],
        ['severity', { severity: ['critical'] as const }, [0, 3, 6, 9, 12]],
        ['a label', { q: 'instance=host-14' }, [14]],
        ['an id', { q: anAlert(11).id }, [11]],
      ])('are found by %s', async (_name, filter, expected) => {
        await write({ alerts: numbers(15).map((n) => anAlert(n)) })
        const { items } = await listAlerts(store, { limit: 100, ...filter })
        expect(items.map(({ id }) => Number.parseInt(id, 16)).sort((a, b) => a - b)).toEqual(
          expected,
        )
      })

      it('of an incident are those that are in it now', async () => {
        await write({ alerts: numbers(10).map((n) => anAlert(n)) })
        await write({ alerts: [anAlert(3, { incident: incidentId(99) })] })
        const ids = (await alertsOfIncident(store, incidentId(0))).map(({ id }) => id)
        expect(ids).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9].map((n) => anAlert(n).id))
        expect((await alertsOfIncident(store, incidentId(99))).map(({ id }) => id)).toEqual([
          anAlert(3).id,
        ])
      })
    })

    describe('decisions', () => {
      it('are listed in their order, from either end, across epochs', async () => {
        const first = numbers(10).map((n) => aDecision(n, { at: NOW - n }))
        writer.put({ decisions: [...first].reverse() }, { epoch: 1, seq: 10, scope: 'default' })
        const second = numbers(5).map((n) => aDecision(n, { text: 'second epoch' }))
        writer.put({ decisions: second }, { epoch: 2, seq: 5, scope: 'default' })
        await writer.flush()
        const all = [...first, ...second]
        const pages = await allPages((cursor) => listDecisions(store, { limit: 4, ...cursor }))
        expect(pages.flat()).toEqual(all)
        const back = await allPages((cursor) =>
          listDecisions(store, { limit: 4, newest: true, ...cursor }),
        )
        expect(back.flat()).toEqual([...all].reverse())
      })

      it('are found by incident, by episode and by alert', async () => {
        const { incident: _, ...unplaced } = aDecision(30)
        await write({
          decisions: [
            ...numbers(25).map((n) => aDecision(n)),
            aDecision(25, { alert: `${anAlert(12).id}.999`, incident: incidentId(50) }),
            unplaced,
          ],
        })
        const seqs = async (filter: { incident?: string; alert?: string }): Promise<number[]> =>
          (await listDecisions(store, { limit: 100, ...filter })).items.map((d) => d.seq)
        expect(await seqs({ incident: incidentId(10) })).toEqual(numbers(10).map((n) => n + 10))
        expect(await seqs({ alert: `${anAlert(12).id}.${NOW + 120}` })).toEqual([12])
        expect(await seqs({ alert: anAlert(12).id })).toEqual([12, 25])
        expect(await seqs({ alert: 'unknown' })).toEqual([])
      })
    })

    describe('the rest', () => {
      it('changes are found by CI, id, time and words, newest start first', async () => {
        const all = numbers(9).map((n) => aChange(n))
        await write({ changes: all })
        const ids = async (filter: Partial<Parameters<typeof listChanges>[1]>): Promise<string[]> =>
          (await listChanges(store, { limit: 100, ...filter })).items.map(({ id }) => id)
        expect(await ids({ ci: 'service-1' })).toEqual([7, 4, 1].map((n) => aChange(n).id))
        expect(await ids({ ids: [aChange(2).id, aChange(5).id] })).toEqual(
          [5, 2].map((n) => aChange(n).id),
        )
        expect(await ids({ from: NOW + 6000, to: NOW + 8000 })).toEqual(
          [7, 6].map((n) => aChange(n).id),
        )
        expect(await ids({ q: 'checkout v3' })).toEqual([aChange(3).id])
        const pages = await allPages((cursor) => listChanges(store, { limit: 4, ...cursor }))
        expect(pages.flat()).toEqual([...all].reverse())
      })

      it('dead letters are listed by the start of their body and read whole', async () => {
        const body = `é${'x'.repeat(10_000)}`
        const all = numbers(7).map((n) => aDeadLetter(n, n === 3 ? { body } : {}))
        await write({ deadLetters: all })
        const pages = await allPages((cursor) => listDeadLetters(store, { limit: 3, ...cursor }))
        expect(pages.flat().map(({ id }) => id)).toEqual(all.map(({ id }) => id))
        const [, , , long] = pages.flat()
        expect(long).toMatchObject({ bodyBytes: 10_002, bodyStart: body.slice(0, 4096) })
        expect(await getDeadLetter(store, aDeadLetter(3).id)).toEqual(all[3])
        expect(await getDeadLetter(store, 'unknown')).toBeNull()
        const { items } = await listDeadLetters(store, { limit: 10, source: 'generic' })
        expect(items.map(({ id }) => id)).toEqual([1, 3, 5].map((n) => aDeadLetter(n).id))
        expect(
          (await listDeadLetters(store, { limit: 10, receipt: 'receipt-000002' })).items,
        ).toHaveLength(1)
      })

      it('silences are found by kind, end and words', async () => {
        const all = numbers(6).map((n) => aSilence(n, n === 2 ? { kind: 'maintenance' } : {}))
        await write({ silences: all })
        await write({ silences: [aSilence(1, { endsAt: NOW, comment: 'over' })] })
        expect(await getSilence(store, aSilence(1).id)).toMatchObject({ comment: 'over' })
        const ids = async (filter: object): Promise<string[]> =>
          (await listSilences(store, { limit: 100, ...filter })).items.map(({ id }) => id)
        expect(await ids({ endsAfter: NOW })).toEqual([5, 4, 3, 2, 0].map((n) => aSilence(n).id))
        expect(await ids({ kind: 'maintenance' })).toEqual([aSilence(2).id])
        expect(await ids({ q: 'instance=host-4' })).toEqual([aSilence(4).id])
        const pages = await allPages((cursor) => listSilences(store, { limit: 4, ...cursor }))
        expect(pages.map((page) => page.length)).toEqual([4, 2])
      })

      it('the CMDB is added to, and replaced whole', async () => {
        const items = numbers(5).map((n) => aCi(n))
        const [a, b, c, d] = items.map(({ id }) => id) as [string, string, string, string]
        await write({
          topology: {
            mode: 'replace',
            items,
            relations: [
              { from: a, type: 'runs_on', to: b },
              { from: c, type: 'depends_on', to: a },
              { from: c, type: 'depends_on', to: d },
            ],
          },
        })
        expect(await getCi(store, a)).toEqual(items[0])
        expect((await listCis(store, { limit: 10, class: 'service' })).items).toHaveLength(2)
        expect((await listCis(store, { limit: 10, q: 'H3.example' })).items).toEqual([items[3]])
        expect(await neighbours(store, a)).toEqual({
          relations: [
            { from: a, type: 'runs_on', to: b },
            { from: c, type: 'depends_on', to: a },
          ],
          items: [items[1], items[2]],
        })
        expect(await neighbours(store, 'unknown')).toEqual({ relations: [], items: [] })

        await write({ topology: { mode: 'upsert', items: [aCi(7)], relations: [] } })
        const pages = await allPages((cursor) => listCis(store, { limit: 4, ...cursor }))
        expect(pages.flat().map(({ id }) => id)).toEqual([...items, aCi(7)].map(({ id }) => id))

        const kept = { ...aCi(1), name: 'renamed' }
        put({
          topology: { mode: 'replace', items: [kept], relations: [] },
        })
        put({
          topology: {
            mode: 'upsert',
            items: [aCi(9)],
            relations: [{ from: b, type: 'runs_on', to: aCi(9).id }],
          },
        })
        await writer.flush()
        expect((await listCis(store, { limit: 10 })).items).toEqual([kept, aCi(9)])
        expect((await listRelations(store, { limit: 10 })).items).toEqual([
          { from: b, type: 'runs_on', to: aCi(9).id },
        ])
        expect(await getCi(store, a)).toBeNull()
      })

      it('articles are added to, and replaced whole', async () => {
        const all = numbers(5).map((n) => anArticle(n))
        await write({ articles: { mode: 'replace', articles: all } })
        const pages = await allPages((cursor) => listArticles(store, { limit: 2, ...cursor }))
        expect(pages.flat()).toEqual(all)
        expect((await listArticles(store, { limit: 5, q: 'LOGS (3)' })).items).toEqual([all[3]])
        await write({ articles: { mode: 'replace', articles: [anArticle(4)] } })
        expect((await listArticles(store, { limit: 10 })).items).toEqual([anArticle(4)])
        expect(await getArticle(store, anArticle(0).id)).toBeNull()
        await write({ articles: { mode: 'upsert', articles: [anArticle(0)] } })
        expect(await getArticle(store, anArticle(0).id)).toEqual(anArticle(0))
      })
    })
  })
}
