/** The picture of an incident on the topology. */
import { z } from '@hono/zod-openapi'
import { RelationView } from './cmdb.ts'
import { Time } from './common.ts'

const Node = z.strictObject({
  ci: z.string(),
  name: z.string(),
  class: z.string(),
  criticality: z.int().nullable(),
  status: z.string().openapi({ description: '`observed`: only alerts tell of it' }),
  role: z.enum(['alerting', 'cause', 'between', 'near']).openapi({
    description:
      '`alerting`: alerts of the incident are on it; `cause`: only a candidate for the root cause; ' +
      '`between`: on a path that joined two alerts; `near`: directly related, and not in the incident',
  }),
  alerts: z.int().openapi({ description: 'alerts of the incident on it' }),
  firing: z.int().openapi({ description: 'of those, how many fire and are not muted' }),
  muted: z.int(),
  cause: z.strictObject({ rank: z.int(), weight: z.number() }).nullable().openapi({
    description: 'its place among the candidates of at least 5 %; null: it is none of them',
  }),
  confirmed: z.boolean().openapi({ description: 'a person said that it was the cause' }),
  incidents: z
    .array(z.string())
    .openapi({ description: 'other incidents with alerts firing on it' }),
})

const Join = z.strictObject({
  method: z.enum(['score', 'rule', 'person', 'first', 'none']).openapi({
    description: 'how they came in; `first`: they began it, `none`: muted, they joined silently',
  }),
  by: z.string().openapi({ description: 'the rule or the person; empty where a score decided' }),
  from: z.string().nullable().openapi({ description: 'the CI of the alerts' }),
  to: z.string().nullable().openapi({ description: 'the CI of the alert they were linked to' }),
  alerts: z.int(),
  title: z.string().openapi({ description: 'of the surest of them' }),
  because: z.array(z.string()).openapi({ description: 'its strongest reasons' }),
  p: z.number().openapi({ description: 'of the surest of those links' }),
  path: z
    .array(z.string())
    .openapi({ description: 'CIs from `from` to `to`; empty where no path is known' }),
})

export const IncidentGraph = z
  .strictObject({
    nodes: z.array(Node),
    relations: z.array(RelationView),
    joins: z.array(Join).openapi({ description: 'the most alerts first' }),
    explained: z
      .array(z.strictObject({ cause: z.string(), to: z.string(), path: z.array(z.string()) }))
      .openapi({
        description:
          'how a fault of a candidate reaches each CI with alerts that it explains: the CIs from the ' +
          'candidate to it; where no way is known there is none',
      }),
    others: z
      .array(
        z.strictObject({
          incident: z.string(),
          p: z.number().nullable().openapi({ description: 'null where no link was scored' }),
          reason: z.string(),
          alerts: z.int(),
        }),
      )
      .openapi({ description: 'incidents that alerts stayed out of although they were close' }),
    unbound: z.int().openapi({ description: 'alerts that are bound to no CI' }),
    leftOut: z.int().openapi({ description: 'CIs with alerts that are not among the nodes' }),
  })
  .openapi('IncidentGraph')
export type IncidentGraph = z.output<typeof IncidentGraph>

export const IncidentSteps = z
  .strictObject({
    knownSince: Time.nullable().openapi({
      description: 'from when on it can be shown as it was; null: nothing of its past is kept',
    }),
    steps: z.array(
      z.strictObject({
        at: Time,
        joined: z.int().openapi({ description: 'alerts that came into it since the step before' }),
        resolved: z.int().openapi({ description: 'alerts of it that ended' }),
        texts: z
          .array(z.string())
          .readonly()
          .openapi({ description: 'what was decided about the incident itself, at most 4' }),
        person: z.boolean().openapi({ description: 'a person did something' }),
      }),
    ),
  })
  .openapi('IncidentSteps')
