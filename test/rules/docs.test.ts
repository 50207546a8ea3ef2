/** docs/rules.md describes every field with its default, and what it shows is so. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { Duration } from '../../src/core/rule-language.ts'
import { PACK_NAMES, RulePacks } from '../../src/core/rules.ts'
import { RuleCase, RuleCases } from '../../src/rules-case.ts'
import { playCase } from '../../src/rules-play.ts'
import { judgeCase } from '../../src/rules-verdict.ts'
import { ROOT } from '../support/source.ts'

const text = readFileSync(join(ROOT, 'docs/rules.md'), 'utf8')

/** Rows of the tables below a heading whose first cell is a field, as [field, second cell]. */
function rowsBelow(heading: string): ReadonlyMap<string, string> {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const rows = section.matchAll(/^\| `([^`|]+)` \| ([^|]*?) \|/gm)
  return new Map([...rows].map(([, field = '', second = '']) => [field, second]))
}

const Node = z.object({
  type: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  items: z.unknown().optional(),
})

/** Paths of the fields below a JSON Schema, with whether each must be given. */
function fieldsOf(schema: unknown, prefix: string): (readonly [path: string, needed: boolean])[] {
  const { properties = {}, required } = Node.parse(schema)
  return Object.entries(properties).flatMap(([name, value]) => {
    const { properties: inner, items } = Node.parse(value)
    const path = `${prefix}${name}`
    if (inner !== undefined) return fieldsOf(value, `${path}.`)
    const item = Node.safeParse(items)
    if (item.success && item.data.properties !== undefined) return fieldsOf(items, `${path}[].`)
    return [[path, required.includes(name)] as const]
  })
}

const schema = Node.parse(z.toJSONSchema(RulePacks, { io: 'input', unrepresentable: 'any' }))

/** A rule with nothing but what it needs, to see its defaults. */
const BARE: Readonly<Record<string, unknown>> = {
  suppress: {
    hours: [{ name: 'x', windows: [{}] }],
    rules: [{ name: 'x', when: ['a="b"'], reason: 'x' }],
    inhibit: [{ name: 'x', source: ['a="b"'], target: ['a="c"'], reason: 'x' }],
  },
  bind: { rules: [{ name: 'x', label: 'x' }] },
  priority: { rules: [{ name: 'x', when: ['a="b"'], set: 1, reason: 'x' }] },
  correlate: { rules: [{ name: 'x', when: ['a="b"'], decide: 'group' }] },
  route: {
    hours: [{ name: 'x', windows: [{}] }],
    rules: [{ name: 'x', when: ['a="b"'], team: 'x', reason: 'x' }],
  },
}

function valueAt(root: unknown, path: string): unknown {
  return path
    .replaceAll('[]', '.0')
    .split('.')
    .reduce<unknown>((value, key) => Reflect.get(Object(value), key), root)
}

describe.each(PACK_NAMES)('the section on %s', (pack) => {
  const fields = fieldsOf(schema.properties?.[pack], '')
  const hasHours = fields.some(([path]) => path.startsWith('hours[]'))
  const rows = new Map([...rowsBelow(pack), ...(hasHours ? rowsBelow('hours') : [])])
  const defaults = RulePacks.parse({ [pack]: BARE[pack] ?? {} })[pack]

  it('has a row for each field, and no others', () => {
    const inTable = (path: string): boolean => rows.has(path)
    expect(fields.length).toBeGreaterThan(2)
    expect(fields.map(([path]) => path).filter((path) => !inTable(path))).toEqual([])
    expect([...rows.keys()].sort()).toEqual(fields.map(([path]) => path).sort())
  })

  it('gives their defaults', () => {
    for (const [path, needed] of fields) {
      const told = (rows.get(path) ?? '').replaceAll('`', '')
      if (needed || told === 'needed') {
        expect([path, told, needed]).toEqual([path, 'needed', true])
        continue
      }
      const duration = Duration.safeParse(told)
      const value = told === 'none' ? undefined : duration.success ? duration.data : parse(told)
      // what a bare rule must have one of has no default
      const isGiven = valueAt(BARE[pack], path) !== undefined
      expect([path, value]).toEqual([path, isGiven ? undefined : valueAt(defaults, path)])
    }
  })
})

describe('the section on cases', () => {
  it('has a row for each field of a case, of an alert and of what is expected', () => {
    const rows = rowsBelow('Cases')
    const one = z.toJSONSchema(RuleCase, { io: 'input', unrepresentable: 'any' })
    const { properties = {} } = Node.parse(one)
    const alert = Node.parse(Node.parse(properties['alerts']).items)
    const incidents = Node.parse(Node.parse(properties['expect']).properties?.['incidents'])
    for (const part of [
      properties,
      alert.properties ?? {},
      Node.parse(properties['expect']).properties,
    ])
      for (const name of Object.keys(part ?? {})) expect([...rows.keys()]).toContain(name)
    const end = text.slice(text.indexOf('Of an incident, these are compared'))
    for (const name of Object.keys(Node.parse(incidents.items).properties ?? {}))
      if (name !== 'alerts') expect(end).toContain(`\`${name}\``)
  })
})

describe('the examples', () => {
  const blocks = [...text.matchAll(/^```yaml\n# (\S+\.yaml)\n([\s\S]*?)^```/gm)].map(
    ([, file = '', yaml = '']) => [file, parse(yaml)] as const,
  )

  it('are of every pack, and valid', () => {
    for (const name of PACK_NAMES)
      expect(blocks.filter(([file]) => file === `${name}.yaml`).length, name).toBeGreaterThan(0)
    for (const [file, document] of blocks.filter(([name]) => !name.endsWith('.test.yaml')))
      expect(RulePacks.safeParse({ [file.replace('.yaml', '')]: document }).error, file).toBe(
        undefined,
      )
  })

  it('of cases come true with the shipped packs', () => {
    const shipped = Object.fromEntries(
      PACK_NAMES.map((name) => [
        name,
        parse(readFileSync(join(ROOT, `rules/${name}.yaml`), 'utf8')),
      ]),
    )
    const tests = blocks.filter(([file]) => file.endsWith('.test.yaml'))
    expect(tests.length).toBeGreaterThan(0)
    for (const [file, document] of tests)
      for (const test of RuleCases.parse(document).cases)
        expect(judgeCase(test, playCase(test, shipped)), `${file}: ${test.name}`).toEqual([])
  })
})
