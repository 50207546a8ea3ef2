/** What holds for every source: samples and their golden files, and laws over any input. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SOURCES } from '../../ingest/index.ts'
import { readBody } from '../../ingest/source.ts'
import type { IngestItem } from '../../src/core/model.ts'
import { anyJson } from './arbitraries.ts'
import { fixtureFolders, fixturesOf, instant, toGolden } from './fixtures.ts'
import { expectSound, runs } from './sound.ts'

const AT = instant('2026-03-01T10:00:00Z')
const sources = [...SOURCES.values()]

it('every source has samples, and every folder of samples a source', () => {
  expect(fixtureFolders()).toEqual(sources.map((source) => source.id).sort())
})

describe.each(sources.map((source) => [source.id, source] as const))('%s', (id, source) => {
  const fixtures = fixturesOf(id)

  it('has at least four samples, one of them with a rejected item', () => {
    const items = fixtures.flatMap(({ at, body }) => readBody(source, { at, body }))
    expect(fixtures.length).toBeGreaterThanOrEqual(4)
    expect(items.some((item) => item.kind === 'rejected')).toBe(true)
  })

  it.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
    'reads the sample %s',
    async (_name, { at, body, golden }) => {
      const items = readBody(source, { at, body })
      expectSound(source, items)
      await expect(toGolden(items)).toMatchFileSnapshot(golden)
    },
  )

  it('reads the same body the same way twice, with spaces and a byte order mark around it', () => {
    for (const { at, body } of fixtures) {
      const items = readBody(source, { at, body })
      expect(readBody(source, { at, body })).toEqual(items)
      if (!items.some((item) => item.kind === 'rejected' && item.step === 'decode'))
        expect(readBody(source, { at, body: `\ufeff \r\n${body}\n` })).toEqual(items)
    }
  })

  it('rejects whatever is cut off before its end, once and as a whole', () => {
    const whole = fixtures
      .filter(({ body }) => /^[[{].*[\]}]$/s.test(body))
      .map(({ body }) => fc.tuple(fc.constant(body), fc.nat({ max: body.length - 1 })))
    fc.assert(
      fc.property(fc.oneof(...whole), ([body, length]) => {
        const items = readBody(source, { at: AT, body: body.slice(0, length) })
        expect(items).toMatchObject([{ kind: 'rejected', step: 'decode', pointer: '#' }])
        expect(items[0]).toHaveProperty(
          'reason',
          length === 0
            ? 'The body is empty.'
            : `The body is not valid JSON: it ends after ${length} characters before it is complete.`,
        )
      }),
    )
  })

  it.each([
    [
      'over the limit',
      { body: '[', oversize: { bytes: 99_999_999, sha256: 'ab' } },
      /99999999 bytes/,
    ],
    ['over the limit, unmarked', { body: 'x'.repeat(source.maxBodyBytes + 1) }, /at most \d+ are/],
    ['not UTF-8', { body: 'W3sibGFiZWxzIjp7ImEiOiL/In19XQ==', encoding: 'base64' }, /valid UTF-8/],
    ['only spaces', { body: ' \n ' }, /is empty/],
    ['not JSON', { body: '{]}' }, /not valid JSON\.$/],
  ] as const)('rejects a body that is %s, once', (_name, received, reason) => {
    const items = readBody(source, { at: AT, ...received })
    expect(items).toEqual([
      { kind: 'rejected', step: 'decode', reason: expect.stringMatching(reason), pointer: '#' },
    ])
  })

  it.each(['null', 'true', '17', '"text"'])('rejects the body %s, once', (body) => {
    const items = readBody(source, { at: AT, body })
    expect(items).toMatchObject([{ kind: 'rejected', step: 'parse', pointer: '#' }])
  })

  it('answers any JSON and never throws', () => {
    fc.assert(
      fc.property(anyJson, (payload) => {
        expectSound(source, readBody(source, { at: AT, body: JSON.stringify(payload) }))
      }),
      { numRuns: 10 * runs() },
    )
  })

  it('answers any text and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (body) => {
        const items = readBody(source, { at: AT, body })
        expectSound(source, items)
        expect(items).toHaveLength(1)
      }),
    )
  })
})

/** What is around the items of a body; elsewhere an array may stand for one item. */
const AROUND: Readonly<Record<string, (items: readonly unknown[]) => unknown>> = {
  alertmanager: (alerts) => ({ version: '4', alerts }),
  grafana: (alerts) => ({ version: '1', alerts }),
  otlp: (logRecords) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
}

/** One good item of a source. */
function goodItem(source: string): unknown {
  const fixtures = fixturesOf(source)
  const good = fixtures.find(({ name }) => name === 'firing' || name === 'begin')
  const body: unknown = JSON.parse(good?.body ?? 'null')
  const lists = ['alerts', 'resourceLogs', 'scopeLogs', 'logRecords']
  const inside = (value: unknown): unknown => {
    if (Array.isArray(value)) return inside(value[0])
    const list = lists.find((name) => typeof value === 'object' && value !== null && name in value)
    return list === undefined ? value : inside(Reflect.get(value as object, list))
  }
  return inside(body)
}

it.each(sources.map((source) => [source.id, source] as const))(
  '%s: a bad item takes no other with it',
  (id, source) => {
    const around = AROUND[id] ?? ((items: readonly unknown[]) => items)
    const read = (items: readonly unknown[]): readonly IngestItem[] =>
      readBody(source, { at: AT, body: JSON.stringify(around(items)) })
    const good = goodItem(id)
    expect(read([good])[0]?.kind).toMatch(/^(alert|change)$/)
    fc.assert(
      fc.property(fc.array(fc.option(anyJson, { nil: undefined }), { maxLength: 6 }), (slots) => {
        const given = slots.map((slot) => (slot === undefined ? good : slot))
        const alone = given.flatMap((item) => read([item]))
        expect(read(given).map(withoutIndex)).toEqual(alone.map(withoutIndex))
      }),
    )
  },
)

/** An item without its place in the body. */
function withoutIndex(item: IngestItem | undefined): unknown {
  if (item?.kind !== 'rejected') return item
  return {
    ...item,
    pointer: item.pointer.replace(/^(#(?:\/alerts|\/.*\/logRecords)?)\/\d+/, '$1/*'),
  }
}
