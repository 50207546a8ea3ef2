/** Changed rules: whole packs, single settings. */
import { describe, expect, it } from 'vitest'
import { changeRules } from '../../../src/core/backtest/rule-change.ts'

const recorded = { correlate: { gap: '5m', weights: { time: 2 } }, dedup: { grace: '1m' } }

describe('changeRules', () => {
  it.each([
    ['nothing', { base: 'recorded', packs: {}, set: {} }, recorded],
    [
      'one pack',
      { base: 'recorded', packs: { correlate: { gap: '9m' } }, set: {} },
      { correlate: { gap: '9m' }, dedup: { grace: '1m' } },
    ],
    ['everything', { base: 'none', packs: { dedup: {} }, set: {} }, { dedup: {} }],
    [
      'one setting, deep inside',
      { base: 'recorded', packs: {}, set: { 'correlate.weights.labels': 0.5 } },
      {
        correlate: { gap: '5m', weights: { time: 2, labels: 0.5 } },
        dedup: { grace: '1m' },
      },
    ],
    [
      'a setting of a pack that was not there',
      { base: 'recorded', packs: {}, set: { 'lifecycle.close': '1h' } },
      { ...recorded, lifecycle: { close: '1h' } },
    ],
  ] as const)('changes %s', (_name, change, expected) => {
    expect(changeRules(recorded, change)).toEqual(expected)
  })

  it('puts a rule first in its pack, in place of one of its name', () => {
    const rule = (name: string, alertname: string) => ({
      ...{ name, when: [{ alertname }], reason: 'so' },
    })
    const old = { suppress: { rules: [rule('a', 'A'), rule('b', 'B')], inhibit: [] } }
    const rules = [
      { pack: 'suppress', rule: rule('b', 'C') },
      { pack: 'suppress', rule: rule('c', 'D') },
    ]
    const changed = changeRules(old, { base: 'recorded', packs: {}, set: {}, rules })
    expect(changed).toEqual({
      suppress: { rules: [rule('c', 'D'), rule('b', 'C'), rule('a', 'A')], inhibit: [] },
    })
  })

  it('names what is at fault', () => {
    const set = { 'correlate.gap': 'soon', 'correlate.nonsense': 1 }
    const attempt = () => changeRules(recorded, { base: 'recorded', packs: {}, set })
    expect(attempt).toThrow(/correlate\.gap: .*duration.*nonsense|nonsense.*correlate\.gap/s)
  })

  it('reaches nothing but packs by a path', () => {
    const set = { '__proto__.polluted': true }
    expect(() => changeRules({}, { base: 'none', packs: {}, set })).toThrow(/polluted|__proto__/)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })
})
