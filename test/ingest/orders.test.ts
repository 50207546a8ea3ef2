/**
 * What tools send arrives in any order: each source's own firing and its resolve, through the engine.
 * The samples `firing` and `resolved` of a source are one alert's; `begin` and `end` one change's.
 */
import { describe, expect, it } from 'vitest'
import { SOURCES } from '../../ingest/index.ts'
import type { Source } from '../../ingest/source.ts'
import { readBody } from '../../ingest/source.ts'
import { Engine } from '../../src/core/engine/engine.ts'
import { identityKey } from '../../src/core/identity.ts'
import type { AlertEvent, IngestItem } from '../../src/core/model.ts'
import { HOUR, MINUTE, SECOND, toRfc3339 } from '../../src/core/time.ts'
import type { Fixture } from './fixtures.ts'
import { fixturesOf } from './fixtures.ts'

/** Tools that only report changes. */
const CHANGES = ['change', 'github', 'gitlab', 'argocd', 'flux', 'jenkins']

interface Sent {
  readonly at: number
  readonly body: string
}

const DATE = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d/g
const COUNT = /\b17\d{8}(?:\d{3}|\d{6}|\d{9})?\b/g
const CLOCK = /\b(\d\d):(\d\d):(\d\d) UTC 20\d\d/g

/** The same body `by` later: every time in it, however the tool writes it. */
function later({ at, body }: Sent, by: number): Sent {
  const moved = body
    .replace(DATE, (text) => {
      const time = Date.parse(`${text.replace(' ', 'T')}Z`) + by
      return toRfc3339(time)
        .slice(0, 19)
        .replace('T', text[10] ?? 'T')
    })
    .replace(COUNT, (text) => {
      const unit = 10 ** (text.length - 10)
      return text.length > 13
        ? String(BigInt(text) + (BigInt(unit) * BigInt(by)) / 1000n)
        : String(Number(text) + (by * unit) / 1000)
    })
    .replace(CLOCK, (text, h: string, m: string, s: string) => {
      const time = Date.UTC(2026, 2, 1, Number(h), Number(m), Number(s)) + by
      return `${toRfc3339(time).slice(11, 19)}${text.slice(8)}`
    })
  return { at: at + by, body: moved }
}

/** Sends bodies to an engine, each at its own time or at the time before it. */
function send(source: Source, sent: readonly Sent[]): Engine {
  const engine = new Engine()
  let now = 0
  sent.forEach(({ at, body }, i) => {
    now = Math.max(now + SECOND, at)
    const items = readBody(source, { at: now, body })
    expect(items.filter((item) => item.kind === 'rejected')).toEqual([])
    const received = { kind: 'received', scope: 'default', source: source.id } as const
    engine.apply({ offset: i + 1, entry: { ...received, at: now, receipt: `r${i}`, body } }, items)
  })
  const { outcomes, received } = engine.state.ledger
  const counted = Object.values(outcomes[source.id] ?? {}).reduce((a, b) => a + b, 0)
  expect(counted).toBe(received[source.id])
  expect(counted).toBe(sent.length)
  return engine
}

function alertOf(engine: Engine) {
  const alerts = [...engine.state.alerts.values()].filter(({ source }) => source !== 'faultline')
  expect(alerts).toHaveLength(1)
  const [alert] = alerts
  if (alert === undefined) throw new Error('no alert')
  return alert
}

function sample(source: string, name: string): Fixture {
  const found = fixturesOf(source).find((fixture) => fixture.name === name)
  if (found === undefined) throw new Error(`source ${source} has no sample ${name}`)
  return found
}

function only(source: Source, { at, body }: Sent): IngestItem {
  const [item, second] = readBody(source, { at, body })
  if (item === undefined || second !== undefined) throw new Error('not one item')
  return item
}

function onlyAlert(source: Source, sent: Sent): AlertEvent {
  const item = only(source, sent)
  if (item.kind !== 'alert') throw new Error(`not an alert: ${JSON.stringify(item)}`)
  return item
}

const alerting = [...SOURCES.values()].filter(({ id }) => !CHANGES.includes(id))

describe.each(alerting.map((source) => [source.id, source] as const))('%s', (id, source) => {
  const firing: Sent = sample(id, 'firing')
  const resolved: Sent = sample(id, 'resolved')

  it('is one alert, firing and then resolved', () => {
    const begin = onlyAlert(source, firing)
    const end = onlyAlert(source, resolved)
    expect([begin.status, end.status]).toEqual(['firing', 'resolved'])
    expect(identityKey(end, [])).toBe(identityKey(begin, []))
    expect(alertOf(send(source, [firing]))).toMatchObject({
      status: 'firing',
      startsAt: begin.startsAt,
    })
    expect(alertOf(send(source, [firing, resolved]))).toMatchObject({
      status: 'resolved',
      title: begin.title,
      startsAt: begin.startsAt,
      endsAt: end.endsAt,
    })
  })

  it('stays one where the resolve comes first', () => {
    const engine = send(source, [resolved, { at: resolved.at + 2 * SECOND, body: firing.body }])
    const begin = onlyAlert(source, { at: resolved.at + 2 * SECOND, body: firing.body })
    const end = onlyAlert(source, resolved)
    const overtaken = begin.startsAt <= (end.endsAt ?? end.startsAt)
    expect(alertOf(engine).status).toBe(overtaken ? 'resolved' : 'firing')
  })

  it('stays one where it is repeated', () => {
    const again = { at: firing.at + MINUTE, body: firing.body }
    const engine = send(source, [firing, firing, again])
    expect(alertOf(engine)).toMatchObject({ status: 'firing', reports: 3 })
    const over = { at: resolved.at + MINUTE, body: resolved.body }
    const ended = send(source, [firing, resolved, resolved, over])
    expect(alertOf(ended)).toMatchObject({ status: 'resolved' })
  })

  it('is another episode of the same alert where it fires again', () => {
    const by = 2 * HOUR
    const refired = later(firing, by)
    const first = onlyAlert(source, firing)
    const second = onlyAlert(source, refired)
    expect(second.startsAt).toBe(first.startsAt + by)
    expect(identityKey(second, [])).toBe(identityKey(first, []))
    expect(alertOf(send(source, [firing, resolved, refired]))).toMatchObject({
      status: 'firing',
      startsAt: second.startsAt,
    })
    expect(alertOf(send(source, [firing, resolved, refired, later(resolved, by)])).status).toBe(
      'resolved',
    )
  })
})

const changing = [...SOURCES.values()].filter(({ id }) => CHANGES.includes(id))

describe.each(changing.map((source) => [source.id, source] as const))('%s', (id, source) => {
  const begin: Sent = sample(id, 'begin')
  const end: Sent = sample(id, 'end')

  it.each([
    ['its begin and then its end', [begin, end]],
    ['its end first', [end, begin]],
    ['each of them twice', [begin, begin, end, end]],
  ])('is one change, by %s', (_name, sent) => {
    const engine = send(source, sent)
    const [change, second] = [...engine.state.changes.values()]
    expect(second).toBeUndefined()
    const item = only(source, end)
    expect(item).toMatchObject({ kind: 'change', endsAt: expect.any(Number) })
    expect(change?.change).toMatchObject({
      source: id,
      endsAt: item.kind === 'change' ? item.endsAt : 0,
    })
  })
})
