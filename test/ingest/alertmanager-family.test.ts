/** The two ways into the Alertmanager family agree. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertmanager } from '../../ingest/alertmanager.ts'
import { prometheus, RESOLVE_TIMEOUT_MS } from '../../ingest/prometheus.ts'
import { readBody } from '../../ingest/source.ts'
import type { AlertEvent } from '../../src/core/model.ts'
import { toRfc3339 } from '../../src/core/time.ts'
import { instant } from './fixtures.ts'

const AT = instant('2026-03-01T10:00:00Z')

function direct(alert: object): AlertEvent {
  return first(readBody(prometheus, { at: AT, body: JSON.stringify([alert]) }))
}

function relayed(alert: object): AlertEvent {
  return first(readBody(alertmanager, { at: AT, body: JSON.stringify({ alerts: [alert] }) }))
}

function first(items: readonly unknown[]): AlertEvent {
  return items[0] as AlertEvent
}

const anyLabels = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom('alertname', 'severity', 'host', '__proto__'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
      ),
      fc.oneof(fc.constant(''), fc.string({ unit: 'grapheme', maxLength: 8 })),
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((entries) => Object.fromEntries([...entries, ['job', 'x']]) as Record<string, string>)

describe('one alert both ways in', () => {
  it('has the same identity, fingerprint, severity, rule and title', () => {
    fc.assert(
      fc.property(anyLabels, anyLabels, (labels, annotations) => {
        const a = direct({ labels, annotations })
        const b = relayed({ status: 'firing', labels, annotations, fingerprint: 'f00' })
        for (const key of [
          'identity',
          'fingerprint',
          'severity',
          'rule',
          'title',
          'family',
        ] as const)
          expect(b[key]).toEqual(a[key])
        expect([a.relay, b.relay]).toEqual([false, true])
        expect([a.reporter, b.reporter]).toEqual(['prometheus', 'alertmanager'])
      }),
    )
  })

  it('keeps every label that has a value, whatever its name', () => {
    fc.assert(
      fc.property(anyLabels, (labels) => {
        const kept = Object.entries(labels).filter(([, value]) => value !== '')
        expect(Object.entries(direct({ labels }).labels)).toEqual(kept)
        expect(Object.getPrototypeOf(direct({ labels }).labels)).toBe(Object.prototype)
      }),
    )
  })

  it('does not depend on the order of labels or on empty ones', () => {
    fc.assert(
      fc.property(anyLabels, (labels) => {
        const back = Object.fromEntries([['zz', ''], ...Object.entries(labels).reverse()])
        expect(direct({ labels: back }).fingerprint).toBe(direct({ labels }).fingerprint)
        expect(direct({ labels: back }).identity).toEqual(direct({ labels }).identity)
      }),
    )
  })
})

describe('status by time, straight from Prometheus', () => {
  it('is resolved if and only if the end is not after the arrival', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (offset) => {
        const startsAt = toRfc3339(AT - 200_000)
        const event = direct({ labels: { a: 'b' }, startsAt, endsAt: toRfc3339(AT + offset) })
        expect(event.status).toBe(offset <= 0 ? 'resolved' : 'firing')
        expect(event.endsAt).toBe(AT + offset)
      }),
    )
  })

  it('lapses after the resolve timeout where no end is given', () => {
    const event = direct({ labels: { a: 'b' }, startsAt: toRfc3339(AT - 1) })
    expect(event).toMatchObject({ status: 'firing', endsAt: AT + RESOLVE_TIMEOUT_MS })
  })
})

describe('title', () => {
  it.each([
    [{ summary: 'S', message: 'M', description: 'D' }, 'S'],
    [{ summary: ' ', message: 'M', description: 'D' }, 'M'],
    [{ description: 'First. Second.' }, 'First.'],
    [{ description: 'Load of 3.5 on db-1! Look there.' }, 'Load of 3.5 on db-1!'],
    [{ description: '\nNo stop here\nand more. Yes.' }, 'No stop here'],
    [{}, 'HighLatency'],
  ])('of %j', (annotations, expected) => {
    expect(direct({ labels: { alertname: 'HighLatency' }, annotations }).title).toBe(expected)
  })
})
