import { describe, expect, it } from 'vitest'
import { decideByRules } from '../../../src/core/correlate/rules.ts'
import type { Facts } from '../../../src/core/facts.ts'
import type { Labels } from '../../../src/core/model.ts'
import { RulePacks } from '../../../src/core/rules.ts'

const { correlate: PACK } = RulePacks.parse({
  correlate: {
    rules: [
      { name: 'alone', when: ['team="security"'], decide: 'apart' },
      { name: 'rack', when: ['dc=~"eu.*"'], decide: 'group', by: ['dc', 'rack'] },
      { name: 'dc', when: ['dc=~"eu.*"'], decide: 'group', by: ['dc'] },
      { name: 'all', when: ['kind="probe"'], decide: 'group' },
    ],
  },
})

function facts(labels: Labels, more: Partial<Facts> = {}): Facts {
  const about = { source: 'prometheus', severity: 'warning', name: 'A', title: 'a' } as const
  return { labels, ...about, ci: null, service: () => null, ...more }
}

function decided(labels: Labels): string {
  const ruling = decideByRules(facts(labels), PACK)
  if (ruling.action === 'score') return ruling.reason
  return `${ruling.action} ${ruling.rule.name}${ruling.action === 'group' ? ` ${ruling.key}` : ''}`
}

describe('a correlate rule', () => {
  it.each<[string, Labels, string]>([
    ['applies to nothing else', { job: 'x' }, 'no_rule_applies'],
    ['keeps an alert apart', { team: 'security' }, 'apart alone'],
    [
      'groups by its labels, with their lengths',
      { dc: 'eu-1', rack: 'r2' },
      'group rack 4:eu-12:r2',
    ],
    ['that names a label the alert lacks is passed over', { dc: 'eu-1' }, 'group dc 4:eu-1'],
    ['that names an empty label is passed over', { dc: 'eu-1', rack: '' }, 'group dc 4:eu-1'],
    ['that comes first wins', { team: 'security', dc: 'eu-1' }, 'apart alone'],
    ['without labels groups all it matches', { kind: 'probe' }, 'group all '],
  ])('%s', (_name, labels, expected) => {
    expect(decided(labels)).toBe(expected)
  })

  it('tells keys apart where values run into each other', () => {
    expect(decided({ dc: 'eu-1', rack: '2a' })).not.toBe(decided({ dc: 'eu-12', rack: 'a' }))
  })
})
