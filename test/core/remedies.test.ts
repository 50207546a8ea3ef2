import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SimilarIncident, Term } from '../../src/core/evidence.ts'
import { isSameFamily, remediesOf, whyAlike } from '../../src/core/remedies.ts'

const MINUTE = 60_000

function past(
  n: number,
  resolution: string | null,
  some: Partial<SimilarIncident> = {},
): SimilarIncident {
  return {
    ...{ incident: `INC-${n}`, score: 1 - n / 100, terms: [], title: `incident ${n}` },
    ...{ resolution, tookMs: n * MINUTE, by: 'dana' },
    ...some,
  }
}

describe('remediesOf', () => {
  it('counts what helped most often first, with the median time and who did it', () => {
    const found = remediesOf([
      past(1, 'Grew the volume'),
      past(10, 'Restarted the checkout pods'),
      past(30, 'restarted checkout pods by hand', { by: 'kim' }),
      past(12, 'Restarted pods of checkout (pod-7)', { by: null }),
      past(40, null),
    ])
    expect(found).toEqual([
      {
        ...{ text: 'Restarted the checkout pods', times: 3, of: 4, medianMs: 12 * MINUTE },
        ...{ by: ['dana', 'kim'], incidents: ['INC-10', 'INC-30', 'INC-12'] },
      },
      {
        ...{ text: 'Grew the volume', times: 1, of: 4, medianMs: MINUTE },
        ...{ by: ['dana'], incidents: ['INC-1'] },
      },
    ])
  })

  it.each([
    ['nothing', []],
    ['incidents nobody noted a remedy of', [past(1, null), past(2, '  ')]],
  ])('finds none in %s', (_name, similar) => {
    expect(remediesOf(similar)).toEqual([])
  })

  it('takes the remedy of the most alike first among equals, and knows no time that was not kept', () => {
    const { tookMs: _, ...old } = past(2, 'Moved the shard')
    expect(
      remediesOf([old, past(1, 'Grew the volume')]).map(({ text, medianMs }) => [text, medianMs]),
    ).toEqual([
      ['Moved the shard', null],
      ['Grew the volume', MINUTE],
    ])
  })

  it('tells notes without any word of ours apart by their text', () => {
    expect(remediesOf([past(1, '42'), past(2, '43'), past(3, '42')])).toMatchObject([
      { text: '42', times: 2 },
      { text: '43', times: 1 },
    ])
  })

  it('counts each incident with a note in just one remedy', () => {
    const note = fc.constantFrom(null, 'restart it', 'restarted', 'grew the disk', 'disk', '7', '')
    fc.assert(
      fc.property(fc.array(note, { maxLength: 12 }), (notes) => {
        const similar = notes.map((text, n) => past(n + 1, text))
        const noted = similar.filter(({ resolution }) => (resolution ?? '') !== '')
        const found = remediesOf(similar)
        expect(found.flatMap(({ incidents }) => incidents).sort()).toEqual(
          noted.map(({ incident }) => incident).sort(),
        )
        for (const { times, of, incidents } of found) {
          expect(times).toBe(incidents.length)
          expect(of).toBe(noted.length)
        }
        const times = found.map((one) => one.times)
        expect(times).toEqual([...times].sort((a, b) => b - a))
      }),
    )
  })
})

function shared(name: string, value: string, x = 1): Term {
  return { name, x, w: 0.1, inputs: { feature: `${name}:${value}` }, note: '' }
}

describe('whyAlike', () => {
  it.each([
    [
      'the cause first, a rule without its class, a place by its service',
      [shared('service', 'orders'), shared('signature', 'DiskFull|host'), shared('cause', 'db-1')],
      'cause db-1 · alert DiskFull · service orders',
    ],
    ['a place without a CI', [shared('ci', '~service=orders,namespace=shop')], 'CI orders'],
    [
      'the weightiest three, and how many more',
      ['a', 'b', 'c', 'd', 'e'].map((ci, n) => shared('ci', ci, n)),
      'CIs e, d, c and 2 more',
    ],
    [
      'what is no feature of both not at all',
      [
        { ...shared('family', ''), inputs: {} },
        { ...shared('resolution', ''), inputs: {} },
      ],
      '',
    ],
  ])('tells %s', (_name, terms, text) => {
    expect(whyAlike({ terms })).toBe(text)
  })

  it('knows the same fault by its term', () => {
    expect(isSameFamily({ terms: [shared('family', '')] })).toBe(true)
    expect(isSameFamily({ terms: [shared('ci', 'db-1')] })).toBe(false)
  })
})
