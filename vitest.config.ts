import { defineConfig } from 'vitest/config'

const shared = { pool: 'forks' as const, setupFiles: ['test/support/setup.ts'] }

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/{core,ingest,rules}/**/*.test.ts', 'test/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          ...shared,
          name: 'system',
          include: ['test/{store,journal,journey,notify,server,jobs,quality,e2e,crash}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
