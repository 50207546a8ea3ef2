import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hash64, labelFingerprint } from '../../src/core/fingerprint.ts'
import type { Labels } from '../../src/core/model.ts'

/** Any label set, also with awkward names: `__proto__`, astral characters, lone surrogates. */
const anyText = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', '\u{1f600}', '\uff5e', 'é', '\ud800', 'a\ud83d'),
)
const anyEntries = fc.uniqueArray(fc.tuple(anyText, anyText), {
  maxLength: 8,
  selector: ([name]) => wellFormed(name),
})

function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}

/** The definition, word for word, on BigInt. */
function reference(bytes: Iterable<number>): string {
  let hash = 14695981039346656037n
  for (const byte of bytes) {
    hash = ((hash ^ BigInt(byte)) * 1099511628211n) & 0xffffffffffffffffn
  }
  return hash.toString(16).padStart(16, '0')
}

function referenceLabels(entries: readonly (readonly [string, string])[]): string {
  const sorted = entries
    .filter(([, value]) => value !== '')
    .map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const)
    .sort(([a], [b]) => Buffer.compare(a, b))
  return reference(sorted.flatMap(([name, value]) => [...name, 0xff, ...value, 0xff]))
}

function labelsOf(entries: readonly (readonly [string, string])[]): Labels {
  return Object.fromEntries(entries)
}

describe('labelFingerprint', () => {
  it.each<[string, Labels, string]>([
    ['no labels', {}, 'cbf29ce484222325'],
    [
      'the test of prometheus/common',
      { name: 'garland, briggs', fear: 'love is not enough' },
      '507a62d79ee76c9a',
    ],
    [
      'a value a real Alertmanager 0.31 gave',
      {
        alertname: 'Free_Disk_Space_Too_Low',
        cluster: 'staging',
        disk: 'sda',
        instance: 'server5',
        job: 'node_exporter',
      },
      'aae7a1432b5d2f1b',
    ],
    [
      'three common labels',
      { alertname: 'HighLatency', service: 'checkout', severity: 'critical' },
      'c75f68922c9ebc87',
    ],
    [
      'values outside ASCII',
      { alertname: 'Überlast', host: 'db-1', 'k8s.pod': 'x' },
      '72e59b356f720d31',
    ],
    ['empty values', { host: '', alertname: '' }, 'cbf29ce484222325'],
  ])('%s', (_name, labels, expected) => {
    expect(labelFingerprint(labels)).toBe(expected)
  })

  it('orders names by bytes, not by UTF-16 code units', () => {
    const entries = [
      ['\uff5e', 'comes first in bytes'],
      ['\u{1f600}', 'comes first in code units'],
    ] as const
    expect(labelFingerprint(labelsOf(entries))).toBe(referenceLabels(entries))
  })

  it('agrees with the definition', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        expect(labelFingerprint(labelsOf(entries))).toBe(referenceLabels(entries))
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on the order of the labels', () => {
    fc.assert(
      fc.property(
        anyEntries.chain((entries) =>
          fc.tuple(
            fc.constant(entries),
            fc.shuffledSubarray(entries, { minLength: entries.length }),
          ),
        ),
        ([entries, shuffled]) => {
          expect(labelFingerprint(labelsOf(shuffled))).toBe(labelFingerprint(labelsOf(entries)))
        },
      ),
    )
  })

  it('changes with every name and value', () => {
    const seen = new Set(
      [
        { ab: 'c' },
        { a: 'bc' },
        { abc: 'x' },
        { a: 'b', c: 'd' },
        { a: 'bcd' },
        { A: 'b', c: 'd' },
      ].map(labelFingerprint),
    )
    expect(seen.size).toBe(6)
  })
})

describe('hash64', () => {
  it.each([
    ['', 'cbf29ce484222325'],
    ['a', 'af63dc4c8601ec8c'],
    ['foobar', '85944171f73967e8'],
  ])('of %j, a vector of the FNV specification', (text, expected) => {
    expect(hash64(text)).toBe(expected)
  })

  it('agrees with the definition', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(hash64(text)).toBe(reference(Buffer.from(text)))
      }),
      { numRuns: 500 },
    )
  })
})
