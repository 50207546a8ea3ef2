import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import {
  defaultRules,
  PACK_NAMES,
  type RulePacks,
  RulePacks as Schema,
} from '../../src/core/rules.ts'
import { type RuleCase, RuleCases } from '../../src/rules-case.ts'
import { checkRules } from '../../src/rules-check.ts'
import { playCase } from '../../src/rules-play.ts'
import { judgeCase } from '../../src/rules-verdict.ts'
import { ROOT } from '../support/source.ts'

const FOLDER = join(ROOT, 'rules')

type PackName = (typeof PACK_NAMES)[number]
type Documents = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const documents: Documents = Object.fromEntries(
  PACK_NAMES.map((name) => [name, parse(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'))]),
)

function casesOf(pack: PackName): readonly RuleCase[] {
  const text = readFileSync(join(FOLDER, `${pack}.test.yaml`), 'utf8')
  return RuleCases.parse(parse(text)).cases
}

/** Whether a case of the pack fails with these documents. */
function isNoticed(pack: PackName, changed: Documents): boolean {
  return casesOf(pack).some((test) => judgeCase(test, playCase(test, changed)).length > 0)
}

function withPack(pack: PackName, change: Readonly<Record<string, unknown>>): Documents {
  return { ...documents, [pack]: { ...documents[pack], ...change } }
}

describe('the shipped packs', () => {
  it('do what their cases say', () => {
    const { packs, cases, faults } = checkRules(FOLDER)
    expect(faults).toEqual([])
    expect(packs).toBe(PACK_NAMES.length)
    expect(cases).toBeGreaterThan(40)
  })

  it('set nothing but defaults, beside their rules and more labels of replicas', () => {
    const shipped = Schema.parse(documents)
    const settings = ({ suppress: _, bind: __, ...rest }: RulePacks): object => ({
      ...rest,
      priority: { ...rest.priority, rules: [] },
      correlate: { ...rest.correlate, rules: [] },
      route: { ...rest.route, rules: [] },
      dedup: { ...rest.dedup, drop_labels: [] },
    })
    expect(settings(shipped)).toEqual(settings(defaultRules()))
    expect(shipped.dedup.drop_labels).toEqual(
      expect.arrayContaining(defaultRules().dedup.drop_labels),
    )
  })

  const { suppress, bind, correlate, priority, route } = Schema.parse(documents)
  const named = (pack: PackName, list: string, all: readonly { readonly name: string }[]) =>
    all.map(({ name }) => [pack, list, name] as const)
  const rules = [
    ...named('suppress', 'rules', suppress.rules),
    ...named('suppress', 'inhibit', suppress.inhibit),
    ...named('bind', 'rules', bind.rules),
    ...named('correlate', 'rules', correlate.rules),
    ...named('priority', 'rules', priority.rules),
    ...named('route', 'rules', route.rules),
  ]

  it('have rules', () => {
    expect(rules.length).toBeGreaterThan(20)
  })

  it.each(rules)('have a case that fails without %s %s %s', (pack, list, name) => {
    const all = documents[pack]?.[list] as readonly { readonly name: string }[]
    const left = all.filter((rule) => rule.name !== name)
    expect(left).toHaveLength(all.length - 1)
    expect(isNoticed(pack, withPack(pack, { [list]: left }))).toBe(true)
  })

  it.each(documents['dedup']?.['drop_labels'] as readonly string[])(
    'have a case that fails where %s counts as part of the identity',
    (label) => {
      const all = documents['dedup']?.['drop_labels'] as readonly string[]
      const left = all.filter((other) => other !== label)
      expect(isNoticed('dedup', withPack('dedup', { drop_labels: left }))).toBe(true)
    },
  )

  it.each<readonly [PackName, Readonly<Record<string, unknown>>]>([
    ['dedup', { flapping: { slot: '20m' } }],
    ['dedup', { flapping: { start: 99 } }],
    ['dedup', { grace: '1m' }],
    ['correlate', { gap: '2h' }],
    ['correlate', { gap: '10s' }],
    ['correlate', { lifetime: '1s' }],
    ['correlate', { join: 0.999 }],
    ['correlate', { join: 0.01 }],
    ['priority', { urgency: { critical: 2, error: 2, warning: 2, info: 3, none: 3, unknown: 2 } }],
    ['priority', { urgency: { critical: 1, error: 1, warning: 2, info: 3, none: 3, unknown: 2 } }],
    ['priority', { urgency: { critical: 1, error: 2, warning: 3, info: 3, none: 3, unknown: 2 } }],
    ['priority', { urgency: { critical: 1, error: 2, warning: 2, info: 2, none: 3, unknown: 2 } }],
    ['priority', { urgency: { critical: 1, error: 2, warning: 2, info: 3, none: 2, unknown: 2 } }],
    ['priority', { urgency: { critical: 1, error: 2, warning: 2, info: 3, none: 3, unknown: 3 } }],
    ['priority', { high_criticality: 2 }],
    ['priority', { high_services: 6 }],
    ['priority', { medium_services: 3 }],
    ['lifecycle', { open_severity: 'info' }],
    ['lifecycle', { open_severity: 'error' }],
    ['lifecycle', { open_alerts: 3 }],
    ['lifecycle', { transient_after: 2 }],
    ['lifecycle', { transient_after: 4 }],
    ['lifecycle', { open_surprise: 5 }],
    ['lifecycle', { open_surprise: 20 }],
    ['lifecycle', { open_wait: '11s' }],
    ['lifecycle', { group_wait: '21s' }],
    ['lifecycle', { resolve_hold: '30s' }],
    ['lifecycle', { reopen: '10s' }],
    ['lifecycle', { close: '2d' }],
  ])('have a case of %s that fails with %j', (pack, change) => {
    expect(isNoticed(pack, withPack(pack, change))).toBe(true)
  })
})
