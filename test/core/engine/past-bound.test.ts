/** Past incidents that problems are looked for in: bounded over all scopes, found by their scope. */
import { expect, it } from 'vitest'
import { emptyOutput } from '../../../src/core/engine/context.ts'
import { Engine } from '../../../src/core/engine/engine.ts'
import { MAX_PAST, rememberPast } from '../../../src/core/engine/problems.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { incident, YEAR0 } from '../problems/year.ts'

const SMALL = 500

it('the oldest of the largest scope go first, before and after a restart', () => {
  const engine = new Engine()
  const ctx = { state: engine.state, ix: engine.ix, explains: true, out: emptyOutput() }
  const of = { rule: 'DiskFull', class: 'host', ci: 1 }
  for (let i = 0; i < SMALL; i++)
    rememberPast(ctx, { ...incident(i, YEAR0 + i * MINUTE, of), scope: 'small' })
  for (let i = SMALL; i < MAX_PAST; i++)
    rememberPast(ctx, { ...incident(i, YEAR0 + i * MINUTE, of), scope: 'large' })
  expect(engine.state.past.size).toBe(MAX_PAST)
  const last = incident(MAX_PAST, YEAR0 + MAX_PAST * MINUTE, of)
  rememberPast(ctx, { ...last, scope: 'large' })

  const { past } = engine.ix.problems
  expect(past.get('small')?.size).toBe(SMALL)
  expect(engine.state.past.has(last.incident)).toBe(true)
  const left = [...engine.state.past.values()].filter((one) => one.past.scope === 'large')
  expect(left.length).toBe(0.95 * MAX_PAST - SMALL)
  const oldest = left.reduce((a, b) => (b.past.startedAt < a.past.startedAt ? b : a))
  expect(oldest.past.startedAt).toBe(YEAR0 + (MAX_PAST + 1 - left.length) * MINUTE)
  expect(past.get('large')).toEqual(new Set(left.map((one) => one.incident)))

  const snapshot = beginSnapshot(engine, 1)
  const restoring = restoreEngine()
  for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restoring.add(chunk)
  expect(restoring.finish()?.ix.problems.past).toEqual(past)
})
