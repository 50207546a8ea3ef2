import type { Migration } from './migration.ts'

/**
 * On disk before an insert returns, and parts that were merged go soon. Without the two
 * `min_…_to_fsync_after_merge` a short lifetime could delete synced parts whose merged one is not.
 */
const DURABLE = `
  fsync_after_insert = 1,
  fsync_part_directory = 1,
  old_parts_lifetime = 10,
  cleanup_delay_period = 5,
  cleanup_delay_period_random_add = 1,
  max_cleanup_delay_period = 10,
  min_rows_to_fsync_after_merge = 1,
  min_compressed_bytes_to_fsync_after_merge = 1`

/**
 * What a restart reads: the journal and the snapshots.
 *
 * `segment` is given by the writer, one per insert: a block of one partition is stored whole or not
 * at all, and whole partitions can go. `body` is the body of a `received` entry, kept out of the
 * JSON of `entry` so that it is not escaped twice.
 */
export const journal: Migration = {
  number: 1,
  name: 'journal',
  statements: [
    `CREATE TABLE IF NOT EXISTS journal (
      offset UInt64 CODEC(Delta, ZSTD(1)),
      segment UInt32 CODEC(ZSTD(1)),
      schema UInt16 CODEC(ZSTD(1)),
      kind LowCardinality(String),
      at Int64 CODEC(Delta, ZSTD(1)),
      bytes UInt32 CODEC(ZSTD(1)),
      entry String CODEC(ZSTD(1)),
      body String CODEC(ZSTD(1))
    ) ENGINE = MergeTree PARTITION BY segment ORDER BY offset
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS snapshot_chunks (
      snapshot UInt64,
      n UInt32,
      kind LowCardinality(String),
      data String CODEC(ZSTD(1)),
      checksum FixedString(64)
    ) ENGINE = MergeTree PARTITION BY snapshot ORDER BY (snapshot, n)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS snapshots (
      snapshot UInt64,
      offset UInt64,
      chunks UInt32,
      bytes UInt64,
      checksum FixedString(64),
      finished_at DateTime64(3, 'UTC') DEFAULT now64(3)
    ) ENGINE = MergeTree PARTITION BY snapshot ORDER BY snapshot
    SETTINGS ${DURABLE}`,
  ],
}
