/** The schemas that editors complete rule files with: up to date, and of one mind with what reads the files. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { IngestMapping } from '../../src/core/mapping.ts'
import { RULE_FILE_KINDS, type RuleFileKind } from '../../src/core/rule-files.ts'
import { RulePacks } from '../../src/core/rules.ts'
import { MappingCases } from '../../src/mapping-case.ts'
import { RuleCases } from '../../src/rules-case.ts'
import { filesBelow, ROOT } from '../support/source.ts'
import { kindOf, schemaText } from './schema.ts'

const FOLDER = join(ROOT, 'rules')
const FILES = filesBelow('rules', /\.yaml$/).map((path) => path.slice('rules/'.length))

const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true })
const validators = new Map(
  RULE_FILE_KINDS.map((kind) => [kind, ajv.compile(JSON.parse(schemaText(kind)))]),
)

/** What the schema says against a document; empty: nothing. */
function faultsOf(kind: RuleFileKind, document: unknown): string[] {
  const validate = validators.get(kind)
  if (validate === undefined || validate(document)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** Whether what reads such files takes the document. */
function reads(kind: RuleFileKind, document: unknown): boolean {
  if (kind === 'cases') return RuleCases.safeParse(document).success
  if (kind === 'mapping') return IngestMapping.safeParse(document).success
  if (kind === 'mapping-cases') return MappingCases.safeParse(document).success
  return RulePacks.shape[kind].safeParse(document).success
}

function read(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8')
}

it.each(RULE_FILE_KINDS)('the schema of %s is up to date', async (kind) => {
  await expect(schemaText(kind)).toMatchFileSnapshot(join(FOLDER, 'schema', `${kind}.json`))
})

describe('every shipped file', () => {
  it('is looked at, of every kind', () => {
    expect(new Set(FILES.map(kindOf))).toEqual(new Set(RULE_FILE_KINDS))
  })

  it.each(FILES)('%s names its schema, and is as it says', (file) => {
    const kind = kindOf(file)
    if (kind === null) throw new Error(`${file} is of no kind`)
    const up = '../'.repeat(file.split('/').length - 1)
    expect(read(file).split('\n')[0]).toBe(
      `# yaml-language-server: $schema=${up}schema/${kind}.json`,
    )
    expect(faultsOf(kind, parse(read(file)))).toEqual([])
  })
})

describe('a document that is wrong', () => {
  const WRONG: readonly (readonly [RuleFileKind, string, unknown])[] = [
    ['dedup', 'an unknown field', { drop_label: [] }],
    ['dedup', 'a number for a duration', { grace: 5 }],
    ['dedup', 'a duration without a unit', { flapping: { slot: '60' } }],
    ['suppress', 'a rule without its reason', { rules: [{ name: 'x', when: ['a="b"'] }] }],
    ['suppress', 'a rule that is a list', { rules: [[]] }],
    ['bind', 'too much confidence', { rules: [{ name: 'x', label: 'x', confidence: 2 }] }],
    ['correlate', 'no such decision', { rules: [{ name: 'x', when: ['a="b"'], decide: 'join' }] }],
    ['correlate', 'a weight out of bounds', { weights: { time: 4 } }],
    ['priority', 'no such severity', { urgency: { fatal: 1 } }],
    ['priority', 'no such urgency', { urgency: { critical: 0 } }],
    ['lifecycle', 'half an alert', { open_alerts: 1.5 }],
    ['cases', 'no cases', { cases: [] }],
    [
      'cases',
      'an alert without labels',
      { cases: [{ name: 'x', alerts: [{ id: 'a' }], expect: {} }] },
    ],
    ['mapping', 'no identity', { rule: 'x', title: 'x' }],
    ['mapping-cases', 'no body expected', { cases: [{ name: 'x', body: {} }] }],
  ]

  it.each(WRONG)('of %s is refused: %s', (kind, _fault, document) => {
    expect(reads(kind, document)).toBe(false)
    expect(faultsOf(kind, document)).not.toEqual([])
  })
})

/** Every place in a document, as the keys that lead there. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesIn(one, [...path, key]))]
}

/** The document with another value in one place; `undefined` takes it out. */
function changed(value: unknown, [key, ...rest]: readonly string[], to: unknown): unknown {
  if (key === undefined) return to
  if (Array.isArray(value))
    return value.map((one, at) => (String(at) === key ? changed(one, rest, to) : one))
  const entries = Object.entries(Object(value)).map(([name, one]) =>
    name === key ? [name, changed(one, rest, to)] : [name, one],
  )
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined))
}

it('law: what is read is never marked as wrong', () => {
  const documents = FILES.map((file) => ({ kind: kindOf(file), document: parse(read(file)) }))
  const values = fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'x',
    '5m',
    'a="b"',
    0,
    1,
    7,
    -1,
    true,
    [],
    ['x'],
    {},
    { x: 'y' },
  )
  fc.assert(
    fc.property(fc.constantFrom(...documents), fc.nat(), values, ({ kind, document }, at, to) => {
      if (kind === null) return
      const places = placesIn(document)
      const other = changed(document, places[at % places.length] ?? [], to)
      if (other !== undefined && reads(kind, other)) expect(faultsOf(kind, other)).toEqual([])
    }),
  )
})

it('every field of a pack is told in words', () => {
  for (const kind of RULE_FILE_KINDS.filter((one) => one !== 'mapping-cases')) {
    const { properties } = JSON.parse(schemaText(kind))
    const own = Object.entries(properties ?? {}).filter(
      ([name]) => !['rules', 'cases'].includes(name),
    )
    for (const [name, field] of own)
      expect(JSON.stringify(field), `${kind}.${name}`).toContain('"description"')
  }
})
