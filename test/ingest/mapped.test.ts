import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mappedSource, traceMapping } from '../../ingest/mapped.ts'
import { readBody } from '../../ingest/source.ts'
import { IngestMapping } from '../../src/core/mapping.ts'
import type { AlertEvent, IngestItem } from '../../src/core/model.ts'

const AT = Date.UTC(2026, 2, 1, 10)
const BEACON = IngestMapping.parse({
  items: 'data.checks',
  identity: ['check.id', 'site'],
  status: { path: 'state', resolved: ['up'], firing: ['down', 'slow'] },
  severity: { path: 'state', table: { down: 'critical', Slow: 'warning', up: 'none' } },
  rule: '{{ check.name }}',
  title: '{{ check.name }} is {{ state }} at {{ site }}',
  labels: { host: 'host', site: 'site', first: 'tags[0]' },
  labels_from: ['extra'],
  annotations: { description: 'text' },
  starts_at: 'since',
  ends_at: 'until',
  url: 'link',
})

const CHECK = {
  check: { id: 7, name: 'Ping' },
  site: 'fra',
  state: 'DOWN',
  host: 'web-1',
  tags: ['edge'],
  extra: { rack: 'r2', host: 'not this one' },
  text: 'no answer',
  since: 1_772_359_140,
  link: 'https://beacon.example/7',
}

function read(body: unknown, mapping = BEACON): readonly IngestItem[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readBody(mappedSource('beacon', mapping), { at: AT, body: text })
}

function alertOf(body: unknown, mapping = BEACON): AlertEvent {
  const [item] = read(body, mapping)
  if (item?.kind !== 'alert') throw new Error(JSON.stringify(item))
  return item
}

describe('a mapped source', () => {
  it('reads what its mapping says', () => {
    expect(alertOf({ data: { checks: [CHECK] } })).toMatchObject({
      source: 'beacon',
      family: 'beacon',
      status: 'firing',
      severity: 'critical',
      severityText: 'DOWN',
      identity: { 'check.id': '7', site: 'fra' },
      rule: 'Ping',
      title: 'Ping is DOWN at fra',
      labels: { host: 'web-1', site: 'fra', first: 'edge', rack: 'r2' },
      annotations: { description: 'no answer' },
      startsAt: 1_772_359_140_000,
      generatorUrl: 'https://beacon.example/7',
    })
  })

  it('ends the same alert', () => {
    const up = { ...CHECK, state: 'up', text: 'answers again', until: '2026-03-01T09:59:30Z' }
    const [fires, ends] = [CHECK, up].map((one) => alertOf({ data: { checks: [one] } }))
    expect(ends).toMatchObject({ status: 'resolved', endsAt: Date.UTC(2026, 2, 1, 9, 59, 30) })
    expect(ends?.fingerprint).toBe(fires?.fingerprint)
  })

  it('rejects one report and takes the others', () => {
    const items = read({
      data: {
        checks: [
          CHECK,
          'nothing',
          { ...CHECK, state: 'purple' },
          { ...CHECK, state: undefined },
          { ...CHECK, site: null },
          CHECK,
        ],
      },
    })
    expect(items.map((item) => (item.kind === 'rejected' ? item.pointer : item.kind))).toEqual([
      'alert',
      '#/data/checks/1',
      '#/data/checks/2/state',
      '#/data/checks/3/state',
      '#/data/checks/4/site',
      'alert',
    ])
    expect(items.flatMap((item) => (item.kind === 'rejected' ? [item.reason] : []))).toEqual([
      'The item must be an object, not a text.',
      '`state` must be one of down, slow, up, not "purple".',
      '`state` is missing.',
      '`site` is missing: it says which alert it is.',
    ])
  })

  it.each([
    ['no list', { data: {} }, '`data.checks` must be a list of reports.'],
    ['another value', '7', 'The body must be an object or an array of objects, not a number.'],
    ['not JSON', '{', /not valid JSON/],
  ])('rejects a body with %s', (_name, body, reason) => {
    expect(read(body)).toEqual([
      expect.objectContaining({
        kind: 'rejected',
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      }),
    ])
  })

  it('without a status always fires, and knows common words of severity', () => {
    const mapping = IngestMapping.parse({
      identity: ['id'],
      rule: 'Probe',
      title: '{{ id }}',
      severity: { path: 'level' },
    })
    expect(alertOf({ id: 'x', level: 'Major' }, mapping)).toMatchObject({
      status: 'firing',
      severity: 'error',
    })
    expect(alertOf([{ id: 'x', level: 'blue' }], mapping)).toMatchObject({
      severity: 'unknown',
      severityText: 'blue',
    })
  })

  it('does not look into what is not of an object itself', () => {
    const mapping = IngestMapping.parse({
      identity: ['id'],
      rule: 'r',
      title: 't',
      labels: { a: '__proto__.x', b: 'constructor.name', c: 'toString' },
    })
    expect(alertOf({ id: 1 }, mapping).labels).toEqual({})
  })

  it('reads any body without throwing, and loses no report of it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.array(fc.jsonValue()), (any, checks) => {
        expect(read(any as never).length).toBeGreaterThan(0)
        expect(read({ data: { checks } })).toHaveLength(checks.length)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the trace of a mapping', () => {
  it('says where each field came from, and what stands there', () => {
    const trace = traceMapping(BEACON, CHECK)
    expect(trace).toContainEqual({ field: 'identity', path: 'check.id', value: '7' })
    expect(trace).toContainEqual({ field: 'title', path: 'state', value: 'DOWN' })
    expect(trace).toContainEqual({ field: 'labels.first', path: 'tags[0]', value: 'edge' })
    expect(trace).toContainEqual({ field: 'labels.rack', path: 'extra.rack', value: 'r2' })
    expect(trace).toContainEqual({ field: 'endsAt', path: 'until', value: null })
  })
})
