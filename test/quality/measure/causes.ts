/** How well causes are ranked: what the groups cost, what the ranking itself costs, and on whom blame falls. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { RootCauseResult } from '../../../src/core/evidence.ts'
import { rankRootCauses } from '../../../src/core/rootcause.ts'
import { temporaryFolder } from '../../support/store.ts'
import { type Family, generate } from '../scenario/scenario.ts'
import { type Cases, type CauseCase, type CauseStream, causeCasesOf } from './cause-cases.ts'

/** Cases of a family and seed. */
export function familyCases(family: Family, seed: number): Cases {
  const { cmdb, events, truth } = generate(family, seed)
  const scratch = temporaryFolder()
  try {
    const file = join(scratch.path, 'cmdb.json')
    writeFileSync(file, JSON.stringify(cmdb))
    const faults = new Map(
      truth.alerts.map(({ line, index, incident }) => [`${line} ${index}`, incident]),
    )
    return causeCasesOf({
      name: family.name,
      cmdb: file,
      lines: events.trimEnd().split('\n'),
      faults: truth.incidents.filter(({ known }) => known),
      faultOf: ({ line, index }) => faults.get(`${line} ${index}`),
    })
  } finally {
    scratch.remove()
  }
}

const Truth = z.object({
  alerts: z.array(
    z.object({
      fingerprint: z.string(),
      startsAt: z.string(),
      kind: z.string(),
      incident: z.string().nullable().default(null),
    }),
  ),
  incidents: z.array(
    z.object({ id: z.string(), system: z.string(), rootCauses: z.array(z.string()) }),
  ),
})

/** Cases of a recorded stream. */
export function recordedCases(folder: string, dataset: string, file: string): Cases {
  const place = join(folder, dataset)
  const truth = Truth.parse(JSON.parse(readFileSync(join(place, 'truth.json'), 'utf8')))
  const faults = new Map(
    truth.alerts.map(({ fingerprint, startsAt, kind, incident }) => [
      `${fingerprint} ${Date.parse(startsAt)}`,
      kind === 'incident' ? incident : null,
    ]),
  )
  const stream: CauseStream = {
    name: dataset,
    cmdb: join(place, 'cmdb.json'),
    lines: readFileSync(join(place, file), 'utf8').trimEnd().split('\n'),
    faults: truth.incidents,
    faultOf: ({ fingerprint, startsAt }) => faults.get(`${fingerprint} ${startsAt}`),
  }
  return causeCasesOf(stream)
}

export interface CauseScores {
  readonly faults: number
  /** Shares with a true cause among the first 1, 3 and 5: the engine's own incidents. */
  readonly own: readonly number[]
  /** The same with exactly the fault's alerts: what the ranking alone loses. */
  readonly exact: readonly number[]
  /** The same as `exact`, where no true cause raised an alert; and how many faults that is. */
  readonly silent: readonly number[]
  readonly silentFaults: number
  /** The same as `exact`, with the alerts of the true causes taken away where others are left. */
  readonly muted: readonly number[]
  readonly mutedFaults: number
  readonly abstained: number
  /** Two faults at once in one list: both among the first three. */
  readonly pairs: number
  readonly pairsFound: number
  /** Hours without a fault, and those of them in which no incident names a cause. */
  readonly quietHours: number
  readonly unblamed: number
}

const KS = [1, 3, 5]

/** Ranks of the first right cause, `null` where none is named. */
export function rankOf(ranked: RootCauseResult | null, roots: readonly string[]): number | null {
  if (ranked === null || ranked.abstained) return null
  const at = ranked.candidates.findIndex(({ ci }) => roots.includes(ci))
  return at < 0 ? null : at + 1
}

/** Scores over the cases of one stream, or of several. */
export function causeScores(all: readonly Cases[], rerank = false): CauseScores {
  const cases = all.flatMap((one) => one.cases)
  const rank = (one: CauseCase): RootCauseResult | null =>
    rerank || one.ranked === null ? rankRootCauses(one.input) : one.ranked
  const of = (kind: CauseCase['kind']) => cases.filter((one) => one.kind === kind)
  const shares = (list: readonly CauseCase[]): readonly number[] => {
    const ranks = list.map((one) => rankOf(rank(one), one.roots[0] ?? []))
    return KS.map((k) => ranks.filter((r) => r !== null && r <= k).length / (list.length || 1))
  }
  const silent = of('true').filter((one) => one.silent)
  const pairs = of('pair')
  const blamed = all.map(
    (one) =>
      new Set(
        one.cases
          .filter((two) => two.kind === 'quiet' && rank(two)?.abstained === false)
          .map(({ hour }) => hour),
      ).size,
  )
  const quietHours = all.reduce((sum, one) => sum + one.quietHours, 0)
  return {
    faults: of('true').length,
    own: shares(of('own')),
    exact: shares(of('true')),
    silent: shares(silent),
    silentFaults: silent.length,
    muted: shares(of('muted')),
    mutedFaults: of('muted').length,
    abstained: of('own').filter((one) => rank(one)?.abstained !== false).length,
    pairs: pairs.length,
    pairsFound: pairs.filter((one) => {
      const ranked = rank(one)
      return one.roots.every((roots) => (rankOf(ranked, roots) ?? 9) <= 3)
    }).length,
    quietHours,
    unblamed: quietHours - blamed.reduce((sum, n) => sum + n, 0),
  }
}
