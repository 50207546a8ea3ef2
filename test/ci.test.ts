import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { z } from 'zod'
import { ROOT } from './support/source.ts'

const folder = mkdtempSync(join(tmpdir(), 'faultline-ci-'))
afterAll(() => rmSync(folder, { recursive: true }))

function count(report: string, brokenSteps: number): { line: string; status: number | null } {
  const path = join(folder, 'report.json')
  writeFileSync(path, report)
  const args = [join(ROOT, '.ci/counts.mjs'), path, String(brokenSteps)]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { line: stdout, status }
}

const counts = (numPassedTests: number, numFailedTests: number, numTotalTests: number) => ({
  numPassedTests,
  numFailedTests,
  numTotalTests,
})
const passedFile = { status: 'passed', assertionResults: [{ status: 'passed' }] }
const failedFile = { status: 'failed', assertionResults: [{ status: 'failed' }] }
const unloadedFile = { status: 'failed', assertionResults: [] }

it.each<[string, object, number, string, number]>([
  ['all green', { ...counts(5, 0, 5), testResults: [passedFile] }, 0, '5 passed, 0 failed\n', 0],
  ['skipped ones', { ...counts(5, 0, 7) }, 0, '5 passed, 0 failed, 2 skipped\n', 0],
  ['a red test', { ...counts(4, 1, 5), testResults: [failedFile] }, 1, '4 passed, 1 failed\n', 1],
  [
    'a file that does not load',
    { ...counts(4, 1, 5), testResults: [failedFile, unloadedFile, unloadedFile] },
    1,
    '4 passed, 3 failed\n',
    1,
  ],
  ['a gate beside green tests', counts(5, 0, 5), 1, '5 passed, 1 failed\n', 1],
  ['no tests at all', counts(0, 0, 0), 0, '0 passed, 1 failed\n', 1],
])('the last line of a CI run counts %s', (_name, report, brokenSteps, line, status) => {
  expect(count(JSON.stringify(report), brokenSteps)).toEqual({ line, status })
})

it('the last line of a CI run is there without a report', () => {
  expect(count('', 1)).toEqual({ line: '0 passed, 1 failed\n', status: 1 })
})

it('the lock file has the native libraries of every platform (else: node .ci/complete-lock.mjs)', () => {
  const optionalDependencies = z.record(z.string(), z.string()).default({})
  const Lock = z.object({ packages: z.record(z.string(), z.object({ optionalDependencies })) })
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')))
  const wanted = Object.values(packages).flatMap((p) => Object.keys(p.optionalDependencies))
  expect(wanted.filter((name) => /darwin/.test(name)).length).toBeGreaterThan(3)
  expect(wanted.filter((name) => !(`node_modules/${name}` in packages))).toEqual([])
})
