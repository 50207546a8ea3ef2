/** Files of a folder of rules as `faultline rules check` reads them: what is wrong is a fault, not an exception. */
import { readFileSync } from 'node:fs'
import { parse as parseYaml } from 'yaml'

/** Something wrong with a pack, with a test file, or with what the engine made of a case. */
export interface CheckFault {
  /** Name within the folder. */
  readonly file: string
  /** `null`: the fault is in the file as a whole. */
  readonly case: string | null
  readonly expected: string
  /** Names the field where the fault is in a file. */
  readonly got: string
}

/** The document of a YAML file, or why there is none. */
export function readYaml(
  file: string,
): { readonly document: unknown } | { readonly fault: string } {
  try {
    return { document: parseYaml(readFileSync(file, 'utf8')) }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read'
    return { fault: `not YAML: ${why.split('\n')[0] ?? ''}` }
  }
}
