/**
 * `tsx test/quality/run-causes.ts [--set tuning] [--family NAME] [--seed N]`: how well causes are
 * ranked on the families and on the recorded streams, with the engine's groups and with the true ones.
 */
import { parseArgs } from 'node:util'
import { datasets } from '../support/datasets.ts'
import type { Cases } from './measure/cause-cases.ts'
import { type CauseScores, causeScores, familyCases, recordedCases } from './measure/causes.ts'
import { FAMILIES } from './measure/families.ts'
import { SEEDS } from './scenario/families-test.ts'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'tuning' },
    family: { type: 'string', multiple: true },
    seed: { type: 'string', multiple: true },
    recorded: { type: 'boolean', default: false },
  },
})

const share = (list: readonly number[]): string => list.map((x) => x.toFixed(3)).join(' / ')

function tell(name: string, s: CauseScores): void {
  const cells = [
    name.padEnd(26),
    String(s.faults).padStart(4),
    `own ${share(s.own)}`,
    `exact ${share(s.exact)}`,
    `silent ${String(s.silentFaults).padStart(3)}: ${share(s.silent)}`,
    `muted ${String(s.mutedFaults).padStart(3)}: ${share(s.muted)}`,
    `abstained ${String(s.abstained).padStart(2)}`,
    `pairs ${s.pairsFound}/${s.pairs}`,
    `unblamed ${s.unblamed}/${s.quietHours}`,
  ]
  process.stdout.write(`${cells.join('  ')}\n`)
}

const families = FAMILIES.filter(
  (family) => values.family?.includes(family.name) ?? family.set === values.set,
)
const seeds = values.seed?.map(Number) ?? SEEDS
const all: Cases[] = []
for (const family of values.recorded ? [] : families) {
  const cases = seeds.map((seed) => familyCases(family, seed))
  all.push(...cases)
  tell(family.name, causeScores(cases))
}
if (all.length > 0) tell('all', causeScores(all))
const place = datasets()
if (!('missing' in place) && values.family === undefined)
  for (const dataset of ['estate', 'estate-flat', 'estate-dense'])
    tell(dataset, causeScores([recordedCases(place.folder, dataset, 'events-direct.ndjson')]))
