/** Where what is shipped beside the program lies, in a clone and in an installed package alike. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

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

export function consoleFolder(): string {
  return join(packageRoot(), 'dist', 'console')
}
