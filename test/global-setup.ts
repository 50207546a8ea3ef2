/** Runs once before the system tests. */
import { ensureTools } from './support/requirements.ts'

export function setup(): void {
  const { CI } = process.env
  ensureTools({
    ci: CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0',
    print: (line) => process.stderr.write(`${line}\n`),
  })
}
