/** Law: what an incident is about changes neither who is in it nor when it opens. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../../src/core/engine/engine.ts'
import { anyStream, fold, RUNS, unfold } from './streams.ts'

/** Everything but what explaining brings. */
function shapeOf(engine: Engine): object {
  const { alerts, incidents, members, constraints } = engine.state
  return {
    alerts: [...alerts.values()].map(({ id, startsAt, incident, outcome, suppressedBy }) => [
      ...[id, startsAt, incident, outcome, suppressedBy],
    ]),
    incidents: [...incidents.values()].map((one) => [
      ...[one.id, one.status, one.priority, one.severity, one.service, one.mergedInto],
      ...[one.provisionalAt, one.openedAt, one.notifiedAt, one.resolvedAt, one.closedAt],
    ]),
    members: [...members.values()].map(({ key, incident, order }) => [key, incident, order]),
    constraints: [...constraints.values()].map(({ id, used }) => [id, used]),
  }
}

describe('an engine that does not explain', () => {
  it('decides the same about groups and times', () => {
    fc.assert(
      fc.property(anyStream(), (stream) => {
        const journal = unfold(stream)
        const quiet = new Engine()
        quiet.explains = false
        fold(journal, undefined, quiet)
        const { engine } = fold(journal)
        expect(shapeOf(quiet)).toEqual(shapeOf(engine))
        expect([...quiet.state.incidents.values()].every((one) => one.rootCause === null)).toBe(
          true,
        )
      }),
      RUNS,
    )
  })
})
