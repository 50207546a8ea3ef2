/** Sources as the API shows them: who reports, how much, and what became of it. */
import { z } from '@hono/zod-openapi'
import { Time } from './common.ts'
import { LedgerView } from './operations.ts'

const Reporter = z.strictObject({
  source: z.string(),
  reporter: z.string(),
  firstSeenAt: Time,
  lastSeenAt: Time,
  silentSince: Time.nullable(),
})

const SourceView = z
  .strictObject({
    source: z.string(),
    received: z.int(),
    outcomes: LedgerView.shape.outcomes,
    state: z.enum(['never', 'heard', 'silent']).openapi({
      description: '`silent`: a reporter of it has fallen silent while alerts of it fire',
    }),
    lastSeenAt: Time.nullable(),
    minutes: z.array(z.int()).readonly().openapi({
      description: 'items of each of the last 60 minutes since the start, the oldest first',
    }),
    firing: z.int().openapi({ description: 'alerts of it that fire now' }),
    stale: z.int().openapi({ description: 'those of them that nobody confirms any more' }),
    deadLetters: z.int().openapi({ description: 'open ones' }),
    lagSeconds: z.number().nullable().openapi({
      description: 'how long after they began its firing alerts were heard of: the median',
    }),
    lastBody: z
      .strictObject({ at: Time, text: z.string(), whole: z.boolean() })
      .nullable()
      .openapi({ description: 'the last body since the start, its beginning, without keys' }),
    path: z
      .string()
      .nullable()
      .openapi({ description: 'where it posts to; null: Faultline itself' }),
    needsToken: z.boolean().openapi({ description: 'whether a post needs a token' }),
  })
  .openapi('Source')
export type SourceView = z.output<typeof SourceView>

export const SourcesView = z
  .strictObject({
    items: z.array(Reporter).openapi({ description: 'reporters' }),
    sources: z.array(SourceView).openapi({ description: 'every source there is, by id' }),
  })
  .openapi('Sources')

export const SourceSetUp = z
  .strictObject({
    source: z.string(),
    markdown: z.string().openapi({
      description:
        'how the tool is told to post here; `faultline.example.org` stands for the address and `a-long-random-text` for the token',
    }),
  })
  .openapi('SourceSetUp')
