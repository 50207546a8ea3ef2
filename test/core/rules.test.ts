import { describe, expect, it } from 'vitest'
import { defaultRules, PACK_NAMES, parseRules } from '../../src/core/rules.ts'

describe('rule packs', () => {
  it('are complete without a word from people', () => {
    const rules = defaultRules()
    expect(Object.keys(rules)).toEqual([...PACK_NAMES, 'ingest'])
    expect(rules.dedup).toMatchObject({
      grace: 300_000,
      flapping: { slot: 60_000, start: 30, stop: 25 },
    })
    expect(rules.correlate).toMatchObject({
      gap: 600_000,
      lifetime: 7_200_000,
      join: 0.8,
      related: 0.6,
    })
    expect(rules.lifecycle).toEqual({
      open_severity: 'warning',
      open_alerts: 2,
      open_surprise: 8,
      transient_after: 3,
      open_wait: 10_000,
      group_wait: 20_000,
      resolve_hold: 60_000,
      reopen: 300_000,
      close: 86_400_000,
      storm: {
        min_alerts: 100,
        factor: 5,
        quiet: 300_000,
        page_priority: 1,
        first: 3,
        update: 300_000,
      },
    })
  })

  it.each<[string, string, number]>([
    ['milliseconds', '250ms', 250],
    ['seconds', '30s', 30_000],
    ['minutes', '5m', 300_000],
    ['hours', '24h', 86_400_000],
    ['days', '7d', 604_800_000],
    ['nothing', '0s', 0],
  ])('read durations in %s', (_name, text, expected) => {
    const read = parseRules({ correlate: { gap: text } })
    expect(read.ok && read.packs.correlate.gap).toBe(expected)
  })

  it('fill in what a rule leaves out', () => {
    const read = parseRules({
      correlate: { rules: [{ name: 'r', when: ['a="1"'], decide: 'group', by: ['host'] }] },
      bind: { rules: [{ name: 'b', label: 'vm' }] },
    })
    expect(read.ok && read.packs.correlate.rules[0]?.window).toBe(900_000)
    expect(read.ok && read.packs.bind.rules[0]).toMatchObject({
      confidence: 0.9,
      when: [],
      class: [],
    })
  })

  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['an unknown pack', { correlation: {} }, 'correlation'],
    ['an unknown field', { dedup: { drop: [] } }, 'drop'],
    [
      'a broken duration',
      { correlate: { gap: '5 min' } },
      'correlate.gap: a duration like 30s, 5m or 24h',
    ],
    ['a number as a duration', { correlate: { gap: 300 } }, 'correlate.gap'],
    [
      'a broken matcher',
      { suppress: { rules: [{ name: 'n', when: ['x'], reason: 'r' }] } },
      'suppress.rules.0.when.0: not a matcher',
    ],
    [
      'a rule for everything',
      { suppress: { rules: [{ name: 'n', when: [], reason: 'r' }] } },
      'suppress.rules.0.when',
    ],
    [
      'a broken expression',
      { bind: { rules: [{ name: 'n', label: 'l', extract: '(' }] } },
      'bind.rules.0.extract: not an RE2',
    ],
    ['an unknown severity', { lifecycle: { open_severity: 'bad' } }, 'lifecycle.open_severity'],
    ['a threshold of 1', { correlate: { join: 1 } }, 'correlate.join'],
    ['a weight over 3', { correlate: { weights: { time: 4 } } }, 'correlate.weights.time'],
    ['a pack that is no map', { dedup: 'x' }, 'dedup'],
  ])('refuse %s and name the field', (_name, packs, expected) => {
    const read = parseRules(packs)
    expect(read.ok).toBe(false)
    expect(read.ok ? '' : read.faults.join('\n')).toContain(expected)
  })

  it('name every fault, in a fixed order', () => {
    const read = parseRules({ lifecycle: { close: 1 }, correlate: { join: 2, related: 0 } })
    const fields = read.ok ? [] : read.faults.map((fault) => fault.split(':')[0])
    expect(fields).toEqual(['correlate.join', 'correlate.related', 'lifecycle.close'])
  })
})
