/** Reads the demo's scripts, which lie beside this file as YAML. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { PastScript } from './past.ts'
import { Checks } from './scene.ts'
import { StormScript } from './storm.ts'

export interface Scripts {
  readonly checks: Checks
  readonly past: PastScript
  readonly storm: StormScript
}

/** @throws ZodError where one of them does not fit its schema */
export function readScripts(folder: string): Scripts {
  const read = (name: string): unknown => parse(readFileSync(join(folder, `${name}.yaml`), 'utf8'))
  return {
    checks: Checks.parse(read('checks')),
    past: PastScript.parse(read('past')),
    storm: StormScript.parse(read('storm')),
  }
}
