/** The topology as maps: services on top, and everything. */
import { z } from '@hono/zod-openapi'
import { CiLiveView, Criticality } from './cmdb.ts'

const MappedService = z
  .strictObject({
    ci: z.string(),
    name: z.string(),
    class: z.string(),
    criticality: Criticality.nullable(),
    owner: z.string().nullable(),
    environment: z.string().nullable(),
    live: CiLiveView.openapi({ description: 'what fires on the service itself' }),
    rolledUp: CiLiveView.openapi({
      description: 'what fires on it and on what it runs on; the worst of it is its state',
    }),
    burning: z
      .array(z.string())
      .openapi({ description: 'CIs it runs on with alerts that fire, the worst first, at most 5' }),
    carriers: z.int().openapi({ description: 'CIs it runs on' }),
  })
  .openapi('MappedService')

export const ServiceMapView = z
  .strictObject({
    version: z.string().openapi({ description: 'of the CMDB' }),
    services: z.array(MappedService).openapi({ description: 'the most critical first' }),
    dependencies: z
      .array(
        z.strictObject({
          from: z.string(),
          to: z.string(),
          type: z.string().openapi({ description: 'of the relation that begins the way' }),
          through: z
            .array(z.string())
            .readonly()
            .openapi({ description: 'CIs between the two; none: the relation is direct' }),
        }),
      )
      .openapi({ description: '`from` depends on `to`' }),
    total: z.int().openapi({ description: 'services there are' }),
    truncated: z.boolean().openapi({ description: 'a bound was met: there is more' }),
  })
  .openapi('ServiceMap')
export type ServiceMapView = z.output<typeof ServiceMapView>
