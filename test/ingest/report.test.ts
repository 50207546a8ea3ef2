/** Limits of what a tool says, the same for every tool: through one of them. */
import { describe, expect, it } from 'vitest'
import {
  MAX_ANNOTATION_LENGTH,
  MAX_LABELS,
  MAX_VALUE_LENGTH,
  NOTE_ANNOTATION,
} from '../../ingest/fields.ts'
import { opsgenie } from '../../ingest/opsgenie.ts'
import { readBody } from '../../ingest/source.ts'
import type { AlertEvent, IngestItem } from '../../src/core/model.ts'
import { instant } from './fixtures.ts'

const AT = instant('2026-03-01T10:00:00Z')

function read(fields: object): IngestItem {
  const body = JSON.stringify({ message: 'M', alias: 'a', ...fields })
  const [item] = readBody(opsgenie, { at: AT, body })
  if (item === undefined) throw new Error('no item')
  return item
}

function readAlert(fields: object): AlertEvent {
  const item = read(fields)
  if (item.kind !== 'alert') throw new Error(`not an alert: ${JSON.stringify(item)}`)
  return item
}

const details = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`n${i}`, 'x']))

describe('what a tool says of an alert', () => {
  it('is rejected where what identifies it does not fit', () => {
    expect(read({ alias: 'x'.repeat(MAX_VALUE_LENGTH) })).toMatchObject({ kind: 'alert' })
    expect(read({ alias: 'x'.repeat(MAX_VALUE_LENGTH + 1) })).toMatchObject({
      kind: 'rejected',
      pointer: '#/alias',
      reason: '`alias` has 8193 characters; at most 8192 are allowed.',
    })
  })

  it('keeps the labels that fit, and says how many do not', () => {
    const all = readAlert({ details: details(MAX_LABELS) })
    expect(Object.keys(all.labels)).toHaveLength(MAX_LABELS)
    expect(all.annotations).not.toHaveProperty(NOTE_ANNOTATION)
    const more = readAlert({
      details: { ...details(MAX_LABELS), '': 'x', long: 'x'.repeat(MAX_VALUE_LENGTH + 1) },
    })
    expect(Object.keys(more.labels)).toHaveLength(MAX_LABELS)
    expect(more.annotations[NOTE_ANNOTATION]).toBe('Labels left out: 2 of 130.')
  })

  it('leaves labels out that say nothing, and takes numbers and booleans as they print', () => {
    expect(
      readAlert({ details: { a: '', b: ' ', c: null, d: {}, e: ['x'], f: 0, g: false } }).labels,
    ).toEqual({ f: '0', g: 'false' })
  })

  it('cuts what explains it, with a note', () => {
    const { annotations } = readAlert({ note: 'x'.repeat(MAX_ANNOTATION_LENGTH + 1) })
    expect(annotations['note']).toHaveLength(MAX_ANNOTATION_LENGTH)
    expect(annotations[NOTE_ANNOTATION]).toBe('Annotation "note" was cut from 16385 characters.')
  })

  it('keeps a severity nobody knows', () => {
    expect(readAlert({ priority: 'P9' })).toMatchObject({ severity: 'unknown', severityText: 'P9' })
  })
})
