import type { Migration } from './migration.ts'

/**
 * What the lists of CIs and dead letters filter by. Columns of CIs are read out of the record, also
 * for rows that were there before. What people do with a dead letter has a table of its own: the
 * letter itself is output of the fold, which may write it again after a crash.
 */
export const estate: Migration = {
  number: 3,
  name: 'estate',
  statements: [
    `ALTER TABLE cis
      ADD COLUMN IF NOT EXISTS name String MATERIALIZED JSONExtractString(record, 'name'),
      ADD COLUMN IF NOT EXISTS environment LowCardinality(String)
        MATERIALIZED JSONExtractString(record, 'environment'),
      ADD COLUMN IF NOT EXISTS status LowCardinality(String)
        MATERIALIZED JSONExtractString(record, 'status'),
      ADD COLUMN IF NOT EXISTS criticality UInt8
        MATERIALIZED toUInt8(JSONExtractUInt(record, 'criticality'))`,
    `CREATE TABLE IF NOT EXISTS dead_letter_marks (
      id String,
      at DateTime64(3, 'UTC'),
      mark LowCardinality(String),
      actor String
    ) ENGINE = ReplacingMergeTree(at) ORDER BY id
    TTL toDateTime(at) + INTERVAL 90 DAY
    SETTINGS
      fsync_after_insert = 1,
      fsync_part_directory = 1,
      min_rows_to_fsync_after_merge = 1,
      min_compressed_bytes_to_fsync_after_merge = 1`,
  ],
}
