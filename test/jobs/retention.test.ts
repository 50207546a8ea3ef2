import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../src/core/engine/engine.ts'
import { DAY, HOUR, toRfc3339 } from '../../src/core/time.ts'
import { toBatch } from '../../src/fold.ts'
import { retain } from '../../src/jobs/retention.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { decode } from '../../src/journey.ts'
import { systemClock } from '../../src/notify/clock.ts'
import { listAlerts } from '../../src/store/alerts.ts'
import { openStore, type Store } from '../../src/store/client.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { listIncidents } from '../../src/store/incidents.ts'
import { openRecordWriter } from '../../src/store/records.ts'
import { embedded, type Place } from '../support/store.ts'

const NOW = 1_800_000_000_000

describe('retention', () => {
  let place: Place
  let store: Store

  beforeAll(async () => {
    place = await embedded.start()
    store = await openStore(place.target)
  })
  afterAll(async () => {
    await store.close()
    await place.stop()
  })

  /** Fires, and perhaps ends an hour later, `days` before now. */
  const alert = (host: string, days: number, ended: boolean): object[] => {
    const startsAt = NOW - days * DAY
    const base = { title: `Disk full on ${host}`, severity: 'critical', labels: { host } }
    const times = { startsAt: toRfc3339(startsAt), endsAt: toRfc3339(startsAt + HOUR) }
    const fires = { ...base, status: 'firing', startsAt: times.startsAt, at: startsAt }
    return ended ? [fires, { ...base, ...times, status: 'resolved', at: startsAt + HOUR }] : [fires]
  }

  it('lets ended history go with all its versions, and keeps what still fires', async () => {
    const engine = new Engine()
    const records = openRecordWriter(store)
    const reports = [
      ...alert('old-1', 100, true),
      ...alert('old-2', 90, false),
      ...alert('new-1', 2, true),
    ].map((body) => ({ body, at: Number(Reflect.get(body, 'at')) }))
    const moments = [...reports.map(({ at }) => at), NOW].sort((a, b) => a - b)
    let offset = 0
    for (const at of moments) {
      const due = reports.filter((report) => report.at === at)
      const entries = due.map(({ body }) => ({
        kind: 'received' as const,
        at,
        scope: 'default',
        source: 'generic',
        receipt: `r${at}`,
        body: JSON.stringify(body),
      }))
      for (const entry of [...entries, { kind: 'time' as const, at, scope: 'default' }]) {
        offset += 1
        const applied = engine.apply({ offset, entry }, decode(entry, engine.state.rules))
        records.put(toBatch({ offset, entry }, applied, engine.state), {
          epoch: 1,
          seq: engine.state.seq,
          scope: 'default',
          at,
        })
      }
    }
    await records.close()
    const journal = await openJournal(store.journal)
    const deps = {
      store,
      journal,
      clock: systemClock,
      journalDays: 30,
      historyDays: 60,
      onError: () => undefined,
    }
    expect((await listAlerts(store, { limit: 10 })).items).toHaveLength(3)
    await retain(deps, NOW)
    const hosts = (await listAlerts(store, { limit: 10 })).items.map(({ labels }) => labels['host'])
    expect(hosts.sort()).toEqual(['new-1', 'old-2'])
    const incidents = (await listIncidents(store, { limit: 10 })).items
    expect(incidents.map(({ id }) => id).sort()).toEqual(['INC-000002', 'INC-000003'])
    const about = (await listDecisions(store, { limit: 100 })).items.map(({ incident }) => incident)
    expect(about).not.toContain('INC-000001')
    expect(about).toContain('INC-000002')
    await journal.close()
  })
})
