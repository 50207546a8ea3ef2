/** Limits of fields, through a source that has them all. */
import { describe, expect, it } from 'vitest'
import {
  MAX_AGE,
  MAX_AHEAD,
  MAX_ANNOTATION_LENGTH,
  MAX_ANNOTATIONS,
  MAX_LABELS,
  MAX_NAME_LENGTH,
  MAX_URL_LENGTH,
  MAX_VALUE_LENGTH,
  NOTE_ANNOTATION,
  titleOf,
} from '../../ingest/fields.ts'
import { generic } from '../../ingest/generic.ts'
import { readBody } from '../../ingest/source.ts'
import type { AlertEvent, IngestItem } from '../../src/core/model.ts'
import { toRfc3339 } from '../../src/core/time.ts'
import { instant } from './fixtures.ts'

const AT = instant('2026-03-01T10:00:00Z')

function read(fields: object): IngestItem {
  const body = JSON.stringify({ title: 'T', status: 'firing', ...fields })
  const [item] = readBody(generic, { at: AT, body })
  if (item === undefined) throw new Error('no item')
  return item
}

function readAlert(fields: object): AlertEvent {
  const item = read(fields)
  if (item.kind !== 'alert') throw new Error(`not an alert: ${JSON.stringify(item)}`)
  return item
}

function numbered(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 'x']))
}

describe('what identifies an alert is never cut', () => {
  it.each([
    ['labels', { labels: numbered(MAX_LABELS) }],
    ['name', { labels: { ['n'.repeat(MAX_NAME_LENGTH)]: 'x' } }],
    ['value', { labels: { n: 'x'.repeat(MAX_VALUE_LENGTH) } }],
    ['dedupKey', { dedupKey: 'x'.repeat(MAX_VALUE_LENGTH) }],
    ['title', { title: 'x'.repeat(MAX_VALUE_LENGTH) }],
  ])('takes %s at its limit', (_name, fields) => {
    expect(read(fields)).toMatchObject({ kind: 'alert' })
  })

  it.each([
    [
      'more labels',
      { labels: numbered(10_000) },
      '#/labels',
      '`labels` has 10000 labels; at most 128 are allowed.',
    ],
    [
      'a longer name',
      { labels: { ['n'.repeat(MAX_NAME_LENGTH + 1)]: 'x' } },
      `#/labels/${'n'.repeat(256)}`,
      `The name of label "${'n'.repeat(64)}…" has 513 characters; at most 512 are allowed.`,
    ],
    [
      'a longer value',
      { labels: { n: 'x'.repeat(MAX_VALUE_LENGTH + 1) } },
      '#/labels/n',
      'Label "n" has 8193 characters; at most 8192 are allowed.',
    ],
    [
      'a longer key',
      { dedupKey: 'x'.repeat(MAX_VALUE_LENGTH + 1) },
      '#/dedupKey',
      '`dedupKey` has 8193 characters; at most 8192 are allowed.',
    ],
    [
      'a longer title',
      { title: 'x'.repeat(MAX_VALUE_LENGTH + 1) },
      '#/title',
      '`title` has 8193 characters; at most 8192 are allowed.',
    ],
  ])('rejects %s', (_name, fields, pointer, reason) => {
    expect(read(fields)).toEqual({ kind: 'rejected', step: 'parse', pointer, reason })
  })
})

describe('what explains an alert is cut with a note', () => {
  it('keeps what fits as it is', () => {
    const annotations = {
      ...numbered(MAX_ANNOTATIONS - 1),
      long: 'x'.repeat(MAX_ANNOTATION_LENGTH),
    }
    expect(readAlert({ annotations }).annotations).toEqual(annotations)
  })

  it('cuts a long annotation', () => {
    const long = 'x'.repeat(MAX_ANNOTATION_LENGTH + 1)
    const { annotations } = readAlert({ annotations: { long, short: 's' } })
    expect(annotations).toEqual({
      long: `${'x'.repeat(MAX_ANNOTATION_LENGTH - 1)}…`,
      short: 's',
      [NOTE_ANNOTATION]: 'Annotation "long" was cut from 16385 characters.',
    })
  })

  it('does not cut a character in half', () => {
    const long = `${'x'.repeat(MAX_ANNOTATION_LENGTH - 2)}\u{1f600}yz`
    const { annotations } = readAlert({ annotations: { long } })
    expect(annotations['long']).toBe(`${'x'.repeat(MAX_ANNOTATION_LENGTH - 2)}…`)
  })

  it('leaves out what is too many, of too long a name or no text', () => {
    const { annotations } = readAlert({
      annotations: {
        ['n'.repeat(MAX_NAME_LENGTH + 1)]: 'x',
        object: {},
        ...numbered(MAX_ANNOTATIONS + 2),
      },
    })
    expect(Object.keys(annotations)).toHaveLength(MAX_ANNOTATIONS + 1)
    expect(annotations[NOTE_ANNOTATION]).toBe('Annotations left out: 4 of 68.')
  })

  it('puts our note in the place of one a tool wrote', () => {
    const annotations = { [NOTE_ANNOTATION]: 'forged' }
    const { annotations: read } = readAlert({ annotations, generatorURL: 'data:text/html,x' })
    expect(read[NOTE_ANNOTATION]).toBe(
      '`generatorURL` was left out: it is not an http or https address.',
    )
  })

  it('leaves out a link that is too long', () => {
    const fits = `https://${'x'.repeat(MAX_URL_LENGTH - 8)}`
    expect(readAlert({ generatorURL: fits }).generatorUrl).toBe(fits)
    expect(readAlert({ generatorURL: `${fits}x` })).not.toHaveProperty('generatorUrl')
  })
})

describe('clocks', () => {
  it.each([
    ['as far ahead as clocks drift', { startsAt: AT + MAX_AHEAD }, 'alert'],
    ['further ahead', { startsAt: AT + MAX_AHEAD + 1 }, 'rejected'],
    ['as old as may be', { startsAt: AT - MAX_AGE }, 'alert'],
    ['older', { startsAt: AT - MAX_AGE - 1 }, 'rejected'],
    ['older, but its end is ahead', { startsAt: AT - 2 * MAX_AGE, endsAt: AT + 1 }, 'alert'],
    ['an end as old as may be', { startsAt: AT - 2 * MAX_AGE, endsAt: AT - MAX_AGE }, 'alert'],
    ['an older end', { startsAt: AT - 2 * MAX_AGE, endsAt: AT - MAX_AGE - 1 }, 'rejected'],
    [
      'a resolve as far ahead as clocks drift',
      { status: 'resolved', endsAt: AT + MAX_AHEAD },
      'alert',
    ],
    ['a resolve further ahead', { status: 'resolved', endsAt: AT + MAX_AHEAD + 1 }, 'rejected'],
    ['a lapse far ahead', { endsAt: AT + 2 * MAX_AGE }, 'alert'],
  ])('%s', (_name, fields, kind) => {
    const written = Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'number' ? toRfc3339(value) : value,
    ])
    expect(read(Object.fromEntries(written)).kind).toBe(kind)
  })

  it('says which time it is and what it was judged by', () => {
    expect(read({ startsAt: '2027-03-01T10:00:00Z' })).toEqual({
      kind: 'rejected',
      step: 'parse',
      pointer: '#/startsAt',
      reason:
        "`startsAt` is 2027-03-01T10:00:00.000Z, more than 1 h after its arrival at 2026-03-01T10:00:00.000Z: is the sender's clock ahead?",
      startsAt: instant('2027-03-01T10:00:00Z'),
    })
  })
})

describe('titleOf', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    [' \n', undefined],
    ['disk full', 'disk full'],
    ['  disk\tfull\r\n on  db-1', 'disk full on db-1'],
    ['x'.repeat(301), `${'x'.repeat(299)}…`],
  ])('of %j', (text, expected) => {
    expect(titleOf(text)).toBe(expected)
  })
})
