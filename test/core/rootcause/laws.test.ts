import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { termValue } from '../../../src/core/rootcause/terms.ts'
import {
  CAUSE_TERMS,
  type CauseMember,
  type CauseTermName,
} from '../../../src/core/rootcause/types.ts'
import { MAX_MEMBERS, rankRootCauses } from '../../../src/core/rootcause.ts'
import { HOUR } from '../../../src/core/time.ts'
import { alerts, change, ci, input, member, NOW, SHOP, topologyOf } from './scene.ts'

describe('rankRootCauses: laws', () => {
  const RULES = ['HighLatency', 'CpuHigh', 'NoRequests', 'UpstreamErrors', 'Odd', 'SloBurn']
  const anyTopology = fc
    .array(
      fc.tuple(fc.nat({ max: 14 }), fc.constantFrom('>', '>', '>', ':', '@'), fc.nat({ max: 14 })),
      { maxLength: 40 },
    )
    .map((rows) =>
      topologyOf(
        rows.map(([a, sign, b]) => `c${a} ${sign} c${b}`),
        [ci('c0'), ci('c1'), ci('c2', 'namespace')],
      ),
    )
  const anyMember = fc.record({
    ci: fc.option(
      fc.nat({ max: 16 }).map((n) => `c${n}`),
      { nil: null },
    ),
    rule: fc.constantFrom(...RULES),
    severity: fc.constantFrom('critical' as const, 'warning' as const, 'info' as const),
    surprise: fc.double({ min: 0, max: 12, noNaN: true }),
    startsAt: fc.integer({ min: NOW - HOUR, max: NOW }),
    suppressed: fc.boolean(),
    labels: fc.constantFrom<Record<string, string>>(
      {},
      { client: 'c1', server: 'c0' },
      { source_workload: 'c3', destination_workload: 'c4' },
    ),
  })
  const anyInput = fc
    .record({
      topology: anyTopology,
      members: fc
        .array(anyMember, { maxLength: 25 })
        .map((list) => list.map((one, i) => member({ ...one, id: `a${i}.1` }))),
      changes: fc
        .array(fc.nat({ max: 14 }), { maxLength: 3 })
        .map((cis) => cis.map((n, i) => change({ id: `ch${i}`, cis: [`c${n}`] }))),
      confirmed: fc
        .dictionary(
          fc.nat({ max: 14 }).map((n) => `c${n}`),
          fc.integer({ min: 1, max: 9 }),
        )
        .map((times) => new Map(Object.entries(times))),
      alwaysWatched: fc.boolean(),
    })
    .map(({ alwaysWatched, ...rest }) => input({ ...rest, monitored: () => alwaysWatched }))

  it('does not depend on the order of members and changes', () => {
    fc.assert(
      fc.property(anyInput, (some) => {
        const back = {
          ...some,
          members: [...some.members].reverse(),
          changes: [...some.changes].reverse(),
        }
        expect(JSON.stringify(rankRootCauses(back))).toBe(JSON.stringify(rankRootCauses(some)))
      }),
    )
  })

  it('counts which came first by its own small term and by nothing else, where nothing was changed', () => {
    fc.assert(
      fc.property(anyInput, (some) => {
        const still = { ...some, changes: [] }
        const at = (startsAt: number) => ({
          ...still,
          members: still.members.map((m) => ({ ...m, startsAt })),
        })
        expect(rankRootCauses(at(NOW))).toEqual(rankRootCauses(at(NOW - HOUR)))
        for (const { factors } of rankRootCauses(still).candidates)
          for (const { name, x } of factors)
            if (name === 'order') expect(Math.abs(x)).toBeLessThanOrEqual(0.7)
      }),
    )
  })

  it('adds up: terms of the closed list, recomputed from their inputs, are the score', () => {
    fc.assert(
      fc.property(anyInput, (some) => {
        const result = JSON.parse(JSON.stringify(rankRootCauses(some))) as ReturnType<
          typeof rankRootCauses
        >
        for (const { factors, score } of result.candidates) {
          const names = factors.map((factor) => factor.name)
          expect(new Set(names).size).toBe(names.length)
          let sum = 0
          for (const { name, inputs, x, w, note } of factors) {
            expect(CAUSE_TERMS).toContain(name)
            expect(termValue(name as CauseTermName, inputs)).toBeCloseTo(x, 9)
            expect(note).not.toBe('')
            sum += x * w
          }
          expect(Math.abs(sum - score)).toBeLessThan(1e-9)
        }
      }),
    )
  })

  it('lists at most five CIs of the CMDB, best first, with weights that add up to 1', () => {
    fc.assert(
      fc.property(anyInput, (some) => {
        const { candidates } = rankRootCauses(some)
        const scores = candidates.map((c) => c.score)
        expect(candidates.length).toBeLessThanOrEqual(5)
        expect(new Set(candidates.map((c) => c.ci)).size).toBe(candidates.length)
        expect(candidates.every((c) => some.topology.items.has(c.ci))).toBe(true)
        expect([...scores].sort((a, b) => b - a)).toEqual(scores)
        const ids = new Set(some.members.map((m) => m.id))
        expect(candidates.every((c) => c.explains.every((id) => ids.has(id)))).toBe(true)
        const weight = candidates.reduce((sum, c) => sum + c.weight, 0)
        if (candidates.length > 0) expect(weight).toBeCloseTo(1, 9)
      }),
    )
  })

  it('does not change when an alert comes again under another id', () => {
    const topology = SHOP
    const members = alerts('HighLatency on web', 'DiskFull on db')
    const twice = [...members, ...members.map((m) => ({ ...m, id: `${m.id}b` }))]
    const scores = (list: readonly CauseMember[]): readonly number[] =>
      rankRootCauses(input({ topology, members: list })).candidates.map((c) => c.score)
    expect(scores(twice)).toEqual(scores(members))
  })

  it('bounds what it looks at: the most surprising members count', () => {
    const topology = SHOP
    const noise = Array.from({ length: MAX_MEMBERS }, (_, i) =>
      member({ id: `n${i}`, ci: 'web', surprise: 3 }),
    )
    const faint = member({ id: 'z', ci: 'db', rule: 'DiskFull', surprise: 2 })
    const loud = { ...faint, surprise: 9 }
    const explainedBy = (one: CauseMember): boolean =>
      rankRootCauses(input({ topology, members: [...noise, one] })).candidates.some((c) =>
        c.explains.includes('z'),
      )
    expect([explainedBy(faint), explainedBy(loud)]).toEqual([false, true])
  })
})
