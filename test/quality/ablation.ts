/**
 * What each term of the link score adds: every recorded stream with one term switched off at a time.
 * `npm run quality` prints a table; it needs the data sets.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadCmdb, loadRules } from '../../src/inputs.ts'
import { replayEvents } from '../../src/replay.ts'
import { datasets, score } from '../support/datasets.ts'
import { temporaryFolder } from '../support/store.ts'

const TERMS = ['time', 'topology', 'signature', 'labels', 'change', 'noise'] as const
const STREAMS = ['estate', 'estate-flat', 'estate-dense'] as const

const place = datasets()
if ('missing' in place) {
  process.stderr.write(`${place.missing}\n`)
  process.exit(1)
}
const { folder } = place
const scratch = temporaryFolder()

process.stdout.write('ARI final / as placed, root cause top-1/top-3; one default configuration\n')
for (const off of [null, ...TERMS]) {
  const rules = join(scratch.path, off ?? 'all')
  mkdirSync(rules, { recursive: true })
  const weights = off === null ? {} : { [off]: 0 }
  writeFileSync(join(rules, 'correlate.yaml'), JSON.stringify({ weights }))
  const cells: string[] = []
  for (const dataset of STREAMS) {
    const out = join(scratch.path, `${off}-${dataset}`)
    const loaded = [loadRules(rules), loadCmdb(join(folder, dataset, 'cmdb.json'))]
    const setUp = loaded.map(
      ({ toEntry }) =>
        (at: number) =>
          toEntry(at, 'default'),
    )
    await replayEvents(join(folder, dataset, 'events-direct.ndjson'), { setUp, out })
    const { final, asPlaced, rootCause } = score(folder, dataset, out)
    const { top1, top3 } = rootCause.all
    cells.push(`${dataset} ${final.ARI}/${asPlaced.ARI} ${top1}/${top3}`)
  }
  process.stdout.write(
    `${(off === null ? 'all terms' : `no ${off}`).padEnd(14)} ${cells.join('   ')}\n`,
  )
}
scratch.remove()
