/** Files that people give to the engine: CMDB, articles, rule packs. Read whole, checked, versioned. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { SOURCES } from '../ingest/index.ts'
import { parseArticle } from './core/article.ts'
import { FOLDER } from './core/article-plan.ts'
import type { Entry, RulesEntry } from './core/entry.ts'
import { AppError } from './core/errors.ts'
import type { Article, Ci, CiAddress, Relation } from './core/model.ts'
import { PACK_NAMES, parseRules } from './core/rules.ts'
import { type EpochMs, parseRfc3339 } from './core/time.ts'
import { compare } from './core/topology.ts'

/** An entry to be made of a file, with the version of its content. */
export interface Loaded {
  readonly version: string
  readonly toEntry: (at: EpochMs, scope: string) => Entry
}

/** Rules, likewise. */
export interface LoadedRules extends Loaded {
  /** As they were written, before defaults. */
  readonly packs: Readonly<Record<string, unknown>>
  readonly toEntry: (at: EpochMs, scope: string) => RulesEntry
}

const Instant = z.string().transform((text, ctx): EpochMs => {
  const at = parseRfc3339(text)
  if (typeof at === 'number') return at
  ctx.addIssue({ code: 'custom', message: 'must be a time as RFC 3339 has it' })
  return z.NEVER
})

const CmdbAddress = z.object({
  address: z.string().min(1),
  from: Instant.optional(),
  until: Instant.optional(),
  shared: z.boolean().optional(),
})

const Item = z.object({
  id: z.string().min(1),
  class: z.string().min(1),
  name: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  addresses: z.array(CmdbAddress).optional(),
  labels: z.record(z.string(), z.string()).default({}),
  owner: z.string().optional(),
  criticality: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).optional(),
  environment: z.string().optional(),
  status: z.string().default('operational'),
})

/** A CMDB file: `{items: [...], relations: [...]}` in YAML or JSON. */
export const Cmdb = z.object({
  items: z.array(Item),
  relations: z
    .array(z.object({ from: z.string(), type: z.string().min(1), to: z.string() }))
    .default([]),
})

/**
 * Reads a CMDB file.
 *
 * @throws AppError `payload_invalid` that names the file and the field
 */
export function loadCmdb(file: string): Loaded {
  const parsed = Cmdb.safeParse(readYaml(file))
  if (!parsed.success) throw invalid(file, parsed.error)
  const items: Ci[] = parsed.data.items.map(toCi)
  const relations: Relation[] = parsed.data.relations
  const version = versionOf(JSON.stringify([items, relations]))
  return {
    version,
    toEntry: (at, scope) => ({
      kind: 'topology',
      at,
      scope,
      version,
      mode: 'replace',
      items,
      relations,
    }),
  }
}

/** A CI of a file as the engine has it. */
export function toCi({ addresses, ...item }: z.output<typeof Item>): Ci {
  const given = withoutUndefined(item)
  return addresses === undefined ? given : { ...given, addresses: addresses.map(toAddress) }
}

function toAddress({ address, from, until, shared }: z.output<typeof CmdbAddress>): CiAddress {
  return {
    address,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(shared === undefined ? {} : { shared }),
  }
}

/** Guarantee: removes keys whose value is `undefined`, which is all that the two types differ in. */
function withoutUndefined(item: Omit<z.output<typeof Item>, 'addresses'>): Ci {
  return Object.fromEntries(
    Object.entries(item).filter(([, value]) => value !== undefined),
  ) as unknown as Ci
}

/** Reads a folder of Markdown articles; the id is the path without `.md`. */
export function loadKnowledge(folder: string): Loaded {
  const articles: Article[] = filesBelow(folder)
    .filter((file) => file.endsWith('.md'))
    .map((file) => parseArticle(relative(folder, file), readText(file)).article)
  const version = versionOf(JSON.stringify(articles))
  return {
    version,
    toEntry: (at, scope) => ({
      ...{ kind: 'articles', at, scope, version, mode: 'replace', source: FOLDER },
      articles,
    }),
  }
}

/**
 * Reads the rule packs of a folder: `<pack>.yaml`, and mappings in `ingest/<source>.yaml`; a missing
 * pack has its defaults.
 *
 * @throws AppError `payload_invalid` with every fault, each naming pack and field
 */
export function loadRules(folder: string): LoadedRules {
  const packs: Record<string, unknown> = {}
  for (const name of PACK_NAMES) {
    const file = join(folder, `${name}.yaml`)
    if (existsSync(file)) packs[name] = readYaml(file) ?? {}
  }
  const mappings = loadMappings(join(folder, 'ingest'))
  if (Object.keys(mappings).length > 0) packs['ingest'] = mappings
  const read = parseRules(packs)
  if (!read.ok)
    throw new AppError('payload_invalid', `rules in ${folder}: ${read.faults.join('; ')}`)
  const version = versionOf(JSON.stringify(packs))
  return { version, packs, toEntry: (at, scope) => ({ kind: 'rules', at, scope, version, packs }) }
}

/** The text of each pack in a folder, or of its cases, by name of the pack; mappings aside. */
export function readPackTexts(
  folder: string,
  suffix: '' | '.test' = '',
): Readonly<Record<string, string>> {
  const files = PACK_NAMES.map((name) => [name, join(folder, `${name}${suffix}.yaml`)] as const)
  return Object.fromEntries(
    files.filter(([, file]) => existsSync(file)).map(([name, file]) => [name, readText(file)]),
  )
}

/**
 * What the files of a folder of rules hold, tests and mappings with them: equal as long as nobody
 * changes any. A folder that cannot be read has one of its own.
 */
export function fingerprintRules(folder: string): string {
  const isYaml = (name: string): boolean => /\.ya?ml$/.test(name)
  try {
    const files = filesBelow(folder).filter(isYaml)
    return versionOf(JSON.stringify(files.map((file) => [file, readText(file)])))
  } catch {
    return 'unreadable'
  }
}

/** The mappings of a folder, by the name of their file; a folder that is not there has none. */
function loadMappings(folder: string): Readonly<Record<string, unknown>> {
  if (!existsSync(folder)) return {}
  const names = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort(compare)
  const taken = names.find((name) => SOURCES.has(name))
  if (taken !== undefined)
    throw new AppError(
      'payload_invalid',
      `rules in ${folder}: ${taken}.yaml has the name of a source that needs no mapping`,
    )
  return Object.fromEntries(names.map((name) => [name, readYaml(join(folder, `${name}.yaml`))]))
}

/** The same content has the same version, on every machine. */
export function versionOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('payload_invalid', `cannot read ${file}`, {}, cause)
  }
}

function readYaml(file: string): unknown {
  const text = readText(file)
  try {
    return file.endsWith('.json') ? JSON.parse(text) : parseYaml(text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'not readable'
    throw new AppError('payload_invalid', `${file}: ${why}`, {}, cause)
  }
}

function invalid(file: string, error: z.ZodError): AppError {
  const faults = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  return new AppError('payload_invalid', `${file}: ${faults.slice(0, 20).join('; ')}`)
}

function filesBelow(folder: string): string[] {
  const names = readdirSync(folder).sort(compare)
  return names.flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesBelow(path) : [path]
  })
}
