/** What the page about one CI shows beside the CI itself. */
import { z } from '@hono/zod-openapi'
import { CiLiveView, Criticality } from './cmdb.ts'
import { Time } from './common.ts'

const HurtCiView = z
  .strictObject({
    ci: z.string(),
    name: z.string(),
    class: z.string(),
    criticality: Criticality.nullable(),
    owner: z.string().nullable(),
    environment: z.string().nullable(),
    hops: z.int().openapi({ description: 'relations on the shortest way there' }),
    path: z
      .array(z.string())
      .readonly()
      .openapi({ description: 'the CIs of that way, the one at fault first' }),
    live: CiLiveView,
  })
  .openapi('HurtCi')
export type HurtCiView = z.output<typeof HurtCiView>

export const BlastRadiusView = z
  .strictObject({
    center: z.string(),
    items: z
      .array(HurtCiView)
      .openapi({ description: 'nearest first, then by id; without the CI itself' }),
    services: z.array(HurtCiView).openapi({
      description:
        'those of the items that are services: the most critical first, then the nearest',
    }),
    hops: z
      .array(z.strictObject({ hops: z.int(), cis: z.int() }))
      .openapi({ description: 'how many CIs are so far away' }),
    truncated: z
      .boolean()
      .openapi({ description: 'there is more; what is left out is not counted' }),
  })
  .openapi('BlastRadius')

export const CiBindings = z
  .strictObject({
    items: z.array(
      z.strictObject({
        rule: z.string().openapi({ description: 'the binding rule that decided' }),
        matched: z.string().openapi({ description: 'what in the alert named the CI' }),
        alerts: z.int().openapi({ description: 'episodes' }),
        confidence: z.number().openapi({ description: 'of the last of them' }),
        first: Time,
        last: Time,
      }),
    ),
  })
  .openapi('CiBindings')
