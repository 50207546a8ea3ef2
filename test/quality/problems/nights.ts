/** A year through the engine: every incident when it was resolved, every look when it is due. */
import { emptyOutput } from '../../../src/core/engine/context.ts'
import { Engine } from '../../../src/core/engine/engine.ts'
import { rememberPast } from '../../../src/core/engine/problems.ts'
import type { PastIncident } from '../../../src/core/problems/types.ts'
import { toProblemRecord } from '../../../src/core/project.ts'
import type { ProblemRecord } from '../../../src/core/record.ts'
import { DAY, type EpochMs } from '../../../src/core/time.ts'
import { YEAR0 } from '../../core/problems/year.ts'
import { ci } from '../../support/engine.ts'
import { CLASSES, YEAR_DAYS } from './estate-year.ts'

export interface Year {
  /** As they are at the end, by number. */
  readonly problems: readonly ProblemRecord[]
  /** Of every problem, from the look that proposed it on: its incidents' ids then. */
  readonly proposed: ReadonlyMap<
    string,
    { readonly at: EpochMs; readonly incidents: readonly string[] }
  >
  readonly engine: Engine
}

/**
 * Plays the incidents in the order in which they were resolved.
 *
 * @param clusters whether the search by k-means takes place, which is most of the time it takes
 */
export function playYear(
  incidents: readonly PastIncident[],
  { clusters = false }: { readonly clusters?: boolean } = {},
): Year {
  const engine = new Engine()
  let offset = 0
  const apply = (entry: Parameters<Engine['apply']>[0]['entry']) => {
    offset += 1
    return engine.apply({ offset, entry })
  }
  const proposed = new Map<string, { at: EpochMs; incidents: readonly string[] }>()
  const tick = (at: EpochMs): void => {
    for (let next = engine.nextDeadline(); next !== null && next < at; ) {
      step(next)
      const later = engine.nextDeadline()
      next = later === next ? null : later
    }
    step(at)
  }
  const step = (at: EpochMs): void => {
    for (const { id, status, incidents: of } of apply({ kind: 'time', at, scope: 'default' })
      .problems)
      if (status === 'proposed' && !proposed.has(id)) proposed.set(id, { at, incidents: of })
    const scope = engine.state.scopes.edit('default')
    if (!clusters && scope !== undefined) scope.discovery.search = null
  }
  apply({
    kind: 'topology',
    at: YEAR0,
    scope: 'default',
    version: '1',
    mode: 'replace',
    items: Object.entries(CLASSES).flatMap(([name, { cis }]) =>
      Array.from({ length: cis }, (_, n) => ci(`${name}-${n}`, { class: name })),
    ),
    relations: [],
  })
  for (const past of [...incidents].sort((a, b) => a.resolvedAt - b.resolvedAt)) {
    tick(past.resolvedAt)
    rememberPast({ state: engine.state, ix: engine.ix, explains: true, out: emptyOutput() }, past)
  }
  tick(YEAR0 + (YEAR_DAYS + 2) * DAY)
  const problems = [...engine.state.problems.values()].map((problem) =>
    toProblemRecord(problem, engine.ix.problems.members.get(problem.id) ?? new Set()),
  )
  return { problems, proposed, engine }
}
