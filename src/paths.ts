/** Where what is shipped beside the program lies, in a clone and in an installed package alike. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** The folder that holds `package.json` and `rules`. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder))
    folder = dirname(folder)
  return folder
}

export function shippedRules(): string {
  return join(packageRoot(), 'rules')
}

/** JSON Schemas of rule files, `<kind>.json`. */
export function ruleSchemas(): string {
  return join(shippedRules(), 'schema')
}

export function consoleFolder(): string {
  return join(packageRoot(), 'dist', 'console')
}

/** What the demo is made of: its estate, runbooks and scenes. */
export function demoFolder(): string {
  return join(packageRoot(), 'src', 'demo')
}

/** Pages on how each tool is told to post here, `<source>.md`. */
export function sourcePages(): string {
  return join(packageRoot(), 'docs', 'sources')
}

/** The thread of a backtest, as it was built: a thread runs no TypeScript. */
export function backtestWorker(): string {
  return join(packageRoot(), 'dist', 'src', 'backtest-worker.js')
}

/** The thread in which files of an import are read, likewise. */
export function importWorker(): string {
  return join(packageRoot(), 'dist', 'src', 'cmdb-worker.js')
}

/** The thread in which files of articles are read, likewise. */
export function articleWorker(): string {
  return join(packageRoot(), 'dist', 'src', 'articles-worker.js')
}

/** The thread in which files of past incidents are read, likewise. */
export function pastWorker(): string {
  return join(packageRoot(), 'dist', 'src', 'past-worker.js')
}

/** The version in `package.json`. */
export function version(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}
