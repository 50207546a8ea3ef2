import type { Migration } from './migration.ts'

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
 * Problems, and which incident is one of which: a problem is found long after its first incidents
 * were closed, so that the incidents' own records do not know it.
 */
export const problems: Migration = {
  number: 6,
  name: 'problems',
  statements: [
    `CREATE TABLE IF NOT EXISTS problems (
      scope LowCardinality(String),
      id String,
      proposed_at DateTime64(3, 'UTC'),
      last_at DateTime64(3, 'UTC'),
      status LowCardinality(String),
      kind LowCardinality(String),
      root_ci String,
      service String,
      owner String,
      monthly_cost Float64,
      incident_count UInt32,
      search String CODEC(ZSTD(1)),
      record String CODEC(ZSTD(1)),
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (scope, id)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS problem_links (
      scope LowCardinality(String),
      incident String,
      problem String,
      linked_by LowCardinality(String),
      version UInt64,
      INDEX by_problem problem TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (scope, incident)
    SETTINGS ${DURABLE}`,
    'ALTER TABLE decisions ADD COLUMN IF NOT EXISTS problem String AFTER incident',
    'ALTER TABLE decisions ADD INDEX IF NOT EXISTS by_problem problem TYPE bloom_filter(0.01) GRANULARITY 1',
  ],
}
