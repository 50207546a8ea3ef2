/** `npm run quality`: everything that docs/quality.md tells, measured anew. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadRules } from '../../src/inputs.ts'
import { shippedRules } from '../../src/paths.ts'
import { ROOT } from '../support/source.ts'
import { BASELINES } from './measure/baselines.ts'
import { FAMILIES, isQuiet, LARGE } from './measure/families.ts'
import { type InstanceResult, nameOf } from './measure/instance.ts'
import { shippedTerms } from './measure/outcome.ts'
import { measureRecorded } from './measure/recorded.ts'
import { aims, bestRule, familyTable, type Measured, report, ruleTable } from './measure/report.ts'
import { mean } from './measure/summary.ts'
import { runAll, type Task } from './measure/workers.ts'
import { SEEDS } from './scenario/families-test.ts'
import type { Family } from './scenario/scenario.ts'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, out: { type: 'string' } },
})
const { quick } = values
const seeds = quick ? SEEDS.slice(0, 1) : SEEDS
/** Instances that an ablation or a threshold is tried on. */
const FEWER = SEEDS.slice(0, 1)
const THRESHOLDS = [0.5, 0.65, 0.8, 0.9, 0.95]
const began = performance.now()

function tasksOf(families: readonly Family[], more: Partial<Task> = {}, over = seeds): Task[] {
  return families.flatMap(({ name }) => over.map((seed) => ({ family: name, seed, ...more })))
}

async function run(what: string, tasks: readonly Task[]): Promise<InstanceResult[]> {
  const results = await runAll(tasks, (_result, count) =>
    process.stderr.write(`\r${what}: ${count} of ${tasks.length}`),
  )
  if (tasks.length > 0) process.stderr.write('\n')
  return results
}

/** For every rule the setting that is best on the tuning families. */
function bestSettings(tuned: readonly InstanceResult[]): Map<string, string> {
  const f = (name: string): number =>
    mean(tuned.map(({ baselines }) => baselines[name]?.all.f ?? 0))
  const chosen = new Map<string, string>()
  for (const baseline of BASELINES) {
    const name = nameOf(baseline)
    const before = chosen.get(baseline.rule)
    if (before === undefined || f(name) > f(before)) chosen.set(baseline.rule, name)
  }
  return chosen
}

/** The last commit that changed what is measured. */
function commitOf(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  const engine = ['--', 'src', 'ingest', 'rules']
  try {
    const changed = git('status', '--porcelain', ...engine) === '' ? '' : ' with changes'
    return `${git('log', '-1', '--format=%h', ...engine)}${changed}`
  } catch {
    return 'unknown'
  }
}

async function measureAll(): Promise<Measured> {
  const of = (set: Family['set']): Family[] => FAMILIES.filter((family) => family.set === set)
  const test = of('test').filter((family) => !isQuiet(family))
  const isWrong = ({ name }: Family): boolean => name.endsWith('-corrupted')
  const clean = test.filter((family) => !isWrong(family))
  const tuned = await run(
    'tuning families',
    tasksOf(of('tuning').filter((family) => !isQuiet(family))),
  )
  const chosen = bestSettings(tuned)
  const only = [...chosen.values()]
  const quiet = quick ? [] : await run('noise only', tasksOf(of('test').filter(isQuiet), { only }))
  const cleanResults = await run('test families', tasksOf(clean, { only }))
  const corrupted = quick ? [] : await run('wrong CMDB', tasksOf(test.filter(isWrong), { only }))
  const ablations = new Map<string | null, readonly InstanceResult[]>()
  const thresholds = new Map<number, readonly InstanceResult[]>()
  if (!quick) {
    ablations.set(
      null,
      cleanResults.filter(({ seed }) => FEWER.includes(seed)),
    )
    for (const without of shippedTerms()) {
      const tasks = tasksOf(clean, { only: [], changed: { without } }, FEWER)
      ablations.set(without, await run(`without ${without}`, tasks))
    }
    const large = clean.filter(({ name }) => LARGE.has(name))
    for (const threshold of THRESHOLDS) {
      const tasks = tasksOf(large, { only: [], changed: { join: threshold } })
      thresholds.set(threshold, await run(`join at ${threshold}`, tasks))
    }
  }
  const recorded = quick ? { missing: 'this is the quick run' } : await measureRecorded()
  return {
    commit: commitOf(),
    rules: loadRules(shippedRules()).version,
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.versions.node}`,
    minutes: Math.ceil((performance.now() - began) / 60_000),
    seeds,
    tuned,
    clean: cleanResults,
    corrupted,
    quiet,
    chosen,
    ablations,
    thresholds,
    recorded,
    about: new Map(FAMILIES.map(({ name, about }) => [name, about])),
  }
}

const measured = await measureAll()
const best = bestRule(measured.clean, measured.chosen)
process.stdout.write(
  `${[aims(measured), familyTable(measured.clean, best), ruleTable(measured)].join('\n\n')}\n`,
)
const out = values.out ?? (quick ? undefined : join(ROOT, 'docs/quality.md'))
if (out !== undefined) writeFileSync(out, report(measured))
