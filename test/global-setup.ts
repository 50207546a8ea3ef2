/** Runs once before the system tests: the tools they drive, and the program as it is now. */
import { rebuild } from './support/build.ts'
import { ensureTools } from './support/requirements.ts'

export function setup(): void {
  const { CI } = process.env
  const ci = CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0'
  const print = (line: string): void => {
    process.stderr.write(`${line}\n`)
  }
  ensureTools({ ci, print })
  const failure = rebuild()
  if (failure === null) return
  if (ci) throw new Error(`the program does not build:\n${failure}`)
  print(`The program does not build; tests that start it start an OLD one:\n${failure}`)
}
