/** Bodies that were meant to do harm, or were broken on their way: answered item by item, never lost. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SOURCES } from '../../ingest/index.ts'
import { readBody } from '../../ingest/source.ts'
import type { IngestItem } from '../../src/core/model.ts'
import { payloadsOf, placesOf, replaced, tampered } from './arbitraries.ts'
import { instant } from './fixtures.ts'
import { expectSound, runs } from './sound.ts'

const AT = instant('2026-03-01T10:30:00Z')

/** Arrays of reports: where one is empty, a body has nothing to say. */
const BATCHES = ['alerts', 'metrics', 'items', 'resourceLogs', 'scopeLogs', 'logRecords']
/** Sources with bodies that report nothing, by what such a body has: handshakes, tests, other events. */
const IDLE: Readonly<Record<string, (body: object) => boolean>> = {
  sentry: (body) => 'installation' in body,
  icinga: (body) => Reflect.get(body, 'state_type') === 0,
  kubernetes: (body) => /"(Normal|DELETED|BOOKMARK)"/.test(JSON.stringify(body)),
  'alertmanager-events': (body) =>
    /"(alertmanager|notification|silence|inhibition)/.test(JSON.stringify(body)),
  github: (body) => 'repository' in body || 'sender' in body,
  gitlab: (body) => !/"object_kind":"(deployment|feature_flag)"/.test(JSON.stringify(body)),
  otlp: (body) => !JSON.stringify(body).includes('"logRecords":[{'),
  uptimekuma: (body) => /"heartbeat":(null|\{.*"status":"?[23]"?\b)/.test(JSON.stringify(body)),
  graylog: (body) => Reflect.get(body, 'event_definition_id') === 'NotificationTestId',
}

function saysNothing(id: string, payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null) return false
  if (Array.isArray(payload)) return payload.every((item) => saysNothing(id, item))
  if (IDLE[id]?.(payload) === true) return true
  return BATCHES.some((key) => {
    const inside: unknown = Reflect.get(payload, key)
    return Array.isArray(inside) && inside.length === 0
  })
}

const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, '', ' ', [], {}, [[]], '\u0000', '<script>alert(1)</script>'],
  ...['x'.repeat(20_000), { __proto__: null, toString: 'x', length: 1e9 }, 1e21, '9'.repeat(400)],
]

describe.each([...SOURCES.values()].map((source) => [source.id, source] as const))(
  '%s',
  (id, source) => {
    const read = (payload: unknown): readonly IngestItem[] =>
      readBody(source, { at: AT, body: JSON.stringify(payload) })
    const payloads = payloadsOf(id)

    it('answers a wrong type in any place, and any place that is missing', () => {
      for (const payload of payloads)
        for (const place of placesOf(payload))
          for (const value of [...VALUES, undefined]) {
            const given = replaced(payload, place, value)
            if (given === undefined) continue
            const items = read(given)
            expectSound(source, items)
            if (items.length === 0 && !saysNothing(id, given))
              throw new Error(`nothing came of ${JSON.stringify(given).slice(0, 2000)}`)
          }
    })

    it('answers samples that were tampered with', () => {
      fc.assert(
        fc.property(tampered(id), (payload) => {
          const items = read(payload)
          expectSound(source, items)
          expect(items.length > 0 || saysNothing(id, payload)).toBe(true)
        }),
        { numRuns: 3 * runs() },
      )
    })

    it('takes keys of objects that every object has as any other', () => {
      for (const payload of payloads) {
        const before = read(payload)
        const body = JSON.stringify(payload).replaceAll(
          /\{(?=")/g,
          '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":"x",',
        )
        const items = readBody(source, { at: AT, body })
        expectSound(source, items)
        expect(items).toHaveLength(before.length)
        expect(Reflect.get({}, 'polluted')).toBeUndefined()
      }
    })

    it('takes the last of two equal keys', () => {
      for (const payload of payloads) {
        const body = JSON.stringify(payload)
        const doubled = body.replaceAll(
          /\{("[^"\\]+"):/g,
          (_text, key: string) => `{${key}:{"a":[1]},${key}:`,
        )
        expect(readBody(source, { at: AT, body: doubled })).toEqual(
          readBody(source, { at: AT, body }),
        )
      }
    })

    it('is not harmed by depth in any place', () => {
      const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
      for (const payload of payloads.slice(0, 2))
        for (const place of placesOf(payload)) {
          const body = JSON.stringify(replaced(payload, place, '@deep@')).replace('"@deep@"', deep)
          expectSound(source, readBody(source, { at: AT, body }))
        }
    })

    it('cuts or rejects what is very long, and says so', () => {
      const long = 'y'.repeat(100_000)
      for (const payload of payloads)
        for (const place of placesOf(payload)) {
          const given = replaced(payload, place, long)
          for (const item of read(given)) {
            if (item.kind !== 'alert' && item.kind !== 'change') continue
            const kept = JSON.stringify({ ...item, startsAt: 0 })
            expect(kept.length).toBeLessThan(70_000)
          }
        }
    })
  },
)
