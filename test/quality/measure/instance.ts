/** One family and seed: the engine, a change of its rules, or the baselines. */
import { digestOf, type Family, generate } from '../scenario/scenario.ts'
import { BASELINES, estateOf, oracleByCi } from './baselines.ts'
import { type Changed, outcomeOf } from './outcome.ts'
import { type EngineScores, type GroupScores, scoresOfEngine, scoresOfGroups } from './scores.ts'
import { itemsOf } from './stream.ts'

export interface InstanceResult {
  readonly family: string
  readonly seed: number
  readonly digest: string
  readonly episodes: number
  readonly background: number
  readonly bound: number
  readonly engine: EngineScores
  /** By `rule · setting`. */
  readonly baselines: Readonly<Record<string, GroupScores>>
  readonly oracle: GroupScores
  readonly seconds: number
}

export function nameOf({
  rule,
  setting,
}: {
  readonly rule: string
  readonly setting: string
}): string {
  return `${rule} · ${setting}`
}

/** Measures the instance. @param only the baselines to run; absent: all */
export async function measure(
  family: Family,
  seed: number,
  { changed, only }: { readonly changed?: Changed; readonly only?: readonly string[] },
): Promise<InstanceResult> {
  const scenario = generate(family, seed)
  const began = performance.now()
  const outcome = await outcomeOf(scenario, changed)
  const seconds = (performance.now() - began) / 1000
  const items = itemsOf(scenario, outcome.bound)
  const estate = estateOf(scenario.cmdb)
  const baselines = BASELINES.filter((one) => only === undefined || only.includes(nameOf(one))).map(
    (one) => [nameOf(one), scoresOfGroups(items, one.group(items, estate))] as const,
  )
  return {
    family: family.name,
    seed,
    digest: digestOf(scenario),
    episodes: items.length,
    background: items.filter(({ truth }) => truth.kind === 'background').length,
    bound: items.filter(({ ci }) => ci !== null).length,
    engine: scoresOfEngine(items, outcome, scenario),
    baselines: Object.fromEntries(baselines),
    oracle: scoresOfGroups(items, oracleByCi(items)),
    seconds,
  }
}
