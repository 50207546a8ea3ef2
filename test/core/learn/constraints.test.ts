import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ConstraintState,
  coreOf,
  corePairs,
  cutPairs,
  isOfKind,
  type Kind,
  kindOf,
  kindText,
  MAX_CONSTRAINTS,
  MAX_PAIRS,
  MAX_PER_PERSON,
  pairOf,
  type Touched,
  toForget,
} from '../../../src/core/learn/constraints.ts'

function touched(signature: string, locus: string | null, more: Partial<Touched> = {}): Touched {
  const key = `${signature}@${locus}`
  return { key, signature, locus, severity: 'warning', startsAt: 0, suppressed: false, ...more }
}

function constraint(number: number, by: string, usedAt: number | null = null): ConstraintState {
  const kind: Kind = { signature: 's|host', place: 'x' }
  return {
    ...{
      snap: 0,
      id: `L-${number}`,
      scope: 'default',
      number,
      relation: 'apart',
      a: kind,
      b: kind,
      by,
    },
    from: { kind: 'split', edit: 'INC-1/0', incident: 'INC-1', other: 'INC-2' },
    ...{ at: number, expiresAt: 1e9, used: usedAt === null ? 0 : 1, usedAt },
  }
}

describe('a kind', () => {
  it.each<[string, string, string | null, string | null, string]>([
    ['of a host is one host', 'disk|host', 'db-1', 'db-1', 'disk on db-1'],
    ['of a pod is any pod', 'crash|pod', 'pod-7f', null, 'crash on any pod'],
    ['of what is nowhere is anywhere', 'slow|?', null, null, 'slow anywhere'],
    ['of an unbound pod is anywhere', 'crash|?', '~pod=x', null, 'crash anywhere'],
    [
      'of labels is what they say',
      'slow|?',
      '~service=pay',
      '~service=pay',
      'slow on ~service=pay',
    ],
    ['keeps bars of its rule', 'a|b|host', 'h', 'h', 'a|b on h'],
  ])('%s', (_name, signature, locus, place, text) => {
    const kind = kindOf({ signature, locus })
    expect(kind).toEqual({ signature, place })
    expect(kindText(kind)).toBe(text)
    expect(isOfKind(kind, { signature, locus })).toBe(true)
    expect(isOfKind(kind, { signature, locus: 'other' })).toBe(place === null)
    expect(isOfKind(kind, { signature: 'other|host', locus })).toBe(false)
  })
})

describe('the core of an incident', () => {
  it('is the worst, then the first, each kind once, muted ones last', () => {
    const members = [
      touched('late|host', 'a', { startsAt: 9 }),
      touched('bad|host', 'a', { severity: 'critical', startsAt: 5 }),
      touched('bad|host', 'a', { key: 'again', severity: 'critical', startsAt: 6 }),
      touched('muted|host', 'a', { severity: 'critical', suppressed: true }),
      touched('first|host', 'a', { startsAt: 1 }),
    ]
    expect(coreOf(members).map(({ signature }) => signature)).toEqual(['bad|host', 'first|host'])
  })
})

describe('what a cut says', () => {
  const best = (key: string) => ({ best: key }) as never

  it('begins with the links that had joined those who part', () => {
    const left = [touched('x|host', 'a'), touched('y|host', 'b', { severity: 'critical' })]
    const stayed = ['p', 'q', 'r'].map((one) => touched(`${one}|host`, one))
    const byKey = new Map(stayed.map((one) => [one.key, one]))
    const pairs = cutPairs(left, byKey, { 'x|host@a': best('r|host@r'), 'y|host@b': null })
    expect(pairs.map(([a, b]) => `${a.locus} ${b.locus}`)).toEqual(['a r', 'b p', 'b q', 'a p'])
  })

  it('is never more than so many pairs, none of a kind with itself, none twice', () => {
    const anyTouched = fc.record({
      n: fc.nat(99),
      signature: fc.constantFrom('x|host', 'y|host', 'z|pod'),
      locus: fc.constantFrom('a', 'b', null),
    })
    fc.assert(
      fc.property(fc.array(anyTouched), fc.array(anyTouched), fc.nat(9), (some, others, n) => {
        const left = some.map((one) => touched(one.signature, one.locus, { key: `l${one.n}` }))
        const stayed = others.map((one) => touched(one.signature, one.locus, { key: `s${one.n}` }))
        const target = stayed[n % Math.max(1, stayed.length)]?.key ?? ''
        const before = Object.fromEntries(left.map(({ key }) => [key, best(target)]))
        const byKey = new Map(stayed.map((one) => [one.key, one]))
        const pairs = cutPairs(left, byKey, before)
        expect(pairs.length).toBeLessThanOrEqual(MAX_PAIRS)
        const names = pairs.map((pair) =>
          pairOf(pair)
            .map((one) => JSON.stringify(one))
            .sort(),
        )
        for (const [a, b] of names) expect(a).not.toBe(b)
        expect(new Set(names.map(String)).size).toBe(names.length)
        expect(corePairs(coreOf(left), coreOf(stayed)).length).toBeLessThanOrEqual(MAX_PAIRS)
      }),
    )
  })
})

describe('what has to go', () => {
  const by = (name: string, scope = 'default') => ({ by: name, scope })

  it('is nothing as long as there is room', () => {
    expect(toForget([], by('ada'))).toBeNull()
    expect(toForget([constraint(1, 'ada')], by('ada'))).toBeNull()
  })

  it("is one's own of least use lately, from one's share on: nobody teaches alone", () => {
    const own = Array.from({ length: MAX_PER_PERSON }, (_, n) => constraint(n, 'ada', 1000 - n))
    const all = [constraint(5000, 'eve'), ...own]
    expect(toForget(all, by('ada'))).toMatchObject({ by: 'ada', usedAt: 1000 - MAX_PER_PERSON + 1 })
    expect(toForget(all, by('eve'))).toBeNull()
    expect(MAX_PER_PERSON / MAX_CONSTRAINTS).toBeLessThanOrEqual(0.2)
  })

  it('is of whoever has most, where all are full', () => {
    const people = ['a', 'b', 'c', 'd', 'e', 'f']
    const all = Array.from({ length: MAX_CONSTRAINTS }, (_, n) =>
      constraint(n, n < 199 ? 'big' : (people[n % 6] ?? '')),
    )
    expect(toForget(all, by('new'))).toMatchObject({ by: 'big', number: 0 })
  })

  it('is of the scope that has most: no tenant pushes out what another one taught', () => {
    const full = Array.from({ length: MAX_CONSTRAINTS }, (_, n) => ({
      ...constraint(n, `p${n % 20}`, 5000 + n),
      scope: n < 10 ? 'acme' : 'big',
    }))
    expect(toForget(full, by('new', 'big'))).toMatchObject({ scope: 'big', by: 'p10' })
    expect(toForget(full, by('new', 'acme'))).toMatchObject({ scope: 'big' })
    // one's share is counted in each scope by itself
    const own = Array.from({ length: MAX_PER_PERSON }, (_, n) => constraint(n, 'ada'))
    expect(toForget(own, by('ada', 'acme'))).toBeNull()
    expect(toForget(own, by('ada'))).toMatchObject({ scope: 'default' })
  })

  it('keeps the numbers bounded, whoever corrects how often', () => {
    let all: ConstraintState[] = []
    for (let n = 0; n < 1500; n++) {
      const who = n % 3 === 0 ? `p${n % 40}` : 'flood'
      const old = toForget(all, by(who))
      all = [...all.filter((one) => one !== old), constraint(n, who)]
      if (n % 100 > 0) continue
      expect(all.length).toBeLessThanOrEqual(MAX_CONSTRAINTS)
      expect(all.filter((one) => one.by === 'flood').length).toBeLessThanOrEqual(MAX_PER_PERSON)
    }
  })
})
