/** The topology as maps: services on top, and everything. */
import { z } from '@hono/zod-openapi'
import { CiLiveView, Criticality, RelationView } from './cmdb.ts'
import { SeverityName, Time, TimeInput } from './common.ts'

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
          observed: z
            .literal(true)
            .optional()
            .openapi({ description: 'only alerts tell of the relation, or of one on the way' }),
        }),
      )
      .openapi({ description: '`from` depends on `to`' }),
    total: z.int().openapi({ description: 'services there are' }),
    truncated: z.boolean().openapi({ description: 'a bound was met: there is more' }),
  })
  .openapi('ServiceMap')
export type ServiceMapView = z.output<typeof ServiceMapView>

const ServiceNeighbour = z
  .strictObject({
    ...{ ci: z.string(), name: z.string(), class: z.string(), status: z.string() },
    criticality: Criticality.nullable(),
    owner: z.string().nullable(),
    hops: z.int().openapi({ description: 'relations on the shortest way' }),
    live: CiLiveView,
  })
  .openapi('ServiceNeighbour')

export const ServiceView = z
  .strictObject({
    ...MappedService.shape,
    needs: z
      .array(ServiceNeighbour)
      .openapi({ description: 'what it needs, all the way down, the nearest first' }),
    neededBy: z
      .array(ServiceNeighbour)
      .openapi({ description: 'what a fault of it can hurt, the nearest first' }),
    relations: z.array(RelationView).openapi({ description: 'among all of these and itself' }),
    truncated: z.boolean().openapi({ description: 'a bound was met: there is more' }),
  })
  .openapi('Service')
export type ServiceView = z.output<typeof ServiceView>

const Indexes = z.array(z.int())

export const TopologyMap = z
  .strictObject({
    version: z.string().openapi({ description: 'of the CMDB; it changes with everything below' }),
    classes: z.array(z.string()),
    environments: z.array(z.string()),
    types: z.array(z.string()).openapi({ description: 'of relations' }),
    ids: z.array(z.string()).openapi({
      description: 'CIs in operation: services first, then what they run on, then the rest by id',
    }),
    names: z.array(z.string()).openapi({ description: 'by place in `ids`, as all that follow' }),
    classOf: Indexes.openapi({ description: 'place in `classes`' }),
    environmentOf: Indexes.openapi({ description: 'place in `environments`; -1: none' }),
    criticalityOf: Indexes.openapi({ description: '1 to 4; 0: nobody said' }),
    serviceOf: Indexes.openapi({
      description:
        'place in `ids` of the only service that runs on it, or of itself; -1: none, or several',
    }),
    relations: Indexes.openapi({
      description: 'three numbers each: places of `from` and `to` in `ids`, place in `types`',
    }),
    observed: Indexes.openapi({
      description: 'places in `ids` of the CIs that only alerts tell of',
    }),
    observedRelations: Indexes.openapi({
      description: 'which of the relations, counted from 0, only alerts tell of',
    }),
    total: z.int().openapi({ description: 'CIs in operation' }),
    truncated: z.boolean().openapi({ description: 'there are more CIs or relations' }),
  })
  .openapi('TopologyMap')
export type TopologyMap = z.output<typeof TopologyMap>

export const TopologyLive = z
  .strictObject({
    version: z.string().openapi({ description: 'of the CMDB now' }),
    items: z.array(
      z.strictObject({
        ci: z.string(),
        firing: z.int(),
        suppressed: z.int(),
        severity: z.union([SeverityName, z.null()]),
      }),
    ),
    truncated: z.boolean(),
  })
  .openapi('TopologyLive')

export const TopologyStepsQuery = z.object({
  from: TimeInput.optional().openapi({
    description: 'an hour before `to` unless given; before `to`, by at most 400 days',
  }),
  to: TimeInput.optional().openapi({ description: 'the last moment of it; now unless given' }),
  incident: z
    .string()
    .max(1024)
    .optional()
    .openapi({ description: 'only what happened to alerts that are in it now' }),
})

export const TopologySteps = z
  .strictObject({
    from: Time,
    to: Time,
    exactSince: Time.nullable().openapi({
      description:
        'from when on what fired is known; before it alerts may be missing. null: nothing is known',
    }),
    steps: z.array(
      z.strictObject({
        at: Time,
        began: z.int().openapi({ description: 'alerts on CIs that began since the step before' }),
        ended: z.int().openapi({ description: 'alerts that ended' }),
        muted: z.int().openapi({ description: 'alerts that were muted' }),
        unmuted: z.int().openapi({ description: 'alerts that were no longer muted' }),
      }),
    ),
  })
  .openapi('TopologySteps')
