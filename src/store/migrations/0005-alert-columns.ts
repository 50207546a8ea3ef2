import type { Migration } from './migration.ts'

/**
 * What alerts are searched, counted and grouped by, as columns of their own: reading it out of the
 * whole record would cost every list and figure the widest column there is. The defaults answer for
 * rows that were written before, from their record.
 *
 * `ledger_minutes` has what each source had sent by the end of each minute, so that the ledger can
 * be read for a range of time: some megabytes per source and year, kept for good.
 */
export const alertColumns: Migration = {
  number: 5,
  name: 'alert-columns',
  statements: [
    `ALTER TABLE alerts
      ADD COLUMN IF NOT EXISTS rule LowCardinality(String)
        DEFAULT JSONExtractString(record, 'rule'),
      ADD COLUMN IF NOT EXISTS reports UInt32
        DEFAULT toUInt32(JSONExtractUInt(record, 'reports')),
      ADD COLUMN IF NOT EXISTS stale Bool
        DEFAULT JSONExtractBool(record, 'stale'),
      ADD COLUMN IF NOT EXISTS flapping Bool
        DEFAULT JSONExtractInt(record, 'flappingSince') > 0,
      ADD COLUMN IF NOT EXISTS suppressed_by LowCardinality(String)
        DEFAULT JSONExtractString(record, 'suppressedBy', 'kind'),
      ADD COLUMN IF NOT EXISTS labels Map(LowCardinality(String), String)
        DEFAULT JSONExtract(record, 'labels', 'Map(LowCardinality(String), String)')`,
    `ALTER TABLE incidents
      ADD COLUMN IF NOT EXISTS acknowledged_at Nullable(DateTime64(3, 'UTC'))
        DEFAULT if(JSONExtractInt(record, 'acknowledgedAt') = 0, NULL,
          fromUnixTimestamp64Milli(JSONExtractInt(record, 'acknowledgedAt'), 'UTC'))`,
    `CREATE TABLE IF NOT EXISTS ledger_minutes (
      scope LowCardinality(String),
      source LowCardinality(String),
      minute DateTime64(3, 'UTC'),
      received UInt64,
      rejected UInt64,
      changes UInt64,
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (scope, source, minute)
    SETTINGS
      fsync_after_insert = 1,
      fsync_part_directory = 1,
      old_parts_lifetime = 10,
      cleanup_delay_period = 5,
      cleanup_delay_period_random_add = 1,
      max_cleanup_delay_period = 10,
      min_rows_to_fsync_after_merge = 1,
      min_compressed_bytes_to_fsync_after_merge = 1`,
  ],
}
