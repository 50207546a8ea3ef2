/** What a body would become. */
import { z } from '@hono/zod-openapi'

export const PreviewInput = z
  .strictObject({
    source: z.string().max(64).optional().openapi({ description: 'as in `/ingest/<source>`' }),
    mapping: z.string().max(100_000).optional().openapi({
      description: 'a mapping as in `rules/ingest/<source>.yaml`, instead of a source',
    }),
    body: z.string().max(900_000).openapi({ description: 'as the tool posts it' }),
  })
  .openapi('PreviewInput')

export const PreviewView = z
  .strictObject({
    faults: z.array(z.string()).openapi({ description: 'what is wrong with the mapping' }),
    count: z.int().openapi({ description: 'items of the body; the first 50 are shown' }),
    items: z.array(
      z.strictObject({
        kind: z.enum(['alert', 'change', 'rejected']),
        reason: z.string().nullable().openapi({ description: 'why it cannot be read' }),
        pointer: z.string().nullable(),
        event: z.record(z.string(), z.unknown()).nullable(),
        provenance: z.array(
          z.strictObject({
            field: z.string().openapi({ example: 'labels.host' }),
            path: z.string().openapi({ example: 'check.host' }),
            value: z.string().nullable(),
          }),
        ),
      }),
    ),
  })
  .openapi('Preview')
