/**
 * `tsx test/quality/run-family.ts --set tuning [--family NAME] [--seed N] [--json]`: the engine beside
 * the best baseline on each family, for whoever tunes.
 */
import { parseArgs } from 'node:util'
import { FAMILIES, isQuiet } from './measure/families.ts'
import type { InstanceResult } from './measure/instance.ts'
import { mean } from './measure/summary.ts'
import { runAll } from './measure/workers.ts'
import { SEEDS } from './scenario/families-test.ts'

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'tuning' },
    family: { type: 'string', multiple: true },
    seed: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
  },
})

const families = FAMILIES.filter(
  (family) =>
    values.family?.includes(family.name) ?? (family.set === values.set && !isQuiet(family)),
)
const seeds = values.seed?.map(Number) ?? SEEDS
const tasks = families.flatMap(({ name }) => seeds.map((seed) => ({ family: name, seed })))
const results = await runAll(tasks, () => process.stderr.write('.'))
process.stderr.write('\n')

const f3 = (x: number): string => x.toFixed(3)

/** The baseline that is best over these results. */
function bestOf(list: readonly InstanceResult[]): string {
  const names = Object.keys(list[0]?.baselines ?? {})
  const f = (name: string): number => mean(list.map(({ baselines }) => baselines[name]?.all.f ?? 0))
  return names.sort((a, b) => f(b) - f(a))[0] ?? ''
}

function rowOf(
  family: string,
  list: readonly InstanceResult[],
  shared: string,
): Record<string, number | string> {
  const of = (pick: (result: InstanceResult) => number): number => Number(f3(mean(list.map(pick))))
  const own = bestOf(list)
  const ranks = list.flatMap(({ engine }) => engine.ranks)
  return {
    family,
    F: of(({ engine }) => engine.final.all.f),
    P: of(({ engine }) => engine.final.all.precision),
    R: of(({ engine }) => engine.final.all.recall),
    ARI: of(({ engine }) => engine.final.all.ari),
    'F faults': of(({ engine }) => engine.final.faults.f),
    'P faults': of(({ engine }) => engine.final.faults.precision),
    'R faults': of(({ engine }) => engine.final.faults.recall),
    'ARI faults': of(({ engine }) => engine.final.faults.ari),
    'F placed': of(({ engine }) => engine.placed.f),
    churn: of(({ engine }) => engine.churn),
    'top-1': Number(f3(mean(ranks.map((rank) => (rank === 1 ? 1 : 0))))),
    'false/1000': of(({ engine, episodes }) => (engine.final.falseIncidents / episodes) * 1000),
    unplaced: of(({ engine }) => engine.unplaced),
    bound: of(({ bound, episodes }) => bound / episodes),
    'baseline F': of(({ baselines }) => baselines[shared]?.all.f ?? 0),
    'baseline F faults': of(({ baselines }) => baselines[shared]?.faults.f ?? 0),
    'its best F': of(({ baselines }) => baselines[own]?.all.f ?? 0),
    'its best': own,
    seconds: of(({ seconds }) => seconds),
  }
}

const shared = bestOf(results)
const rows = families.map(({ name }) =>
  rowOf(
    name,
    results.filter(({ family }) => family === name),
    shared,
  ),
)
const all = rowOf('mean', results, shared)
if (values.json) process.stdout.write(`${JSON.stringify({ shared, rows, mean: all }, null, 1)}\n`)
else {
  const columns = [
    'family',
    'F',
    'P',
    'R',
    'ARI',
    'F faults',
    'P faults',
    'R faults',
    'ARI faults',
    'F placed',
    'churn',
    'top-1',
    'false/1000',
    'bound',
    'baseline F',
    'baseline F faults',
    'its best F',
    'its best',
  ]
  const wide = (name: string): number => (name === 'family' ? 24 : Math.max(7, name.length + 1))
  const line = (cells: readonly (string | number)[]): string =>
    cells.map((cell, i) => String(cell).padEnd(wide(columns[i] ?? ''))).join('')
  process.stdout.write(`${line(columns)}\n`)
  for (const row of [...rows, all])
    process.stdout.write(`${line(columns.map((name) => row[name] ?? ''))}\n`)
  process.stdout.write(`best baseline over these families (baseline F): ${shared}\n`)
}
