import { describe, expect, it } from 'vitest'
import type { Severity } from '../../src/core/model.ts'
import { decidePriority } from '../../src/core/priority.ts'
import { defaultRules, RulePacks } from '../../src/core/rules.ts'

const PACK = defaultRules().priority

describe('the priority', () => {
  it.each<[Severity, number, number | null, number, number, number]>([
    // severity, services, criticality, impact, urgency, priority
    ['critical', 0, null, 2, 1, 2],
    ['critical', 1, 2, 2, 1, 2],
    ['critical', 1, 1, 1, 1, 1],
    ['critical', 2, null, 2, 1, 2],
    ['critical', 5, null, 1, 1, 1],
    ['critical', 5, 4, 1, 1, 1],
    ['error', 1, 3, 3, 2, 4],
    ['warning', 1, null, 2, 2, 3],
    ['warning', 4, 2, 2, 2, 3],
    ['warning', 0, 1, 1, 2, 2],
    ['unknown', 0, null, 2, 2, 3],
    ['info', 0, null, 2, 3, 4],
    ['info', 9, null, 1, 3, 3],
    ['none', 0, 4, 3, 3, 5],
  ])(
    'of %s on %i services of criticality %s: impact %i, urgency %i, P%i',
    (severity, services, criticality, impact, urgency, priority) => {
      const decided = decidePriority({ severity, services, criticality }, PACK)
      expect([decided.impact, decided.urgency, decided.priority]).toEqual([
        impact,
        urgency,
        priority,
      ])
      expect(decided.terms.reduce((sum, { x, w }) => sum + x * w, 0)).toBe(priority)
    },
  )

  it('shows every number it was worked out from', () => {
    const { terms } = decidePriority({ severity: 'error', services: 3, criticality: 2 }, PACK)
    expect(terms.map(({ name, x, w, inputs }) => ({ name, x, w, inputs }))).toEqual([
      { name: 'impact', x: 2, w: 1, inputs: { services: 3, criticality: 2 } },
      { name: 'urgency', x: 2, w: 1, inputs: { severity: 'error' } },
      { name: 'base', x: -1, w: 1, inputs: {} },
    ])
  })

  it('follows the rules of people', () => {
    const { priority: pack } = RulePacks.parse({
      priority: { urgency: { info: 1 }, high_services: 1, medium_services: 1 },
    })
    expect(
      decidePriority({ severity: 'info', services: 1, criticality: null }, pack).priority,
    ).toBe(1)
    // a severity that they do not name is of medium urgency
    expect(
      decidePriority({ severity: 'critical', services: 1, criticality: null }, pack).urgency,
    ).toBe(2)
  })
})

describe('rules', () => {
  const { priority: pack } = RulePacks.parse({
    priority: {
      rules: [
        { name: 'never', when: ['a="b"'], set: 1, reason: 'not for this' },
        { name: 'low', when: ['a="b"'], at_most: 4, reason: 'nobody is hurt' },
        { name: 'high', when: ['a="b"'], at_least: 2, reason: 'somebody is hurt' },
        { name: 'fixed', when: ['a="b"'], set: 3, reason: 'agreed' },
      ],
    },
  })
  type Held = 'none' | 'some' | 'all'
  it.each<[string, Severity, Record<string, Held>, number, string | null]>([
    ['none that holds', 'warning', {}, 3, null],
    ['one that makes it less urgent, for all alerts', 'warning', { low: 'all' }, 4, 'low'],
    ['one that would, for some of them', 'warning', { low: 'some' }, 3, null],
    ['one that makes it more urgent, for some alerts', 'warning', { high: 'some' }, 2, 'high'],
    ['one that it keeps already', 'critical', { high: 'all' }, 2, null],
    ['the first that changes something', 'critical', { high: 'all', fixed: 'all' }, 3, 'fixed'],
    ['the first of two', 'warning', { low: 'all', high: 'all' }, 4, 'low'],
    ['a value that makes it more urgent, for some', 'info', { fixed: 'some' }, 3, 'fixed'],
    ['a value that makes it less urgent, for some', 'critical', { fixed: 'some' }, 2, null],
  ])('%s', (_what, severity, held, priority, by) => {
    const holds = (rule: string): Held => held[rule] ?? 'none'
    const decided = decidePriority({ severity, services: 1, criticality: null, holds }, pack)
    expect(decided.priority).toBe(priority)
    expect(decided.terms.reduce((sum, { x, w }) => sum + x * w, 0)).toBe(priority)
    const term = decided.terms.find(({ name }) => name === 'rule')
    expect(term?.inputs['rule'] ?? null).toBe(by)
  })

  it.each([
    ['nothing', {}],
    ['a value and a bound', { set: 1, at_least: 2 }],
    ['bounds that exclude each other', { at_least: 2, at_most: 4 }],
    ['no priority', { set: 6 }],
  ])('that say %s are refused', (_what, fields) => {
    const rule = { name: 'x', when: ['a="b"'], reason: 'x', ...fields }
    expect(RulePacks.safeParse({ priority: { rules: [rule] } }).success).toBe(false)
  })
})
