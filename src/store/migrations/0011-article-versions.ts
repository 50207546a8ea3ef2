import type { Migration } from './migration.ts'

/** Whose an article is, who keeps it, by when it is read again; and its versions, a bounded number. */
export const articleVersions: Migration = {
  number: 11,
  name: 'article versions',
  statements: [
    `ALTER TABLE articles
      ADD COLUMN IF NOT EXISTS source String,
      ADD COLUMN IF NOT EXISTS owner String,
      ADD COLUMN IF NOT EXISTS review_on String,
      ADD COLUMN IF NOT EXISTS retired UInt8`,
    `CREATE TABLE IF NOT EXISTS article_versions (
      id String,
      slot UInt16,
      revision UInt32,
      record String CODEC(ZSTD(1)),
      version UInt64
    ) ENGINE = ReplacingMergeTree(version) ORDER BY (id, slot)
    SETTINGS
      fsync_after_insert = 1,
      fsync_part_directory = 1,
      min_rows_to_fsync_after_merge = 1,
      min_compressed_bytes_to_fsync_after_merge = 1`,
  ],
}
