/** `faultline rules check` for the mappings in `ingest/`: each must be valid and do what its cases say. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SOURCES } from '../ingest/index.ts'
import { IngestMapping, MappingId } from './core/mapping.ts'
import { compare } from './core/topology.ts'
import { judgeMapping, MappingCases } from './mapping-case.ts'
import { type CheckFault, readYaml } from './rules-files.ts'

export interface MappingReport {
  readonly mappings: number
  readonly cases: number
  readonly faults: readonly CheckFault[]
}

const TEST = '.test.yaml'

/** Checks the mappings of a folder of rules against their cases; none where there is no `ingest/`. */
export function checkMappings(folder: string): MappingReport {
  const home = join(folder, 'ingest')
  const names = existsSync(home) ? readdirSync(home).sort(compare) : []
  const mappings = names.filter((name) => name.endsWith('.yaml') && !name.endsWith(TEST))
  const reports = mappings.map((file) => checkOne(home, file, names))
  const stray = names.flatMap((name) => strayFault(name, names))
  return {
    mappings: mappings.length,
    cases: reports.reduce((sum, { cases }) => sum + cases, 0),
    faults: [...stray, ...reports.flatMap(({ faults }) => faults)],
  }
}

/** Files that would silently do nothing. */
function strayFault(name: string, all: readonly string[]): CheckFault[] {
  const at = { file: `ingest/${name}`, case: null }
  if (name.endsWith('.yml')) return [{ ...at, expected: 'a name that ends in .yaml', got: name }]
  if (!name.endsWith(TEST)) return []
  const mapping = `${name.slice(0, -TEST.length)}.yaml`
  if (all.includes(mapping)) return []
  return [{ ...at, expected: `${mapping} beside it`, got: 'no such file' }]
}

function checkOne(
  home: string,
  file: string,
  all: readonly string[],
): { readonly cases: number; readonly faults: readonly CheckFault[] } {
  const id = file.slice(0, -'.yaml'.length)
  const at = { file: `ingest/${file}`, case: null }
  const fault = (expected: string, got: string) => ({
    cases: 0,
    faults: [{ ...at, expected, got }],
  })
  if (!MappingId.safeParse(id).success)
    return fault('a name of small letters, digits and dashes', file)
  if (SOURCES.has(id)) return fault('a name that no source has', id)
  const text = readYaml(join(home, file))
  if ('fault' in text) return fault('a valid mapping', text.fault)
  const mapping = IngestMapping.safeParse(text.document)
  if (!mapping.success) return fault('a valid mapping', faultsOf(mapping.error))
  const test = `${id}${TEST}`
  if (!all.includes(test)) return fault(`${test} beside it`, 'no such file')
  const written = readYaml(join(home, test))
  const inTest = { file: `ingest/${test}`, case: null, expected: 'a valid test file' }
  if ('fault' in written) return { cases: 0, faults: [{ ...inTest, got: written.fault }] }
  const cases = MappingCases.safeParse(written.document)
  if (!cases.success) return { cases: 0, faults: [{ ...inTest, got: faultsOf(cases.error) }] }
  const faults = cases.data.cases.flatMap((one) =>
    judgeMapping(id, mapping.data, one).map((mismatch) => ({
      file: `ingest/${test}`,
      case: one.name,
      ...mismatch,
    })),
  )
  return { cases: cases.data.cases.length, faults }
}

function faultsOf({
  issues,
}: {
  readonly issues: readonly { path: PropertyKey[]; message: string }[]
}) {
  return issues
    .slice(0, 20)
    .map(({ path, message }) => `${path.map(String).join('.') || 'the document'}: ${message}`)
    .join('; ')
}
