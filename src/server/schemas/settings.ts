/** How Faultline is set up, as the API shows it: read-only, and without a secret. */
import { z } from '@hono/zod-openapi'
import { Time } from './common.ts'
import { RulesReloadView } from './rules.ts'

const Setting = z.strictObject({
  key: z.string().openapi({ example: 'retention.journalDays' }),
  value: z.union([z.string(), z.number()]).nullable().openapi({ description: 'null: not set' }),
  from: z.enum(['environment', 'file', 'default']),
  variable: z.string().nullable().openapi({ description: 'the environment variable that sets it' }),
})

const ChannelStatus = z.strictObject({
  id: z.string(),
  type: z.string(),
  origin: z.string().openapi({ description: 'scheme, host and port only' }),
  events: z.array(z.string()).readonly(),
  minPriority: z.int(),
  allowPrivate: z.boolean(),
  signed: z.boolean(),
  waiting: z.int(),
  disabled: z.string().nullable().openapi({ description: 'why it is switched off' }),
  lastDeliveredAt: Time.nullable(),
  lastError: z.strictObject({ at: Time, error: z.string() }).nullable(),
})

export const SettingsView = z
  .strictObject({
    file: z.string().nullable().openapi({ description: 'the config file that was read' }),
    settings: z.array(Setting).readonly(),
    channels: z.array(ChannelStatus),
    rules: z.strictObject({
      version: z.string(),
      scope: z
        .array(z.string())
        .openapi({ description: 'labels that tell correlation scopes apart; empty: one for all' }),
      packs: z.array(
        z.strictObject({
          name: z.string(),
          rules: z.int().openapi({ description: 'rules written in it; mappings of `ingest`' }),
        }),
      ),
      folder: z.string().nullable().openapi({ description: 'where they come from' }),
      reload: z
        .union([RulesReloadView, z.null()])
        .openapi({ description: 'the newest look at the folder' }),
    }),
    store: z.strictObject({
      kind: z.enum(['embedded', 'server']),
      version: z.string().openapi({ description: 'of ClickHouse' }),
      schema: z.int().openapi({ description: 'number of the newest migration' }),
      tables: z
        .array(z.strictObject({ table: z.string(), rows: z.int(), bytes: z.int() }))
        .readonly()
        .openapi({ description: 'the largest first; compressed bytes' }),
      waitingRecords: z.int().openapi({ description: 'decided and not stored yet' }),
      failedInserts: z.int(),
    }),
    engine: z.strictObject({
      version: z.string(),
      faultline: z.string(),
      topology: z.string(),
      articles: z.string(),
    }),
    journal: z.strictObject({
      last: z.int().openapi({ description: 'offset of the newest durable entry' }),
      applied: z.int(),
      lag: z.int(),
    }),
    snapshot: z
      .strictObject({
        offset: z.int(),
        finishedAt: Time,
        chunks: z.int(),
        bytes: z.int(),
        behind: z.int().openapi({ description: 'entries a restart would read after it' }),
      })
      .nullable()
      .openapi({ description: 'the newest; null before the first' }),
    backup: z
      .strictObject({
        at: Time,
        offset: z.int().openapi({ description: 'the newest entry of the journal in it' }),
        bytes: z.int().openapi({ description: 'size of its file' }),
      })
      .nullable()
      .openapi({ description: 'the newest that came to its end; null: there was none' }),
  })
  .openapi('Settings')
export type SettingsView = z.output<typeof SettingsView>
