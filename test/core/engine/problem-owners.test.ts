/** Which problem a finding is: the one that most of it is of, and no other because of a few incidents. */
import { describe, expect, it } from 'vitest'
import { type Ctx, emptyOutput } from '../../../src/core/engine/context.ts'
import { Engine } from '../../../src/core/engine/engine.ts'
import { createProblem, ownKeys, setLink } from '../../../src/core/engine/problem-state.ts'
import { rememberPast } from '../../../src/core/engine/problems.ts'
import { familyKey } from '../../../src/core/problems/families.ts'
import type { ProblemState } from '../../../src/core/problems/state.ts'
import type { PastIncident } from '../../../src/core/problems/types.ts'
import type { ProblemKind, ProblemStatus } from '../../../src/core/record.ts'
import { DAY, HOUR } from '../../../src/core/time.ts'
import { ci } from '../../support/engine.ts'
import { ESTATE, incident, memoryless, YEAR0 } from '../problems/year.ts'

/** An engine at the end of the year, without any incident. */
function start(): { readonly engine: Engine; readonly ctx: Ctx } {
  const engine = new Engine()
  const items = Object.entries(ESTATE).flatMap(([name, { cis }]) =>
    Array.from({ length: cis }, (_, n) => ci(`${name}-${n}`, { class: name })),
  )
  const entry = { kind: 'topology', version: '1', mode: 'replace', items, relations: [] } as const
  engine.apply({ offset: 1, entry: { ...entry, at: YEAR0 + 366 * DAY, scope: 'default' } })
  const ctx = { state: engine.state, ix: engine.ix, explains: true, out: emptyOutput() }
  return { engine, ctx }
}

interface Made {
  readonly kind: ProblemKind
  readonly status: ProblemStatus
  readonly keys: readonly string[]
  readonly of: readonly PastIncident[]
}

/** A problem as earlier looks and people left it. */
function made(ctx: Ctx, { kind, status, keys, of }: Made): ProblemState {
  const problem = createProblem(ctx, { scope: 'default', kind, splitFrom: null })
  ownKeys(ctx, problem.id, keys)
  problem.status = status
  problem.resolvedAt = status === 'resolved' ? YEAR0 + 100 * DAY : null
  for (const one of of) setLink(ctx, one.incident, { problem: problem.id, by: 'engine' })
  return problem
}

/** The look of the night over these incidents; returns the problems that it proposed. */
function look(
  { engine, ctx }: ReturnType<typeof start>,
  incidents: readonly PastIncident[],
): readonly Readonly<ProblemState>[] {
  const before = new Set([...engine.state.problems.values()].map(({ id }) => id))
  for (const past of incidents) rememberPast(ctx, past)
  const at = engine.state.scopes.get('default')?.discovery.dueAt ?? 0
  engine.apply({ offset: 2, entry: { kind: 'time', at, scope: 'default' } })
  return [...engine.state.problems.values()].filter(({ id }) => !before.has(id))
}

const OTHERS = memoryless(1, 400)
/** DiskFull on another host every time, always of one service: a pattern. */
const PATTERN = Array.from({ length: 40 }, (_, i) =>
  incident(9000 + i, YEAR0 + i * 9 * DAY + ((i * 5) % 24) * HOUR, {
    ...{ rule: 'DiskFull', class: 'host', ci: (i * 7) % 24, service: 'shop' },
  }),
)
const OLD_KEY = 'default 13:DiskFull|host@*week=17'

describe('a family', () => {
  it('is proposed although one of its incidents is of a dismissed cluster', () => {
    const story = start()
    const own = Array.from({ length: 11 }, (_, i) =>
      incident(8000 + i, YEAR0 + (i + 2) * 7 * DAY, { rule: 'HighCpu', class: 'host', ci: 3 }),
    )
    const of = [...own.slice(0, 1), ...OTHERS.slice(0, 9)]
    const old = made(story.ctx, { kind: 'cluster', status: 'dismissed', keys: [OLD_KEY], of })
    const [proposed, ...more] = look(story, own)
    expect(more).toEqual([])
    expect(proposed).toMatchObject({ kind: 'family', keys: own.slice(0, 1).map(familyKey) })
    expect(story.engine.ix.problems.members.get(proposed?.id ?? '')?.size).toBe(10)
    expect(old.keys).toEqual([OLD_KEY])
  })
})

describe('a pattern', () => {
  it('is not the problem that a few of its incidents are of', () => {
    const story = start()
    const of = [...PATTERN.slice(0, 3), ...OTHERS.slice(0, 17)]
    const old = made(story.ctx, { kind: 'cluster', status: 'resolved', keys: [OLD_KEY], of })
    const [proposed, ...more] = look(story, [...OTHERS, ...PATTERN])
    expect(more).toEqual([])
    expect(proposed?.kind).toBe('cluster')
    const members = story.engine.ix.problems.members.get(proposed?.id ?? '')
    const rest = PATTERN.slice(3).filter((one) => members?.has(one.incident))
    expect(rest.length).toBeGreaterThanOrEqual(30)
    expect(old).toMatchObject({ status: 'resolved', reopenCount: 0, keys: [OLD_KEY] })
    expect(story.engine.ix.problems.members.get(old.id)?.size).toBe(20)
  })

  it('is not the dismissed family of one of its incidents', () => {
    const story = start()
    const one = PATTERN.slice(0, 1)
    const keys = one.map(familyKey)
    const old = made(story.ctx, { kind: 'family', status: 'dismissed', keys, of: one })
    const [proposed] = look(story, [...OTHERS, ...PATTERN])
    expect(proposed?.keys[0]).toContain('@*service=shop')
    expect(old.keys).toEqual(keys)
  })

  it.each([
    ['most of its incidents are of', 30],
    ['has most of its incidents in it', 8],
  ])('is the problem that %s, and gives it its key', (_name, linked) => {
    const story = start()
    const of = PATTERN.slice(0, linked)
    const old = made(story.ctx, { kind: 'cluster', status: 'open', keys: [OLD_KEY], of })
    expect(look(story, [...OTHERS, ...PATTERN])).toEqual([])
    expect(old.keys).toHaveLength(2)
    expect(story.engine.ix.problems.byKey.get(old.keys[1] ?? '')).toBe(old.id)
    expect(story.engine.ix.problems.members.get(old.id)?.size).toBeGreaterThanOrEqual(33)
  })

  it('stays dismissed where most of it is, without its new key', () => {
    const story = start()
    const of = PATTERN.slice(0, 30)
    const old = made(story.ctx, { kind: 'cluster', status: 'dismissed', keys: [OLD_KEY], of })
    expect(look(story, [...OTHERS, ...PATTERN])).toEqual([])
    expect(old).toMatchObject({ status: 'dismissed', keys: [OLD_KEY] })
    expect(story.engine.ix.problems.members.get(old.id)?.size).toBe(30)
  })
})
