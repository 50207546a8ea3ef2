/** How well what was proposed is what was planted. */
import type { ProblemRecord } from '../../../src/core/record.ts'
import { DAY } from '../../../src/core/time.ts'
import type { Year } from './nights.ts'
import type { Planted, PlantedKind } from './planted.ts'

/** So much of a proposal has to be of a planted problem, and so much of the planted one in it. */
const SHARE = 0.5
/** A planted problem that came so often could have been proposed. */
const TIMES_FROM = 3

export interface Found {
  readonly kind: PlantedKind
  /** The first problem that is it; `null`: missed. */
  readonly problem: string | null
  /** From its third time to the proposal that has it. */
  readonly days: number | null
}

export interface Scores {
  readonly found: readonly Found[]
  readonly recall: number
  /** Of the ten that cost most. */
  readonly precision: number
  readonly proposals: number
  /** Proposals that are no planted problem. */
  readonly wrong: readonly ProblemRecord[]
}

export function scoresOf(year: Year, planted: readonly Planted[]): Scores {
  const owner = new Map(
    planted.flatMap(({ incidents }, index) => incidents.map(({ incident }) => [incident, index])),
  )
  const membersOf = (problem: string): readonly string[] => [
    ...(year.engine.ix.problems.members.get(problem) ?? []),
  ]
  const isOf = (problem: string, index: number): boolean => {
    const members = membersOf(problem)
    const own = members.filter((id) => owner.get(id) === index).length
    return own >= SHARE * members.length && own >= SHARE * (planted[index]?.incidents.length ?? 0)
  }
  const isHit = ({ id }: ProblemRecord): boolean => planted.some((_, index) => isOf(id, index))
  const active = year.problems.filter(({ status }) => status === 'proposed')
  const found = planted.map(({ kind, incidents }, index): Found => {
    const problem = active.find(({ id }) => isOf(id, index))?.id ?? null
    const at = problem === null ? undefined : year.proposed.get(problem)?.at
    const third = incidents.map(({ resolvedAt }) => resolvedAt).sort((a, b) => a - b)[
      TIMES_FROM - 1
    ]
    const days = at === undefined || third === undefined ? null : Math.max(0, (at - third) / DAY)
    return { kind, problem, days }
  })
  const ten = [...active].sort((a, b) => b.figures.monthlyCost - a.figures.monthlyCost).slice(0, 10)
  return {
    found,
    recall: found.filter(({ problem }) => problem !== null).length / Math.max(1, found.length),
    precision: ten.length === 0 ? 1 : ten.filter(isHit).length / ten.length,
    proposals: active.length,
    wrong: active.filter((problem) => !isHit(problem)),
  }
}
