import type { Migration } from './migration.ts'

/** The scope of a dead letter, as a column of its own; rows that were written before have none. */
export const letterScope: Migration = {
  number: 10,
  name: 'letter scope',
  statements: [
    `ALTER TABLE dead_letters
      ADD COLUMN IF NOT EXISTS scope LowCardinality(String) DEFAULT 'default'`,
  ],
}
