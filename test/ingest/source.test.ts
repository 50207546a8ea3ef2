import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { MAX_CONTAINERS, MAX_DEPTH, SCAN_ABOVE_LENGTH } from '../../ingest/decode.ts'
import { prometheus } from '../../ingest/prometheus.ts'
import { defineSource, MAX_ITEMS, readBody } from '../../ingest/source.ts'
import type { IngestItem } from '../../src/core/model.ts'
import { instant } from './fixtures.ts'

const AT = instant('2026-03-01T10:00:00Z')

function read(body: string): readonly IngestItem[] {
  return readBody(prometheus, { at: AT, body })
}

describe('readBody', () => {
  it('turns a fault of a source into a rejected item', () => {
    const broken = defineSource({
      id: 'broken',
      family: 'broken',
      payload: z.unknown(),
      toItems: () => {
        throw new TypeError('secret')
      },
    })
    expect(readBody(broken, { at: AT, body: '{}' })).toEqual([
      {
        kind: 'rejected',
        step: 'parse',
        reason: 'The body could not be read by source broken (TypeError).',
        pointer: '#',
      },
    ])
  })

  it('survives nesting of any depth', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
    expect(read(deep(SCAN_ABOVE_LENGTH / 4))).toMatchObject([
      { step: 'parse', pointer: '#/0', reason: 'The item must be an object, not an array.' },
    ])
    expect(read(deep(SCAN_ABOVE_LENGTH))).toMatchObject([
      { step: 'decode', reason: `The body is nested deeper than ${MAX_DEPTH} levels.` },
    ])
    expect(read('{"a":'.repeat(SCAN_ABOVE_LENGTH))).toMatchObject([{ step: 'decode' }])
  })

  it('does not parse a body of too many objects', () => {
    expect(read(`[${'{},'.repeat(MAX_CONTAINERS)}{}]`)).toMatchObject([
      { step: 'decode', reason: `The body has more than ${MAX_CONTAINERS} objects and arrays.` },
    ])
  })

  it('reads a large body of texts full of brackets and escaped quotes', () => {
    const text = '\\"[{'.repeat(SCAN_ABOVE_LENGTH / 4)
    const items = read(`[{"labels":{"alertname":"A"},"annotations":{"text":"${text}\\\\"}}]`)
    expect(items).toMatchObject([{ kind: 'alert', rule: 'A' }])
  })

  it('answers the items beyond the limit with one rejected item', () => {
    const items = read(`[${Array.from({ length: MAX_ITEMS + 3 }, () => '0').join()}]`)
    expect(items).toHaveLength(MAX_ITEMS + 1)
    expect(items[MAX_ITEMS]).toEqual({
      kind: 'rejected',
      step: 'parse',
      reason: 'The body has 100003 items; the last 3 were left out, as at most 100000 are read.',
      pointer: '#/100000',
    })
  })

  it.each([
    ['a lone half', '\\ud83d', '\ufffd'],
    ['a lone second half, in capitals', '\\uDE00', '\ufffd'],
    ['two first halves before a second', '\\ud83d\\ud83d\\ude00', '\ufffd\u{1f600}'],
    ['a pair', '\\ud83d\\ude00', '\u{1f600}'],
    ['a backslash before something that looks like one', '\\\\ud83d', '\\ud83d'],
    ['a backslash before a lone half', '\\\\\\ud83d', '\\\ufffd'],
    ['other escapes', '\\u00fc\\n\\/', 'ü\n/'],
  ])('reads %s', (_name, written, expected) => {
    const [item] = read(`[{"labels":{"${written}":"${written}"}}]`)
    expect(item).toMatchObject({ labels: { [expected]: expected } })
  })

  it('writes names into pointers as RFC 6901 asks', () => {
    const [item] = read(JSON.stringify([{ labels: { 'a/b~c d%"é': 1 } }]))
    expect(item).toMatchObject({ pointer: '#/0/labels/a~1b~0c%20d%25%22%C3%A9' })
  })

  it('keeps names of any length out of reasons and pointers', () => {
    const name = '\u{1f600}'.repeat(100_000)
    const [item] = read(JSON.stringify([{ labels: { [name]: 1 } }]))
    expect(item?.kind === 'rejected' && item.reason.length < 200).toBe(true)
    expect(item?.kind === 'rejected' && item.pointer.length < 4000).toBe(true)
  })

  it('gives the start of a rejected item where it can be read', () => {
    const items = read(
      JSON.stringify([
        { labels: {}, startsAt: '2026-03-01T09:00:00Z' },
        { labels: {}, startsAt: 'soon' },
        { labels: {} },
      ]),
    )
    expect(items.map((item) => item.startsAt)).toEqual([
      instant('2026-03-01T09:00:00Z'),
      undefined,
      undefined,
    ])
  })
})
