import { describe, expect, it } from 'vitest'
import type { AlertRecord } from '../../src/core/record.ts'
import { alertsOfIncident, getAlert, listAlerts } from '../../src/store/alerts.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { countIncidents, getIncident, listIncidents } from '../../src/store/incidents.ts'
import { allPages, numbers, overEveryBackend } from './harness.ts'
import { aDecision, anAlert, anIncident, incidentId, NOW } from './samples.ts'

overEveryBackend('lists', (on) => {
  describe('incidents', () => {
    it('come back as they were, also merged ones', async () => {
      const full = anIncident(7, {
        status: 'merged',
        mergedInto: 'INC-000001',
        title: 'été "q" \\ \n half \ud800 😀',
        rootCause: { abstained: true, candidates: [], reason: 'nothing stands out' },
        provisionalAt: Date.UTC(2500, 0, 1),
      })
      await on.write({ incidents: [full] })
      expect(await getIncident(on.store, full.id)).toEqual(full)
      expect(await getIncident(on.store, 'INC-999999')).toBeNull()
    })

    it('are listed newest first, page by page, unmoved by newer ones and changes', async () => {
      const all = numbers(25).map((n) =>
        anIncident(n, { provisionalAt: NOW + Math.floor(n / 4) * 1000 }),
      )
      await on.write({ incidents: all })
      const expected = [...all]
        .sort((a, b) => b.provisionalAt - a.provisionalAt || (a.id < b.id ? -1 : 1))
        .map(({ id }) => id)
      const pages = await allPages(
        (cursor) => listIncidents(on.store, { limit: 6, ...cursor }),
        async () => {
          await on.write({
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
      ['owner', { owner: ['team-a'] }, [0, 2, 4, 6, 8]],
      ['service', { service: ['service-2'] }, [2, 9]],
      ['a word', { q: 'HOST-4' }, [4]],
      ['several words, any order', { q: 'host-4  Disk inc-' }, [4]],
      ['a word that is not there', { q: 'host-4 tape' }, []],
      ['from', { from: NOW + 70 }, [7, 8, 9]],
      ['to, which is not in it', { to: NOW + 20 }, [0, 1]],
      ['several', { status: ['open'] as const, owner: ['team-a'], from: NOW + 1 }, [6]],
    ])('are found by %s', async (_name, filter, expected) => {
      await on.write({ incidents: numbers(10).map((n) => anIncident(n)) })
      const { items, next } = await listIncidents(on.store, { limit: 100, ...filter })
      expect(items.map(({ id }) => id).sort()).toEqual(expected.map(incidentId))
      expect(next).toBeUndefined()
    })

    it('are found by what they are now, not by what they were', async () => {
      await on.write({ incidents: [anIncident(1, { status: 'open' })] })
      await on.write({ incidents: [anIncident(1, { status: 'resolved' })] })
      expect((await listIncidents(on.store, { limit: 10, status: ['open'] })).items).toEqual([])
      expect(await countIncidents(on.store)).toEqual({
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
      await expect(listIncidents(on.store, filter)).rejects.toMatchObject({
        code: 'payload_invalid',
      })
    })
  })

  describe('alerts', () => {
    it('come back as they were', async () => {
      const alert = anAlert(1, { title: 'nul\0 tab\t', endsAt: null, firstSeenAt: NOW })
      await on.write({ alerts: [alert] })
      expect(await getAlert(on.store, alert.id)).toEqual([alert])
      expect(await getAlert(on.store, 'unknown')).toEqual([])
    })

    it('have one row per episode and scope', async () => {
      const episodes = [NOW, NOW + 10, NOW + 20].map((episode) => anAlert(1, { episode }))
      await on.write({ alerts: episodes })
      await on.write({ alerts: [anAlert(1, { episode: NOW, scope: 'other' })] }, 'other')
      const found = await getAlert(on.store, anAlert(1).id)
      expect(found.map(({ episode }) => episode - NOW)).toEqual([20, 10, 0, 0])
    })

    it('are listed newest first, page by page', async () => {
      const all = numbers(30).map((n) =>
        anAlert(n % 7, { episode: NOW + n, firstSeenAt: NOW + Math.floor(n / 5) }),
      )
      await on.write({ alerts: all })
      const order = (a: AlertRecord, b: AlertRecord): number =>
        b.firstSeenAt - a.firstSeenAt ||
        (a.id < b.id ? -1 : a.id > b.id ? 1 : b.episode - a.episode)
      const pages = await allPages((cursor) => listAlerts(on.store, { limit: 4, ...cursor }))
      expect(pages.flat()).toEqual([...all].sort(order))
    })

    it.each([
      ['state', { state: 'firing' } as const, [0, 4, 8, 12]],
      ['incident', { incident: incidentId(10) }, [10, 11, 12, 13, 14]],
      ['CI', { ci: ['host-3', 'host-7'] }, [3, 7]],
      ['source', { source: ['prometheus'], state: 'firing' } as const, [0, 4, 8, 12]],
      ['severity', { severity: ['critical'] as const }, [0, 3, 6, 9, 12]],
      ['a label', { q: 'instance=host-14' }, [14]],
      ['an id', { q: anAlert(11).id }, [11]],
    ])('are found by %s', async (_name, filter, expected) => {
      await on.write({ alerts: numbers(15).map((n) => anAlert(n)) })
      const { items } = await listAlerts(on.store, { limit: 100, ...filter })
      expect(items.map(({ id }) => Number.parseInt(id, 16)).sort((a, b) => a - b)).toEqual(expected)
    })

    it('of an incident are those that are in it now', async () => {
      await on.write({ alerts: numbers(10).map((n) => anAlert(n)) })
      await on.write({ alerts: [anAlert(3, { incident: incidentId(99) })] })
      const ids = (await alertsOfIncident(on.store, incidentId(0))).map(({ id }) => id)
      expect(ids).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9].map((n) => anAlert(n).id))
      expect((await alertsOfIncident(on.store, incidentId(99))).map(({ id }) => id)).toEqual([
        anAlert(3).id,
      ])
    })
  })

  describe('decisions', () => {
    it('are listed in their order, from either end, across epochs', async () => {
      const first = numbers(10).map((n) => aDecision(n, { at: NOW - n }))
      on.writer.put(
        { decisions: [...first].reverse() },
        { epoch: 1, seq: 10, scope: 'default', at: 0 },
      )
      const second = numbers(5).map((n) => aDecision(n, { text: 'second epoch' }))
      on.writer.put({ decisions: second }, { epoch: 2, seq: 5, scope: 'default', at: 0 })
      await on.writer.flush()
      const all = [...first, ...second]
      const pages = await allPages((cursor) => listDecisions(on.store, { limit: 4, ...cursor }))
      expect(pages.flat()).toEqual(all)
      const back = await allPages((cursor) =>
        listDecisions(on.store, { limit: 4, newest: true, ...cursor }),
      )
      expect(back.flat()).toEqual([...all].reverse())
    })

    it('are found by incident, by episode and by alert', async () => {
      const { incident: _, ...unplaced } = aDecision(30)
      await on.write({
        decisions: [
          ...numbers(25).map((n) => aDecision(n)),
          aDecision(25, { alert: `${anAlert(12).id}.999`, incident: incidentId(50) }),
          unplaced,
        ],
      })
      const seqs = async (filter: { incident?: string; alert?: string }): Promise<number[]> =>
        (await listDecisions(on.store, { limit: 100, ...filter })).items.map((d) => d.seq)
      expect(await seqs({ incident: incidentId(10) })).toEqual(numbers(10).map((n) => n + 10))
      expect(await seqs({ alert: `${anAlert(12).id}.${NOW + 120}` })).toEqual([12])
      expect(await seqs({ alert: anAlert(12).id })).toEqual([12, 25])
      expect(await seqs({ alert: 'unknown' })).toEqual([])
    })
  })
})
