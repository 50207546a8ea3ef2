/** The built program, for tests that run it as its users do. */
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, ROOT } from './source.ts'

const PROGRAM = join(ROOT, 'dist/src/main.js')

/**
 * Builds the server where a source is newer than the built program: a test of an old program would
 * be green for the wrong reason.
 *
 * @returns what the compiler said where it failed; the old program is still there then
 */
export function rebuild(): string | null {
  const sources = ['src', 'ingest'].flatMap((folder) => filesBelow(folder, /\.ts$/))
  const newest = Math.max(...sources.map((path) => statSync(join(ROOT, path)).mtimeMs))
  const built = statSync(PROGRAM, { throwIfNoEntry: false })?.mtimeMs ?? 0
  if (built > newest) return null
  const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json']
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })
  return status === 0 ? null : stdout
}
