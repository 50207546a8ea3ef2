import type { Migration } from './migration.ts'

/** The team an incident goes to, as a column of its own; rows that were written before have none. */
export const incidentTeam: Migration = {
  number: 8,
  name: 'incident team',
  statements: [
    `ALTER TABLE incidents
      ADD COLUMN IF NOT EXISTS team LowCardinality(String)
        DEFAULT JSONExtractString(record, 'team')`,
  ],
}
