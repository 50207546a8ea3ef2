import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ALIKE_FROM,
  addProfile,
  type IncidentProfile,
  indexSimilar,
  MAX_FEATURES,
  removeProfile,
  SIMILAR_TERMS,
  type SimilarIndex,
  similarIncidents,
} from '../../src/core/similar.ts'

function profile(
  incident: string,
  features: readonly string[],
  some: Partial<IncidentProfile> = {},
): IncidentProfile {
  return {
    incident,
    closedAt: Number(incident.replace(/\D/g, '')),
    features: Object.fromEntries(features.map((feature) => [feature, 4])),
    title: `title of ${incident}`,
    resolution: null,
    ...some,
  }
}

const DISK_DB1 = profile('INC-1', ['signature:DiskFull', 'ci:db-1', 'class:host'])
const DISK_DB2 = profile('INC-2', ['signature:DiskFull', 'ci:db-2', 'class:host'])
const CPU_DB1 = profile('INC-3', ['signature:CpuHigh', 'ci:db-1', 'class:host'])
const QUEUE = profile('INC-4', ['signature:QueueStuck', 'ci:mq-1', 'service:orders'])
const HOSTS = ['5', '6', '7', '8'].map((n) =>
  profile(`INC-${n}`, [`signature:Other${n}`, `ci:h-${n}`, 'class:host']),
)
const ALL = [DISK_DB1, DISK_DB2, CPU_DB1, QUEUE, ...HOSTS]

function ids(index: SimilarIndex, asked: IncidentProfile, limit = 5): readonly string[] {
  return similarIncidents(asked, index, limit).map(({ incident }) => incident)
}

const feature = fc.constantFrom(
  ...[
    'signature:A',
    'signature:B',
    'signature:C',
    'ci:x',
    'ci:y',
    'class:host',
    'service:s',
    'change:deploy',
    'odd',
    'toString:z',
  ],
)
const someProfile = (id: fc.Arbitrary<string>): fc.Arbitrary<IncidentProfile> =>
  fc.record({
    incident: id,
    closedAt: fc.integer({ min: 0, max: 5 }),
    features: fc.dictionary(feature, fc.double({ min: -1, max: 12 })),
    title: fc.constant('t'),
    resolution: fc.constantFrom(null, 'restarted it'),
  })
const someId = fc.integer({ min: 1, max: 30 }).map((n) => `INC-${n}`)
const someProfiles = fc.uniqueArray(someProfile(someId), {
  selector: ({ incident }) => incident,
  maxLength: 20,
})
const asked = someProfile(fc.constant('INC-7'))

describe('similarIncidents', () => {
  it('puts the same alert on the same CI first, then what shares one of them', () => {
    const index = indexSimilar(ALL)
    const now = profile('INC-99', ['signature:DiskFull', 'ci:db-1', 'class:host'])
    expect(ids(index, now)).toEqual(['INC-1', 'INC-3', 'INC-2'])
  })

  it('finds nothing where only the class is shared', () => {
    const now = profile('INC-99', ['signature:New', 'ci:new', 'class:host'])
    expect(ids(indexSimilar(ALL), now)).toEqual([])
  })

  it.each([
    ['without features', profile('INC-99', [])],
    ['with features of unknown kinds', profile('INC-99', ['DiskFull', 'mood:bad'])],
    [
      'with weights that are none',
      profile('INC-99', [], { features: { 'ci:db-1': Number.NaN, 'signature:DiskFull': 0 } }),
    ],
  ])('finds nothing for an incident %s', (_name, now) => {
    expect(ids(indexSimilar(ALL), now)).toEqual([])
  })

  it('finds nothing in nothing', () => {
    expect(ids(indexSimilar([]), DISK_DB1)).toEqual([])
  })

  it('says how it was resolved, and puts it before its equals', () => {
    const remedy = { resolution: 'deleted old logs' }
    const twin = profile('INC-0', ['signature:DiskFull', 'ci:db-1', 'class:host'], remedy)
    const index = indexSimilar([...ALL, twin])
    const found = similarIncidents({ ...DISK_DB1, incident: 'INC-99' }, index, 2)
    expect(found.map(({ incident, resolution }) => [incident, resolution])).toEqual([
      ['INC-0', 'deleted old logs'],
      ['INC-1', null],
    ])
  })

  it('puts one of the same family before its equals, and tells how it went', () => {
    const twin = profile('INC-0', ['signature:DiskFull', 'ci:db-1', 'class:host'], {
      ...{ family: 'f', tookMs: 60_000, by: 'ann' },
    })
    const index = indexSimilar([...ALL, twin])
    const found = similarIncidents({ ...DISK_DB1, incident: 'INC-99', family: 'f' }, index, 2)
    expect(found[0]).toMatchObject({ incident: 'INC-0', closedAt: 0, tookMs: 60_000, by: 'ann' })
    expect(found[0]?.terms.map(({ name }) => name)).toContain('family')
    expect(found[1]?.terms.map(({ name }) => name)).not.toContain('family')
    expect(found[0]?.score).toBeGreaterThan(found[1]?.score ?? Number.POSITIVE_INFINITY)
  })

  it('knows one of the same family among much else that was hurt that time', () => {
    const much = Array.from({ length: 7 }, (_, n) => `signature:Else${n}`)
    const wide = profile('INC-0', ['signature:DiskFull', ...much])
    const asked = profile('INC-99', ['signature:DiskFull', 'ci:web-9'])
    const found = (family?: string): readonly string[] =>
      ids(
        indexSimilar([...HOSTS, family === undefined ? wide : { ...wide, family }]),
        family === undefined ? asked : { ...asked, family },
      )
    expect(found()).toEqual([])
    expect(found('f')).toEqual(['INC-0'])
  })

  it('puts the newer of equals first, then the smaller id', () => {
    const same = (id: string, closedAt: number): IncidentProfile =>
      profile(id, ['signature:DiskFull'], { closedAt })
    const index = indexSimilar([same('b', 1), same('a', 1), same('c', 2)])
    expect(ids(index, profile('INC-99', ['signature:DiskFull']))).toEqual(['c', 'a', 'b'])
  })

  it('scores as the formula says', () => {
    const index = indexSimilar([DISK_DB1, QUEUE])
    const now = profile('INC-99', ['signature:DiskFull', 'ci:db-9'])
    const [found] = similarIncidents(now, index, 1)
    // every feature in 1 of 2 incidents: idf = ln 3; masses 4 (signature), 4 (ci), 1.2 (class)
    const idf = Math.log(3)
    const ours = idf * Math.hypot(4, 4)
    const theirs = idf * Math.hypot(4, 4, 4 * 0.3)
    expect(found?.score).toBeCloseTo((16 * idf * idf) / (ours * theirs), 12)
    expect(found?.terms).toHaveLength(1)
    expect(found?.terms[0]).toMatchObject({
      name: 'signature',
      inputs: { feature: 'signature:DiskFull', ours: 4, theirs: 4, idf },
      note: 'both have signature DiskFull',
    })
  })

  it('terms are of the closed list, add up and follow from their inputs', () => {
    fc.assert(
      fc.property(someProfiles, asked, (profiles, now) => {
        for (const { terms, score, resolution } of similarIncidents(
          now,
          indexSimilar(profiles),
          9,
        )) {
          expect(terms.reduce((sum, { x, w }) => sum + x * w, 0)).toBeCloseTo(score, 9)
          expect(terms.some(({ name }) => name === 'resolution')).toBe(resolution !== null)
          for (const { name, x, inputs } of terms) {
            expect(SIMILAR_TERMS).toContain(name)
            const { ours, theirs, idf } = inputs
            if (name !== 'resolution')
              expect(Number(ours) * Number(theirs) * Number(idf) ** 2).toBeCloseTo(x, 9)
          }
        }
      }),
    )
  })

  it('never offers the incident itself, nor what is not alike; a copy scores 1', () => {
    fc.assert(
      fc.property(someProfiles, asked, (profiles, now) => {
        const index = indexSimilar([
          ...profiles,
          now,
          { ...now, incident: 'copy', resolution: null },
        ])
        const found = similarIncidents(now, index, 100)
        expect(found.map(({ incident }) => incident)).not.toContain(now.incident)
        for (const { score } of found) expect(score).toBeGreaterThanOrEqual(ALIKE_FROM)
        const copy = found.find(({ incident }) => incident === 'copy')
        if (copy !== undefined) expect(copy.score).toBeCloseTo(1, 9)
      }),
    )
  })
})

describe('the index', () => {
  it('is a function of its profiles: order, removal and restart change nothing', () => {
    fc.assert(
      fc.property(someProfiles, someProfiles, asked, (profiles, others, now) => {
        const straight = indexSimilar(profiles)
        const winding = indexSimilar([])
        for (const one of [...others, ...[...profiles].reverse()]) addProfile(winding, one)
        const wanted = new Set(profiles.map(({ incident }) => incident))
        for (const { incident } of others)
          if (!wanted.has(incident)) removeProfile(winding, incident)
        const saved = JSON.stringify([...winding.kept.values()].map((kept) => kept.profile))
        const restored = indexSimilar(JSON.parse(saved) as IncidentProfile[])
        const expected = similarIncidents(now, straight, 9)
        expect(similarIncidents(now, winding, 9)).toEqual(expected)
        expect(similarIncidents(now, restored, 9)).toEqual(expected)
        expect(winding.kept.size).toBe(profiles.length)
      }),
    )
  })

  it('keeps the newest, whatever the order they came in, and says which left', () => {
    fc.assert(
      fc.property(someProfiles, fc.integer({ min: 1, max: 5 }), (profiles, limit) => {
        const index = indexSimilar([], limit)
        const left = profiles.flatMap((one) => addProfile(index, one))
        const byAge = [...profiles].sort(
          (a, b) => a.closedAt - b.closedAt || (a.incident < b.incident ? -1 : 1),
        )
        const stay = byAge.slice(-limit).map(({ incident }) => incident)
        expect([...index.kept.keys()].sort()).toEqual([...stay].sort())
        expect(left.length).toBe(profiles.length - stay.length)
        expect(left.filter((id) => stay.includes(id))).toEqual([])
      }),
    )
  })

  it('replaces the profile of an incident', () => {
    const index = indexSimilar(ALL)
    addProfile(index, profile('INC-1', ['signature:Else']))
    const now = profile('INC-99', ['signature:DiskFull', 'ci:db-1', 'class:host'])
    expect(ids(index, now)).not.toContain('INC-1')
    expect(index.kept.size).toBe(ALL.length)
    expect(removeProfile(index, 'INC-1')).toBe(true)
    expect(removeProfile(index, 'INC-1')).toBe(false)
  })

  it('forgets features that nobody has', () => {
    const index = indexSimilar(ALL)
    for (const { incident } of ALL) removeProfile(index, incident)
    expect(index.postings.size).toBe(0)
    expect(index.order).toEqual([])
  })

  it('counts the heaviest features of a profile only', () => {
    const features = Object.fromEntries(
      Array.from({ length: MAX_FEATURES + 10 }, (_, n) => [`ci:c${n}`, n + 1]),
    )
    const index = indexSimilar([{ ...DISK_DB1, features }])
    expect(index.postings.size).toBe(MAX_FEATURES)
    expect(index.postings.has('ci:c0')).toBe(false)
    expect(index.postings.has(`ci:c${MAX_FEATURES + 9}`)).toBe(true)
  })

  it('looks at the newest incidents of a common feature only', () => {
    const many = Array.from({ length: 1_500 }, (_, n) =>
      profile(`INC-${String(n).padStart(5, '0')}`, ['signature:Daily'], { closedAt: n }),
    )
    const index = indexSimilar(many)
    const found = ids(index, profile('INC-99999', ['signature:Daily']), 3)
    expect(found).toEqual(['INC-01499', 'INC-01498', 'INC-01497'])
  })
})
