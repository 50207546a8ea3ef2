import { configDefaults, defineConfig } from 'vitest/config'

/** Pure code: tables and laws, done in seconds with nothing running. The other folders are `system`. */
const PURE = ['cmdb', 'core', 'ingest', 'rules', 'telemetry']

/** What measures, or waits for real time to pass: a file beside it would be in its figures. */
const ALONE = [
  'test/cluster/lease.test.ts',
  'test/crash/kill.test.ts',
  'test/e2e/console-scale.test.ts',
  'test/e2e/real-tools.test.ts',
  'test/journey/stop.test.ts',
  'test/store/lock.test.ts',
]

const shared = {
  pool: 'forks' as const, // chDB crashes in worker threads
  setupFiles: ['test/support/setup.ts'],
  // A zone nobody lives in by accident: local time used by mistake shows in every test.
  env: { TZ: 'Asia/Kathmandu' },
}

/** What starts the program and its tools. */
const running = {
  ...shared,
  globalSetup: ['test/global-setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // what is waited for comes late where the machine is busy
  expect: { poll: { timeout: 15_000 } },
}

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/*.test.ts', `test/{${PURE.join(',')}}/**/*.test.ts`],
          testTimeout: 30_000,
          // Pure files share nothing that one could change for the next, and loading it all anew costs as much as the tests.
          isolate: false,
          maxWorkers: 2,
        },
      },
      {
        test: {
          ...running,
          name: 'system',
          include: ['test/*/**/*.test.ts'],
          exclude: [...configDefaults.exclude, `test/{${PURE.join(',')}}/**`, ...ALONE],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...running,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
