import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getAlert } from '../../src/store/alerts.ts'
import { openStore } from '../../src/store/client.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { getIncident } from '../../src/store/incidents.ts'
import { latestSnapshot } from '../../src/store/snapshots.ts'
import { eachBackend, type Place, runChild } from '../support/store.ts'
import { chunksOf, type KeeperOptions } from './keeper.ts'
import { anAlert, incidentId } from './samples.ts'

const KEEPER = join(import.meta.dirname, 'keeper.ts')

eachBackend('kill -9 while writing', (backend) => {
  let place: Place
  let snapshot = 0
  beforeAll(async () => {
    place = await backend.start()
  })
  afterAll(() => place.stop())

  it.each([
    ['records.before_insert', 1],
    ['records.before_insert', 2],
    ['records.after_insert', 1],
    ['records.after_insert', 2],
    ['records.after_insert', 5],
    ['snapshot.chunk', 1],
    ['snapshot.chunk', 2],
    ['snapshot.before_finish', 1],
    ['snapshot.after_finish', 1],
    ['snapshot.after_finish', 3],
  ])('at %s, pass %i', async (point, pass) => {
    const options: KeeperOptions = {
      target: place.target,
      fault: `${point}:${pass}`,
      rounds: 50,
    }
    const child = await runChild(KEEPER, options)
    expect(child.signal, child.stderr).toBe('SIGKILL')
    const done = (kind: string): number =>
      child.lines.reduce((max, line) => {
        const [what, n] = line.split(' ')
        return what === kind ? Math.max(max, Number(n)) : max
      }, 0)
    snapshot = Math.max(snapshot, done('snapshot'))

    const store = await openStore(place.target, { lockTtlMs: 1000 })
    const latest = await latestSnapshot(store)
    const offset = latest?.offset ?? 0
    // the last one that was reported, or the one that was finished right before the kill
    expect(offset).toBe(point === 'snapshot.after_finish' ? snapshot + 1 : snapshot)
    snapshot = offset
    const chunks: [string, string][] = []
    for await (const { kind, data } of latest?.chunks ?? []) chunks.push([kind, data])
    expect(chunks).toEqual(offset === 0 ? [] : chunksOf(offset))

    for (let n = 1; n < done('records'); n++) {
      expect(await getIncident(store, incidentId(n))).toMatchObject({
        title: `seen in round ${n + 1}`,
      })
      expect(await getAlert(store, anAlert(n).id)).toMatchObject([{ reports: 1001 + n }])
    }
    const { items } = await listDecisions(store, { limit: 1000 })
    const seqs = items.map(({ seq }) => seq)
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
    expect(seqs.length).toBeGreaterThanOrEqual(done('records'))
    await store.close()
  })
})
