import { describe, expect, it } from 'vitest'
import { change, MAX_CHANGE_CIS, MAX_PLANNED_AHEAD } from '../../ingest/change.ts'
import { MAX_VALUE_LENGTH, NOTE_ANNOTATION } from '../../ingest/fields.ts'
import { readBody } from '../../ingest/source.ts'
import type { ChangeEvent, IngestItem } from '../../src/core/model.ts'
import { toRfc3339 } from '../../src/core/time.ts'
import { instant } from './fixtures.ts'

const AT = instant('2026-03-01T10:00:00Z')

function read(fields: object): IngestItem {
  const [item] = readBody(change, { at: AT, body: JSON.stringify({ title: 'T', ...fields }) })
  if (item === undefined) throw new Error('no item')
  return item
}

function readChange(fields: object): ChangeEvent {
  const item = read(fields)
  if (item.kind !== 'change') throw new Error(`not a change: ${JSON.stringify(item)}`)
  return item
}

describe('the derived id', () => {
  const base = {
    kind: 'deploy',
    ci: ['a', 'b'],
    labels: { x: '1', y: '2' },
    startsAt: toRfc3339(AT),
  }

  it.each([
    ['the end', { endsAt: toRfc3339(AT + 1) }],
    ['the order of CIs', { ci: ['b', 'a'] }],
    ['the order of labels', { labels: { y: '2', x: '1' } }],
    ['the link and the actor', { url: 'https://ci.example', actor: 'ada' }],
    ['what is noted', { url: 'ftp://ci.example' }],
  ])('does not depend on %s', (_name, fields) => {
    expect(readChange({ ...base, ...fields }).changeId).toBe(readChange(base).changeId)
  })

  it.each([
    ['the title', { title: 'U' }],
    ['the kind', { kind: 'rollback' }],
    ['the CIs', { ci: ['a'] }],
    ['the bounds between CIs', { ci: ['a,b'] }],
    ['the labels', { labels: { x: '1', y: '3' } }],
    ['the start', { startsAt: toRfc3339(AT + 1) }],
  ])('depends on %s', (_name, fields) => {
    expect(readChange({ ...base, ...fields }).changeId).not.toBe(readChange(base).changeId)
  })
})

describe('limits', () => {
  it.each([
    ['as many CIs as may be', { ci: Array.from({ length: MAX_CHANGE_CIS }, String) }, undefined],
    ['more CIs', { ci: Array.from({ length: MAX_CHANGE_CIS + 1 }, String) }, '#/ci'],
    ['a longer name', { ci: ['a', 'x'.repeat(MAX_VALUE_LENGTH + 1)] }, '#/ci/1'],
    ['a longer id', { id: 'x'.repeat(MAX_VALUE_LENGTH + 1) }, '#/id'],
    ['a longer kind', { kind: 'x'.repeat(MAX_VALUE_LENGTH + 1) }, '#/kind'],
    ['a longer actor', { actor: 'x'.repeat(MAX_VALUE_LENGTH + 1) }, '#/actor'],
    ['as far ahead as is planned', { startsAt: toRfc3339(AT + MAX_PLANNED_AHEAD) }, undefined],
    ['further ahead', { startsAt: toRfc3339(AT + MAX_PLANNED_AHEAD + 1) }, '#/startsAt'],
  ])('%s', (_name, fields, pointer) => {
    const item = read(fields)
    expect(item.kind === 'rejected' ? item.pointer : undefined).toBe(pointer)
  })

  it('notes a link that was left out', () => {
    expect(readChange({ url: 'ftp://ci.example', labels: { a: 'b' } }).labels).toEqual({
      a: 'b',
      [NOTE_ANNOTATION]: '`url` was left out: it is not an http or https address.',
    })
  })
})
