/**
 * JSON Schemas of rule files, for editors: the shape from the schemas that read the files, the words
 * and the defaults from the tables of the documentation. Draft 7 is what editors of YAML know best.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { IngestMapping } from '../../src/core/mapping.ts'
import type { RuleFileKind } from '../../src/core/rule-files.ts'
import { PACK_NAMES, RulePacks } from '../../src/core/rules.ts'
import { MappingCases } from '../../src/mapping-case.ts'
import { RuleCases } from '../../src/rules-case.ts'
import { ROOT } from '../support/source.ts'

type Json = Record<string, unknown>

interface Told {
  readonly meaning: string
  /** As the documentation writes it; empty where it gives none. */
  readonly standard: string
}
type Words = ReadonlyMap<string, Told>

const RULES = readFileSync(join(ROOT, 'docs/rules.md'), 'utf8')
const MAPPINGS = readFileSync(join(ROOT, 'docs/mappings.md'), 'utf8')

/** The JSON Schema of one kind of file as its text. */
export function schemaText(kind: RuleFileKind): string {
  const { schema, title, words } = sourceOf(kind)
  const { $schema, ...made } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
  describe(made, words, '')
  // what is below a rule has the fields of the rule
  const { definitions } = made as Json
  for (const below of isJson(definitions) ? Object.values(definitions) : [])
    if (isJson(below)) describe(below, words, 'rules[].')
  return `${JSON.stringify({ $schema, title, ...made }, null, 2)}\n`
}

interface Source {
  readonly schema: z.ZodType
  readonly title: string
  readonly words: Words
}

function sourceOf(kind: RuleFileKind): Source {
  if (kind === 'mapping')
    return { schema: IngestMapping, title: 'Mapping of a tool', words: rows(MAPPINGS, 'field') }
  if (kind === 'mapping-cases')
    return { schema: MappingCases, title: 'Cases of a mapping', words: new Map() }
  if (kind === 'cases') return { schema: RuleCases, title: 'Cases of a pack', words: caseWords() }
  const schema = RulePacks.shape[kind]
  const words = new Map([...rows(sectionOf(kind), 'field'), ...rows(sectionOf('hours'), 'field')])
  return { schema, title: `Rules: ${kind}`, words }
}

function sectionOf(heading: string): string {
  return RULES.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
}

function caseWords(): Words {
  const below = (prefix: string, header: string): [string, Told][] =>
    [...rows(RULES, header)].map(([path, told]) => [`${prefix}${path}`, told])
  const hours = [...rows(sectionOf('hours'), 'field')].map(([path, told]): [string, Told] => [
    path.replace('hours[].', 'cases[].silences[].recurs.'),
    told,
  ])
  return new Map([
    ...hours,
    ...below('cases[].', 'field of a case'),
    ...below('cases[].alerts[].', 'field of an alert'),
    ...below('cases[].expect.', 'field of `expect`'),
  ])
}

/** Rows of the table with this header in its first cell: field, default where there are three cells, meaning. */
function rows(text: string, header: string): Words {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${header} |`))
  const body = start < 0 ? [] : lines.slice(start + 2)
  const end = body.findIndex((line) => !line.startsWith('|'))
  const found = new Map<string, Told>()
  for (const line of end < 0 ? body : body.slice(0, end)) {
    const cells = line
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.trim())
    const [names = '', second = '', third] = cells
    const told =
      third === undefined
        ? { meaning: plain(second), standard: '' }
        : { meaning: plain(third), standard: second }
    for (const [, name = ''] of names.matchAll(/`([^`]+)`/g)) found.set(name, told)
  }
  return found
}

/** Links lead nowhere from an editor. */
function plain(text: string): string {
  return text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
}

/** Gives every field its words; where the reader turns a text into something else, its default too. */
function describe(schema: Json, words: Words, prefix: string): void {
  const { properties } = schema
  for (const [name, value] of isJson(properties) ? Object.entries(properties) : []) {
    if (!isJson(value)) continue
    const path = `${prefix}${name}`
    const told = words.get(path)
    if (told !== undefined && told.meaning !== '') value['description'] = told.meaning
    const written = /^`(.*)`$/.exec(told?.standard ?? '')?.[1]
    if (written !== undefined && !('default' in value)) value['default'] = parse(written)
    describe(value, words, `${path}.`)
    const { items } = value
    if (isJson(items)) describe(items, words, `${path}[].`)
  }
}

/** The object itself, not a copy: it is written into. */
function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The kind of a file of a folder of rules by its path in it; `null`: none that has a schema. */
export function kindOf(path: string): RuleFileKind | null {
  const isTest = path.endsWith('.test.yaml')
  if (path.startsWith('ingest/')) return isTest ? 'mapping-cases' : 'mapping'
  if (isTest) return 'cases'
  return PACK_NAMES.find((name) => path === `${name}.yaml`) ?? null
}
