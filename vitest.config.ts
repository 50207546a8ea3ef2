import { configDefaults, defineConfig } from 'vitest/config'

/** Pure code: tables and laws, done in seconds with nothing running. Every other folder is `system`. */
const PURE = ['cmdb', 'core', 'ingest', 'rules', 'telemetry']

const shared = {
  pool: 'forks' as const, // chDB crashes in worker threads
  setupFiles: ['test/support/setup.ts'],
  // A zone nobody lives in by accident: local time used by mistake shows in every test.
  env: { TZ: 'Asia/Kathmandu' },
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
          ...shared,
          name: 'system',
          include: ['test/*/**/*.test.ts'],
          exclude: [...configDefaults.exclude, `test/{${PURE.join(',')}}/**`],
          globalSetup: ['test/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // what is waited for comes late where the machine is busy
          expect: { poll: { timeout: 15_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
})
