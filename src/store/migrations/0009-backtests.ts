import type { Migration } from './migration.ts'

/** Backtests with what they came to: a row is one version of one. */
export const backtests: Migration = {
  number: 9,
  name: 'backtests',
  statements: [
    `CREATE TABLE IF NOT EXISTS backtests (
      number UInt64,
      record String CODEC(ZSTD(1)),
      version UInt64,
      deleted UInt8
    ) ENGINE = ReplacingMergeTree(version, deleted) ORDER BY number
    SETTINGS
      fsync_after_insert = 1,
      fsync_part_directory = 1,
      min_rows_to_fsync_after_merge = 1,
      min_compressed_bytes_to_fsync_after_merge = 1`,
  ],
}
