/**
 * `faultline rules check`: reads the rule packs of a folder with their cases, as
 * `promtool test rules` does for alerts, and runs each case through the engine (docs/rules.md).
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from './core/errors.ts'
import { routeRules } from './core/route-rules.ts'
import { PACK_NAMES, parseRules, type RulePacks } from './core/rules.ts'
import { compare } from './core/topology.ts'
import { checkMappings } from './mapping-check.ts'
import { type RuleCase, RuleCases } from './rules-case.ts'
import { type CheckFault, readYaml } from './rules-files.ts'
import { playCase } from './rules-play.ts'
import { judgeCase } from './rules-verdict.ts'

export interface CheckReport {
  /** Mappings of tools that were found. */
  readonly mappings: number
  /** Packs that were found. */
  readonly packs: number
  /** Cases that were run: none while a pack is at fault, as they would run with half the rules. */
  readonly cases: number
  readonly faults: readonly CheckFault[]
}

/**
 * Checks the packs of a folder against their cases. Each case runs with all packs of the folder, on
 * an engine of its own; a pack that is not there has its defaults.
 *
 * @throws AppError `payload_invalid` where the folder cannot be read
 */
export function checkRules(folder: string): CheckReport {
  const steps = checking(folder)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/**
 * The same beside live work: `pause` is waited for after each case, which takes some milliseconds.
 *
 * @throws AppError `payload_invalid` where the folder cannot be read
 */
export async function checkRulesGently(
  folder: string,
  pause: () => Promise<unknown>,
): Promise<CheckReport> {
  const steps = checking(folder)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
    await pause()
  }
}

/** Stops after each case. */
function* checking(folder: string): Generator<void, CheckReport> {
  const names = namesIn(folder)
  const packs = PACK_NAMES.filter((name) => names.includes(`${name}.yaml`)).map((name) =>
    readPack(folder, name),
  )
  const tests = names.filter((name) => name.endsWith(TEST)).map((file) => readTests(folder, file))
  const documents = Object.fromEntries(packs.map(({ name, document }) => [name, document]))
  const runs = packs.some(({ faults }) => faults.length > 0) ? [] : tests
  const mismatches: CheckFault[] = []
  for (const { file, cases } of runs) {
    for (const test of cases) {
      mismatches.push(...runCase(file, test, documents))
      yield
    }
  }
  const mapped = checkMappings(folder)
  return {
    packs: packs.length,
    mappings: mapped.mappings,
    cases: runs.reduce((sum, { cases }) => sum + cases.length, mapped.cases),
    faults: [
      ...(packs.length === 0 ? [{ ...IN_FOLDER, expected: `a pack: ${KNOWN}`, got: 'none' }] : []),
      ...names.flatMap((name) => nameFaults(name, names)),
      ...packs.flatMap(({ faults }) => faults),
      ...tests.flatMap(({ faults }) => faults),
      ...mismatches,
      ...mapped.faults,
    ],
  }
}

const TEST = '.test.yaml'
const KNOWN = PACK_NAMES.map((name) => `${name}.yaml`).join(', ')
const IN_FOLDER = { file: '.', case: null } as const

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort(compare)
  } catch (cause) {
    throw new AppError('payload_invalid', `cannot read the folder ${folder}`, {}, cause)
  }
}

/** Files that would silently do nothing, and packs and tests that lack each other. */
function nameFaults(file: string, all: readonly string[]): CheckFault[] {
  const at = { file, case: null }
  if (file.endsWith('.yml')) return [{ ...at, expected: 'a name that ends in .yaml', got: file }]
  if (!file.endsWith('.yaml')) return []
  const isTest = file.endsWith(TEST)
  const name = file.slice(0, -(isTest ? TEST : '.yaml').length)
  if (!PACK_NAMES.some((known) => known === name))
    return [{ ...at, expected: `the name of a pack: ${KNOWN}`, got: file }]
  const partner = `${name}${isTest ? '.yaml' : TEST}`
  if (all.includes(partner)) return []
  return [{ ...at, expected: `${partner} beside it`, got: 'no such file' }]
}

interface PackFile {
  readonly name: (typeof PACK_NAMES)[number]
  /** As it is written; an empty file is a pack without settings. */
  readonly document: unknown
  readonly faults: readonly CheckFault[]
}

function readPack(folder: string, name: PackFile['name']): PackFile {
  const file = `${name}.yaml`
  const at = { file, case: null, expected: 'a valid pack' }
  const text = readYaml(join(folder, file))
  if ('fault' in text) return { name, document: {}, faults: [{ ...at, got: text.fault }] }
  const document = text.document ?? {}
  const read = parseRules({ [name]: document })
  const faults = read.ok ? namesTwice(read.packs, name) : read.faults.map(withoutPack)
  return { name, document, faults: faults.map((got) => ({ ...at, got })) }
}

/** `suppress.rules.0.when: …` → `rules.0.when: …`: the file says which pack it is. */
function withoutPack(fault: string): string {
  return fault.replace(/^[a-z]+(?:\.|: )/, '')
}

function namesTwice(packs: RulePacks, name: PackFile['name']): string[] {
  const faults = sameNames(packs[name])
  if (name !== 'route' || faults.length > 0) return faults
  const names = routeRules(packs.route.rules).map((rule) => rule.name)
  const twice = new Set(names.filter((one, at) => names.indexOf(one) !== at))
  return [...twice].map((one) => `rules: ${one} is the name of two rules`)
}

/** Rules are known by their names in every decision, so that two of one name cannot be told apart. */
function sameNames(pack: object): string[] {
  return Object.entries(pack).flatMap(([list, rules]) => {
    const names = Array.isArray(rules) ? rules.map((rule) => Reflect.get(Object(rule), 'name')) : []
    return names.flatMap((name, index) => {
      const first = names.indexOf(name)
      if (first === index || typeof name !== 'string') return []
      return [`${list}.${index}.name: ${name} is the name of ${list}.${first}`]
    })
  })
}

interface TestFile {
  readonly file: string
  readonly cases: readonly RuleCase[]
  readonly faults: readonly CheckFault[]
}

/** A test file is run whole or not at all. */
function readTests(folder: string, file: string): TestFile {
  const expected = 'a valid test file'
  const text = readYaml(join(folder, file))
  if ('fault' in text)
    return { file, cases: [], faults: [{ file, case: null, expected, got: text.fault }] }
  const parsed = RuleCases.safeParse(text.document)
  if (parsed.success) return { file, cases: parsed.data.cases, faults: [] }
  const faults = parsed.error.issues.map(({ path, message }) => ({
    file,
    case: caseAt(text.document, path),
    expected,
    got: `${path.map(String).join('.') || 'the document'}: ${message}`,
  }))
  return { file, cases: [], faults }
}

/** The name of the case that a path leads into, where it has one. */
function caseAt(document: unknown, [list, index]: readonly PropertyKey[]): string | null {
  if (list !== 'cases' || typeof index !== 'number' || !isRecord(document)) return null
  const cases = document['cases']
  const one: unknown = Array.isArray(cases) ? cases[index] : undefined
  return isRecord(one) && typeof one['name'] === 'string' ? one['name'] : null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function runCase(
  file: string,
  test: RuleCase,
  packs: Readonly<Record<string, unknown>>,
): readonly CheckFault[] {
  return judgeCase(test, playCase(test, packs)).map((mismatch) => ({
    file,
    case: test.name,
    ...mismatch,
  }))
}
