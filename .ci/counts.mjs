/**
 * Prints `N passed, M failed` from vitest's own JSON report, and `, K skipped` where some were.
 * A file that could not even be loaded has no tests in the report: it counts as one failure. So
 * does a broken step (the second argument says how many) where no test shows it: the line never
 * says `0 failed` of a run that failed.
 */
import { readFileSync } from 'node:fs'

const [report = '', brokenSteps = '0'] = process.argv.slice(2)
const { numPassedTests = 0, numFailedTests = 0, numTotalTests = 0, testResults = [] } = read()
const unloaded = testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length
const failed = Math.max(numFailedTests + unloaded, Number(brokenSteps) > 0 ? 1 : 0)
const skipped = numTotalTests - numPassedTests - numFailedTests
const nothingRan = numTotalTests === 0 && failed === 0

process.stdout.write(
  `${numPassedTests} passed, ${nothingRan ? 1 : failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)
process.exitCode = failed > 0 || nothingRan ? 1 : 0

function read() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return {}
  }
}
