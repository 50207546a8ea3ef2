/** Runs before every test file. */
import fc from 'fast-check'

/**
 * Laws are tried on the same cases in every run, so that a change is what makes one fail.
 * `FAULTLINE_TEST_RUNS=2000 FAULTLINE_TEST_SEED=7 npm test` looks harder, and elsewhere.
 */
const runs = Number(process.env['FAULTLINE_TEST_RUNS'] ?? '100')
const seed = Number(process.env['FAULTLINE_TEST_SEED'] ?? '73')

fc.configureGlobal({ numRuns: runs, seed })
