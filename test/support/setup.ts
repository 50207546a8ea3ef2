/** Runs before every test file. */
import fc from 'fast-check'

/** `FAULTLINE_TEST_RUNS=2000 npm test` looks harder at every law. */
const runs = Number(process.env['FAULTLINE_TEST_RUNS'] ?? '100')

fc.configureGlobal({ numRuns: runs })
