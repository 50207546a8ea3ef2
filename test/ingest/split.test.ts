/** Bodies that span scopes: one entry for each, and nothing else becomes of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SOURCES } from '../../ingest/index.ts'
import { readBody, type Source } from '../../ingest/source.ts'
import { itemsOf, splitByScope } from '../../ingest/split.ts'
import type { Applied } from '../../src/core/engine/engine.ts'
import type { ReceivedEntry } from '../../src/core/entry.ts'
import { scopeOfItem } from '../../src/core/parts.ts'
import { toIncidentRecord } from '../../src/core/project.ts'
import { EntryShape } from '../../src/journal/entry-schema.ts'
import { decode, split } from '../../src/journey.ts'
import { at, ci, cmdb, depends, instant, play, rules, Story } from '../support/engine.ts'

const MAPPING = {
  identity: ['id'],
  status: { path: 'state', resolved: ['up'] },
  rule: 'Probe',
  title: '{{ id }} is {{ state }}',
  items: 'data.reports',
  labels: { host: 'host', tenant: 'tenant' },
}
const PACKS = { correlate: { scope: ['tenant'] }, ingest: { beacon: MAPPING } }
const HOSTS = ['web', 'shop', 'db']
const SETUP = [
  cmdb({
    items: HOSTS.map((id) => ci(id)),
    relations: [depends('web', 'shop'), depends('shop', 'db')],
  }),
  rules(PACKS),
] as const
const RULES = play(at(0, ...SETUP)).engine.state.rules
const RUNS = { numRuns: Number(process.env['FAULTLINE_TEST_RUNS'] ?? 25) }

function received(source: string, body: unknown, second = 1): ReceivedEntry {
  const receipt = `r${second}`
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { kind: 'received', at: instant(second), scope: 'default', source, receipt, body: text }
}

function sharesOf(entry: ReceivedEntry) {
  return split(entry, decode(entry, RULES), RULES)
}

interface Shot {
  readonly tenant: 'a' | 'b' | ''
  readonly host: string
  readonly rule: string
  readonly ends: boolean
  readonly ago: number
  readonly odd: 'no' | 'bad' | 'key'
}

const anyShot: fc.Arbitrary<Shot> = fc.record({
  tenant: fc.constantFrom('a', 'b', ''),
  host: fc.constantFrom(...HOSTS),
  rule: fc.constantFrom('slow', 'down'),
  ends: fc.boolean(),
  ago: fc.constantFrom(0, 0, 2, 30),
  odd: fc.constantFrom('no', 'no', 'no', 'bad', 'key'),
})
const anyBodies = fc.array(
  fc.record({
    gap: fc.constantFrom(1, 1, 20, 90, 400),
    source: fc.constantFrom('generic', 'generic', 'prometheus', 'alertmanager'),
    shots: fc.array(anyShot, { maxLength: 6 }),
  }),
  { maxLength: 10 },
)

/** `key`: known to its tool by a key alone, so that an end needs no labels. */
function itemOf({ tenant, host, rule, ends, ago, odd }: Shot, second: number): object {
  const isKnown = odd === 'key'
  const labels = { alertname: rule, host, ...(tenant === '' ? {} : { tenant }) }
  const time = new Date(instant(second - ago)).toISOString()
  return {
    title: `${rule} on ${host}`,
    status: odd === 'bad' ? 'perhaps' : ends ? 'resolved' : 'firing',
    ...(isKnown ? { dedupKey: `${host}-${rule}` } : {}),
    labels: isKnown && ends ? {} : labels,
    ...(ends ? { endsAt: time } : { startsAt: time }),
  }
}

function bodyOf(source: string, shots: readonly Shot[], second: number): unknown {
  if (source === 'generic') return shots.map((shot) => itemOf(shot, second))
  const alerts = shots.map((shot) => {
    const startsAt = new Date(instant(second - shot.ago)).toISOString()
    const endsAt = shot.ends ? new Date(instant(second)).toISOString() : undefined
    const labels = { alertname: shot.rule, host: shot.host, tenant: shot.tenant }
    const status = shot.ends ? 'resolved' : 'firing'
    return { status, labels: shot.odd === 'bad' ? { ...labels, n: {} } : labels, startsAt, endsAt }
  })
  if (source === 'prometheus') return alerts
  return { version: '4', groupKey: '{}', status: 'firing', receiver: 'faultline', alerts }
}

/** What became of the bodies, whatever the order among scopes and the numbers of entries. */
function become(entries: readonly ReceivedEntry[]): unknown {
  const story = new Story(play(at(0, ...SETUP)).engine)
  const applied = entries.map((entry): Applied => story.apply(entry, decode(entry, RULES)))
  const end = (entries.at(-1)?.at ?? instant(0)) + 300_000
  applied.push(story.apply({ kind: 'time', at: end, scope: 'default' }))
  const { state } = story.engine
  const letters = applied.flatMap(({ deadLetters }) => deadLetters)
  const decisions = applied.flatMap((one) => one.decisions)
  return {
    incidents: [...state.incidents.values()].map((one) => toIncidentRecord(one, state)).sort(byId),
    alerts: [...state.alerts.values()].map(({ snap: _, ...alert }) => alert).sort(byId),
    ledger: state.ledger,
    letters: letters.map(({ body: _, pointer: _p, ...letter }) => letter).sort(byId),
    // two at one instant may change places where an end names no scope
    decisions: decisions
      .filter(({ incident }) => incident !== undefined)
      .map(({ seq: _, ...decision }) => JSON.stringify(decision))
      .sort(),
  }
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

describe('a body of several scopes', () => {
  it('is the same incidents whole and split, and each item is in one entry of its scope', () => {
    let spanning = 0
    fc.assert(
      fc.property(anyBodies, (bodies) => {
        let second = 10
        const whole = bodies.map(({ gap, source, shots }) => {
          second += gap
          return received(source, bodyOf(source, shots, second), second)
        })
        const shares = whole.map(sharesOf)
        for (const [i, parts] of shares.entries()) {
          const entry = whole[i]
          if (entry === undefined || parts.length === 1) continue
          spanning += 1
          const scopes = parts.map((share) => share.entry.scope)
          expect(new Set(scopes).size).toBe(scopes.length)
          const items = decode(entry, RULES)
          const numbers = parts.flatMap((share) => share.entry.part?.items ?? [])
          expect([...numbers].sort((a, b) => a - b)).toEqual([...items.keys()])
          for (const share of parts) {
            expect(decode(share.entry, RULES)).toEqual(share.items)
            for (const item of share.items)
              expect([share.entry.scope, 'default']).toContain(scopeOfItem(item, RULES))
            expect(EntryShape.parse(JSON.parse(JSON.stringify(share.entry)))).toEqual(share.entry)
          }
        }
        const parts = shares.flat().map(({ entry }) => entry)
        expect(become(parts)).toEqual(become(whole))
      }),
      RUNS,
    )
    expect(spanning).toBeGreaterThan(10)
  })

  const alert = (tenant: string, more: object = {}) => ({
    ...{ title: 'slow', status: 'firing', labels: { host: 'web', tenant }, ...more },
  })

  it('has no more of it in an entry than its own items, with what stands around them', () => {
    const body = { version: '4', groupKey: 'g', status: 'firing', receiver: 'f' }
    const shot = (tenant: string) => ({
      ...{ status: 'firing', startsAt: new Date(instant(0)).toISOString() },
      labels: { alertname: 'slow', host: 'web', tenant },
    })
    const alerts = [shot('a'), shot('b'), shot('a')]
    expect(
      sharesOf(received('alertmanager', { ...body, alerts })).map(({ entry }) => entry),
    ).toEqual([
      {
        ...received('alertmanager', { ...body, alerts: [alerts[0], alerts[2]] }),
        ...{ scope: 'a', part: { items: [0, 2] } },
      },
      {
        ...received('alertmanager', { ...body, alerts: [alerts[1]] }),
        ...{ scope: 'b', part: { items: [1] } },
      },
    ])
  })

  it('numbers what cannot be read by its place in the body, in the scope that its labels name', () => {
    const bad = alert('b', { status: 'perhaps' })
    const shares = sharesOf(received('generic', [alert('a'), alert('b'), bad, 'nonsense']))
    const story = new Story(play(at(0, ...SETUP)).engine)
    const letters = shares.flatMap(({ entry, items }) => story.apply(entry, items).deadLetters)
    expect(letters.map(({ id, scope, body }) => [id, scope, JSON.parse(body)])).toEqual([
      ['r1.3', 'default', ['nonsense']],
      ['r1.2', 'b', [alert('b'), bad]],
    ])
  })

  it('is read by a mapping as well, and only ever cut', () => {
    const report = (id: number, tenant?: string) => ({ id, state: 'down', host: 'web', tenant })
    const entry = received('beacon', {
      data: { reports: [report(1, 'a'), report(2), report(3, 'a')] },
    })
    const shares = sharesOf(entry)
    expect(shares.map((one) => [one.entry.scope, one.entry.part])).toEqual([
      ['default', { items: [1] }],
      ['a', { items: [0, 2] }],
    ])
    expect(shares.flatMap(({ items }) => items)).toHaveLength(3)
  })

  /** Lists its alerts in groups. */
  const grouped: Source = {
    ...{ id: 'grouped', family: 'generic', maxBodyBytes: 1000 },
    read: (payload, context) =>
      (payload as unknown[][]).flatMap(
        (group) => SOURCES.get('generic')?.read(group, context) ?? [],
      ),
  }

  it('is whole in each entry where its items cannot be cut out, and each takes its own', () => {
    const entry = received('grouped', [[alert('a'), alert('b')], [alert('a')]])
    const items = readBody(grouped, entry)
    const options = { source: grouped, rules: RULES, isMapped: false }
    const shares = splitByScope(entry, items, options)
    expect(shares.map((share) => share.entry)).toEqual([
      { ...entry, scope: 'a', part: { items: [0, 2], whole: true } },
      { ...entry, scope: 'b', part: { items: [1], whole: true } },
    ])
    for (const share of shares)
      expect(itemsOf(share.entry, readBody(grouped, share.entry))).toEqual(share.items)
    expect(splitByScope(entry, items, { ...options, isMapped: true })).toEqual([{ entry, items }])
  })

  it('may have other lists of the same length', () => {
    const around = { version: '4', groupKey: 'g', status: 'firing', receiver: 'f', other: [1, 2] }
    const one = (tenant: string) => ({
      ...{ status: 'firing', startsAt: new Date(instant(0)).toISOString() },
      labels: { alertname: 'slow', tenant },
    })
    const cut = sharesOf(received('alertmanager', { ...around, alerts: [one('a'), one('b')] }))
    expect(cut.map(({ entry }) => entry.part)).toEqual([{ items: [0] }, { items: [1] }])
  })
})

describe('a body that is not split', () => {
  const alert = (tenant: string, more: object = {}) => ({
    ...{ title: 'slow', status: 'firing', labels: { tenant }, dedupKey: 'k', ...more },
  })

  it.each([
    ['of one scope', [alert('a'), alert('a')], 'a'],
    ['of none', [], 'default'],
    ['of nothing that can be read', 'nonsense', 'default'],
    // which of the two ends depends on the order of all
    [
      'with an end that can mean two',
      [alert('a'), alert('b'), alert('', { status: 'resolved' })],
      'default',
    ],
  ])('is one entry %s', (_, body, scope) => {
    const entry = received('generic', body)
    expect(sharesOf(entry).map((share) => share.entry)).toEqual([{ ...entry, scope }])
  })

  it('is one that would take far more room in parts', () => {
    const around = { version: '4', groupKey: 'g'.repeat(50_000), status: 'firing', receiver: 'f' }
    const alerts = Array.from({ length: 40 }, (_, i) => ({
      ...{ status: 'firing', startsAt: new Date(instant(0)).toISOString() },
      labels: { alertname: 'slow', tenant: `t${i}` },
    }))
    const entry = received('alertmanager', { ...around, alerts })
    expect(sharesOf(entry)).toHaveLength(1)
  })
})
