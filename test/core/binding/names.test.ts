/** Binding on names as monitoring writes them: how many are bound, and that none is bound wrongly. */
import { describe, expect, it } from 'vitest'
import { decideBinding } from '../../../src/core/bind.ts'
import { RulePacks } from '../../../src/core/rules.ts'
import { buildTopology } from '../../../src/core/topology.ts'
import { loadRules } from '../../../src/inputs.ts'
import { shippedRules } from '../../../src/paths.ts'
import { type Asked, nameSet } from './names.ts'

const { bind: rules } = RulePacks.parse(loadRules(shippedRules()).packs)

interface Answer extends Asked {
  readonly got: string | null
  readonly by: string
}

function answers(seed: number): readonly Answer[] {
  const { items, asked } = nameSet(seed)
  const topology = buildTopology('t', items, [])
  return asked.map((one) => {
    const decision = decideBinding(one, { topology, rules })
    return decision.action === 'bind'
      ? { ...one, got: decision.binding.ci, by: decision.binding.rule }
      : { ...one, got: null, by: decision.reason }
  })
}

const share = (part: number, whole: number): number => part / whole
const wrong = ({ got, truth }: Answer): boolean => got !== null && got !== truth
const shown = ({ change, labels, truth, got, by }: Answer): string =>
  `${change} ${JSON.stringify(labels)}: ${got ?? 'none'} by ${by}, not ${truth ?? 'none'}`

describe('binding on perturbed names', () => {
  const all = [1, 2, 3, 4, 5].flatMap(answers)
  const known = all.filter(({ truth }) => truth !== null)
  const bound = all.filter(({ got }) => got !== null)

  it('reaches its precision and recall', () => {
    const right = known.filter(({ got, truth }) => got === truth)
    const precision = share(right.length, bound.length)
    const recall = share(right.length, known.length)
    const missed = new Map<string, number>()
    for (const one of known)
      if (one.got !== one.truth) missed.set(one.change, (missed.get(one.change) ?? 0) + 1)
    process.stdout.write(
      `binding: ${all.length} names of ${known.length} known things, precision ${precision.toFixed(4)}, ` +
        `recall ${recall.toFixed(4)}; missed ${JSON.stringify(Object.fromEntries(missed))}\n`,
    )
    expect(known.length).toBeGreaterThan(10_000)
    expect(precision).toBeGreaterThanOrEqual(0.99)
    expect(recall).toBeGreaterThanOrEqual(0.95)
  })

  it('binds no look-alike, nothing retired and no address out of its time', () => {
    const others = all.filter(({ truth }) => truth === null)
    expect(others.filter(({ lookAlike }) => lookAlike).length).toBeGreaterThan(5000)
    expect(others.filter(wrong).slice(0, 10).map(shown)).toEqual([])
    expect(known.filter(wrong).slice(0, 10).map(shown)).toEqual([])
  })

  it('misses some of it by exact names alone', () => {
    const { items, asked } = nameSet(1)
    const byName = new Map(items.map(({ name, id }) => [name, id]))
    const found = asked.filter(
      ({ truth, labels }) =>
        truth !== null && Object.values(labels).some((value) => byName.get(value) === truth),
    )
    expect(share(found.length, asked.filter(({ truth }) => truth !== null).length)).toBeLessThan(
      0.5,
    )
  })
})
