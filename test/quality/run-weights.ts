/**
 * `npm run quality:weights`: whether the weights that correcting people teach group better what nobody has
 * corrected. Made-up people correct some seeds of each tuning family by the truth and accept what is
 * proposed; other seeds of the same family, and the test families, are then grouped with the rules as they
 * are shipped and with the learned weights, from nothing.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { changesOf, changesText, type Weights } from '../../src/core/learn/weights.ts'
import { defaultRules } from '../../src/core/rules.ts'
import { temporaryFolder } from '../support/store.ts'
import { correctionsOf, learnFrom, type Taught } from './measure/correcting.ts'
import { FAMILIES, isQuiet } from './measure/families.ts'
import type { InstanceResult } from './measure/instance.ts'
import { mean } from './measure/summary.ts'
import { runAll } from './measure/workers.ts'
import { type Family, generate } from './scenario/scenario.ts'

const { values } = parseArgs({
  options: {
    family: { type: 'string', multiple: true },
    taught: { type: 'string', default: '1,2,3,4' },
    held: { type: 'string', default: '21,22' },
  },
})
const seedsOf = (text: string): number[] => text.split(',').map(Number)
const [taught, held] = [seedsOf(values.taught), seedsOf(values.held)]
const say = (line: string): boolean => process.stdout.write(`${line}\n`)

const chosen = FAMILIES.filter(
  (family) => !isQuiet(family) && (values.family?.includes(family.name) ?? true),
)
const tuning = chosen.filter(({ set }) => set === 'tuning')
const scratch = temporaryFolder()
const lessons = new Map(
  tuning.map((family) => [family, taught.map((seed) => lesson(family, seed))]),
)
scratch.remove()

function lesson(family: Family, seed: number): ReturnType<typeof correctionsOf> {
  const scenario = generate(family, seed)
  const cmdb = join(scratch.path, 'cmdb.json')
  writeFileSync(cmdb, JSON.stringify(scenario.cmdb))
  return correctionsOf(scenario, cmdb, seed)
}

/** Figures of some families with the shipped weights, and with others. */
async function compare(families: readonly Family[], weights: Weights) {
  const tasks = families.flatMap(({ name }) =>
    held.flatMap((seed) => [
      { family: name, seed, only: [] },
      { family: name, seed, only: [], changed: { weights } },
    ]),
  )
  const results = await runAll(tasks, () => process.stderr.write('.'))
  const of = (pick: (result: InstanceResult) => number, which: 0 | 1): number =>
    mean(results.filter((_one, index) => index % 2 === which).map(pick))
  const all = ({ engine }: InstanceResult): number => engine.final.all.f
  const faults = ({ engine }: InstanceResult): number => engine.final.faults.f
  return { all: [of(all, 0), of(all, 1)], faults: [of(faults, 0), of(faults, 1)] } as const
}

function row(name: string, { all, faults }: Awaited<ReturnType<typeof compare>>): string {
  const text = ([before = 0, after = 0]: readonly number[]): string => {
    const by = after - before
    return `${before.toFixed(4)} → ${after.toFixed(4)} (${by < 0 ? '' : '+'}${by.toFixed(4)})`
  }
  return `${name.padEnd(20)} F ${text(all)}, of faults alone ${text(faults)}`
}

function lessonText(name: string, { corrections, links, accepted, weights }: Taught): string {
  const rules = defaultRules().correlate.weights
  const what = accepted.length === 0 ? 'nothing proposed' : changesText(changesOf(rules, weights))
  return `${name.padEnd(20)} ${corrections} corrections, ${links} links, ${accepted.length} accepted: ${what}`
}

say(`taught by seeds ${taught.join(', ')}, measured on ${held.join(', ')}`)
const own: (readonly [number, number])[] = []
for (const [family, some] of lessons) {
  const learned = learnFrom(some)
  say(lessonText(family.name, learned))
  if (learned.accepted.length === 0) continue
  const figures = await compare([family], learned.weights)
  own.push([figures.all[0], figures.all[1]])
  say(row(`  its other seeds`, figures))
}
if (own.length > 0)
  say(
    `mean of these: F ${mean(own.map(([f]) => f)).toFixed(4)} → ${mean(own.map(([, f]) => f)).toFixed(4)}`,
  )
const pooled = learnFrom([...lessons.values()].flat())
say(lessonText('all together', pooled))
if (pooled.accepted.length > 0)
  for (const set of ['tuning', 'test'] as const) {
    const families = chosen.filter((family) => family.set === set)
    if (families.length > 0) say(row(`  ${set} families`, await compare(families, pooled.weights)))
  }
