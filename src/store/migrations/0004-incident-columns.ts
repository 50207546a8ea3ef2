import type { Migration } from './migration.ts'

/**
 * What incidents are filtered and ordered by, as columns of their own. The defaults read it out of
 * the record, also of rows that were written before. `rule` is what incidents are found by through
 * their alerts. `incident_views` are the filters that people saved: a row is one version of a view.
 */
export const incidentColumns: Migration = {
  number: 4,
  name: 'incident-columns',
  statements: [
    `ALTER TABLE incidents
      ADD COLUMN IF NOT EXISTS acknowledged Bool
        DEFAULT JSONExtractInt(record, 'acknowledgedAt') > 0,
      ADD COLUMN IF NOT EXISTS stale Bool DEFAULT JSONExtractBool(record, 'stale'),
      ADD COLUMN IF NOT EXISTS flapping Bool DEFAULT JSONExtractInt(record, 'flappingSince') > 0,
      ADD COLUMN IF NOT EXISTS edited Bool DEFAULT JSONExtractBool(record, 'edited'),
      ADD COLUMN IF NOT EXISTS activity_at DateTime64(3, 'UTC')
        DEFAULT fromUnixTimestamp64Milli(greatest(
          toUnixTimestamp64Milli(provisional_at),
          JSONExtractInt(record, 'openedAt'),
          JSONExtractInt(record, 'lastAlertAt'),
          JSONExtractInt(record, 'acknowledgedAt'),
          JSONExtractInt(record, 'resolvedAt'),
          JSONExtractInt(record, 'closedAt')
        ), 'UTC')`,
    `ALTER TABLE alerts
      ADD COLUMN IF NOT EXISTS rule LowCardinality(String)
        DEFAULT JSONExtractString(record, 'rule')`,
    `CREATE TABLE IF NOT EXISTS incident_views (
      id String,
      name String,
      record String CODEC(ZSTD(1)),
      version UInt64,
      deleted UInt8
    ) ENGINE = ReplacingMergeTree(version, deleted) ORDER BY id
    SETTINGS
      fsync_after_insert = 1,
      fsync_part_directory = 1,
      min_rows_to_fsync_after_merge = 1,
      min_compressed_bytes_to_fsync_after_merge = 1`,
  ],
}
