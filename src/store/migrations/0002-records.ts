import type { Migration } from './migration.ts'

/**
 * Records: output only, newest version of each. The whole record is in `record`; the other columns
 * are there to find and order it. Partitions and TTLs use columns that never change, so that no old
 * row comes back when a newer one goes.
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

export const records: Migration = {
  number: 2,
  name: 'records',
  statements: [
    `CREATE TABLE IF NOT EXISTS alerts (
      scope LowCardinality(String),
      id String,
      episode Int64,
      first_seen_at DateTime64(3, 'UTC'),
      starts_at DateTime64(3, 'UTC'),
      ends_at Nullable(DateTime64(3, 'UTC')),
      last_seen_at DateTime64(3, 'UTC'),
      fingerprint String,
      source LowCardinality(String),
      severity LowCardinality(String),
      state LowCardinality(String),
      outcome LowCardinality(String),
      ci String,
      incident String,
      search String CODEC(ZSTD(1)),
      record String CODEC(ZSTD(1)),
      version UInt64,
      INDEX by_incident incident TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (scope, id, episode)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS incidents (
      scope LowCardinality(String),
      id String,
      provisional_at DateTime64(3, 'UTC'),
      opened_at Nullable(DateTime64(3, 'UTC')),
      notified_at Nullable(DateTime64(3, 'UTC')),
      resolved_at Nullable(DateTime64(3, 'UTC')),
      status LowCardinality(String),
      severity LowCardinality(String),
      priority UInt8,
      service String,
      services Array(String),
      owner String,
      problem String,
      alert_count UInt32,
      search String CODEC(ZSTD(1)),
      record String CODEC(ZSTD(1)),
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (scope, id)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS decisions (
      version UInt64,
      scope LowCardinality(String),
      at DateTime64(3, 'UTC'),
      action LowCardinality(String),
      reason LowCardinality(String),
      actor LowCardinality(String),
      alert String,
      alert_id String,
      incident String,
      record String CODEC(ZSTD(1)),
      INDEX by_incident incident TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_alert alert TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_alert_id alert_id TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ReplacingMergeTree ORDER BY (version, scope)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS changes (
      scope LowCardinality(String),
      id String,
      source LowCardinality(String),
      change_kind LowCardinality(String),
      cis Array(String),
      starts_at DateTime64(3, 'UTC'),
      ends_at Nullable(DateTime64(3, 'UTC')),
      search String CODEC(ZSTD(1)),
      record String CODEC(ZSTD(1)),
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (scope, id)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS dead_letters (
      id String,
      at DateTime64(3, 'UTC'),
      source LowCardinality(String),
      step LowCardinality(String),
      receipt String,
      record String CODEC(ZSTD(1)),
      body String CODEC(ZSTD(1)),
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY id
    TTL toDateTime(at) + INTERVAL 90 DAY
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS cis (
      id String,
      class LowCardinality(String),
      owner String,
      search String CODEC(ZSTD(1)),
      record String CODEC(ZSTD(1)),
      version UInt64,
      deleted UInt8
    ) ENGINE = ReplacingMergeTree(version, deleted) ORDER BY id
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS relations (
      from_ci String,
      type LowCardinality(String),
      to_ci String,
      version UInt64,
      deleted UInt8,
      INDEX by_to to_ci TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ReplacingMergeTree(version, deleted) ORDER BY (from_ci, type, to_ci)
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS articles (
      id String,
      search String CODEC(ZSTD(1)),
      record String CODEC(ZSTD(1)),
      version UInt64,
      deleted UInt8
    ) ENGINE = ReplacingMergeTree(version, deleted) ORDER BY id
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS silences (
      id String,
      kind LowCardinality(String),
      starts_at DateTime64(3, 'UTC'),
      ends_at DateTime64(3, 'UTC'),
      search String CODEC(ZSTD(1)),
      record String CODEC(ZSTD(1)),
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY id
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS deliveries (
      id String,
      channel LowCardinality(String),
      type LowCardinality(String),
      incident String,
      state LowCardinality(String),
      created_at DateTime64(3, 'UTC'),
      record String CODEC(ZSTD(1)),
      version UInt64,
      INDEX by_incident incident TYPE bloom_filter(0.01) GRANULARITY 1
    ) ENGINE = ReplacingMergeTree(version) ORDER BY id
    TTL toDateTime(created_at) + INTERVAL 90 DAY
    SETTINGS ${DURABLE}`,
    `CREATE TABLE IF NOT EXISTS meta (
      key String,
      value String,
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY key
    SETTINGS ${DURABLE}`,
  ],
}
