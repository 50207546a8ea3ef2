/**
 * Correlation and root cause on recorded streams, one default configuration for all of them. The
 * floors are a little under what was reached, which is printed beside them.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCmdb, loadRules } from '../../src/inputs.ts'
import { shippedRules } from '../../src/paths.ts'
import { replayEvents } from '../../src/replay.ts'
import { datasets, score } from '../support/datasets.ts'
import { temporaryFolder } from '../support/store.ts'

const place = datasets()
const FLOORS = [
  { dataset: 'estate', ari: 0.935, top1: 0.68, top3: 0.79, top5: 0.84 },
  { dataset: 'estate-flat', ari: 0.935, top1: 0.68, top3: 0.79, top5: 0.84 },
  { dataset: 'estate-dense', ari: 0.76, top1: 0.48, top3: 0.55, top5: 0.57 },
] as const

describe.skipIf('missing' in place)(
  `recorded streams${'missing' in place ? ` (skipped: ${place.missing})` : ''}`,
  () => {
    const folder = 'folder' in place ? place.folder : ''
    const out = temporaryFolder()
    afterAll(out.remove)

    const replay = async (
      dataset: string,
      to: string,
      file = 'events-direct.ndjson',
    ): Promise<void> => {
      const loaded = [loadRules(shippedRules()), loadCmdb(join(folder, dataset, 'cmdb.json'))]
      const setUp = loaded.map(
        ({ toEntry }) =>
          (at: number) =>
            toEntry(at, 'default'),
      )
      await replayEvents(join(folder, dataset, file), { setUp, out: to })
    }

    it.each(FLOORS)('$dataset reaches its floors', async ({ dataset, ari, top1, top3, top5 }) => {
      const to = join(out.path, dataset)
      await replay(dataset, to)
      const got = score(folder, dataset, to)
      const { all } = got.rootCause
      process.stdout.write(
        `${dataset}: ARI final ${got.final.ARI}, as placed ${got.asPlaced.ARI} (floor ${ari}); ` +
          `B-cubed F ${got.final.bcubedF}; root cause ${all.top1}/${all.top3}/${all.top5}; ` +
          `without incident ${got.labelledWithoutIncident}; ` +
          `opened after ${got.secondsToOpen.p50}/${got.secondsToOpen.p95} s\n`,
      )
      expect(got.final.ARI).toBeGreaterThanOrEqual(ari)
      expect(got.asPlaced.ARI).toBeGreaterThanOrEqual(ari)
      expect(got.churnAfterNotification ?? 0).toBeLessThanOrEqual(0.02)
      expect(all.top1).toBeGreaterThanOrEqual(top1)
      expect(all.top3).toBeGreaterThanOrEqual(top3)
      expect(all.top5).toBeGreaterThanOrEqual(top5)
    })

    it.each(['estate', 'estate-flat'])(
      '%s as webhooks, grouped and late, is grouped about as well',
      async (dataset) => {
        const to = join(out.path, `${dataset}-webhooks`)
        await replay(dataset, to, 'events.ndjson')
        const got = score(folder, dataset, to)
        process.stdout.write(
          `${dataset} as webhooks: ARI final ${got.final.ARI}, as placed ${got.asPlaced.ARI}; ` +
            `without incident ${got.labelledWithoutIncident}\n`,
        )
        expect(got.final.ARI).toBeGreaterThanOrEqual(0.905)
        expect(got.labelledWithoutIncident).toBeLessThanOrEqual(50)
      },
    )

    it('gives byte-identical results when it is run again', async () => {
      const digest = (to: string): string[] =>
        ['alerts.ndjson', 'incidents.ndjson', 'problems.ndjson', 'summary.json'].map((name) =>
          createHash('sha256')
            .update(readFileSync(join(to, name)))
            .digest('hex'),
        )
      const [first, second] = [join(out.path, 'first'), join(out.path, 'second')]
      await replay('estate', first)
      await replay('estate', second)
      expect(digest(second)).toEqual(digest(first))
    })
  },
)
