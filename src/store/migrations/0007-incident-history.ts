import type { Migration } from './migration.ts'

/**
 * Every version of an incident that was written, so that it can be shown as it was known at a moment.
 * The store copies what is inserted: that is one insert for the writer. Versions of one incident lie
 * beside each other and are nearly alike: they compress to little.
 */
export const incidentHistory: Migration = {
  number: 7,
  name: 'incident history',
  statements: [
    "ALTER TABLE incidents ADD COLUMN IF NOT EXISTS known_at DateTime64(3, 'UTC')",
    `CREATE TABLE IF NOT EXISTS incident_history (
      scope LowCardinality(String),
      id String,
      at DateTime64(3, 'UTC'),
      version UInt64,
      record String CODEC(ZSTD(3))
    ) ENGINE = ReplacingMergeTree ORDER BY (scope, id, version)
    SETTINGS
      fsync_after_insert = 1,
      fsync_part_directory = 1,
      old_parts_lifetime = 10,
      cleanup_delay_period = 5,
      cleanup_delay_period_random_add = 1,
      max_cleanup_delay_period = 10,
      min_rows_to_fsync_after_merge = 1,
      min_compressed_bytes_to_fsync_after_merge = 1`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS incident_versions TO incident_history AS
      SELECT scope, id, known_at AS at, version, record FROM incidents`,
  ],
}
