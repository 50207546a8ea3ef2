/** What an incident hurts. */
import { z } from '@hono/zod-openapi'

const Service = z.strictObject({
  ci: z.string().openapi({
    description: 'its CI; the name in the labels where the CMDB does not know the service',
  }),
  name: z.string(),
  inCmdb: z.boolean().openapi({ description: 'whether the CMDB has such a CI now' }),
  criticality: z.int().nullable().openapi({ description: '1 (most critical) to 4' }),
  owner: z.string().nullable(),
  environment: z.string().nullable(),
  hops: z.int().openapi({ description: 'relations between it and what is at fault' }),
  path: z.array(z.strictObject({ ci: z.string(), name: z.string() })).openapi({
    description: 'how the fault gets there: from what is at fault to the service itself',
  }),
  recovered: z.boolean().openapi({
    description: 'no alert of the incident fires any more where its path begins',
  }),
})

export const IncidentImpact = z
  .strictObject({
    known: z.boolean().openapi({ description: 'false: nobody has looked at what it hurts' }),
    now: z.array(Service).openapi({
      description: 'hurt now: the most critical first, then the nearest; at most 25',
    }),
    downstream: z.array(Service).openapi({
      description: 'hurt when the fault goes on spreading: in the same order, at most 25',
    }),
    nowCount: z.int(),
    downstreamCount: z.int(),
    owners: z.array(z.string()).readonly().openapi({ description: 'of all of them, at most 25' }),
    environments: z.array(z.string()).readonly(),
    cut: z.boolean().openapi({
      description: 'there may be more: the walk along relations met its bounds',
    }),
  })
  .openapi('IncidentImpact')
export type IncidentImpact = z.output<typeof IncidentImpact>
