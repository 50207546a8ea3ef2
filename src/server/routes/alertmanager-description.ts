/** How Alertmanager's API v2 is described in ours; its own description says the same at length. */
import type { OpenAPIHono, RouteConfig } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import type { AppEnv } from '../deps.ts'

/** Alertmanager answers an error with a JSON string. */
const Text = { 'application/json': { schema: z.string() } }
const json = (schema: z.ZodType) => ({ 'application/json': { schema } })

const security = [{ bearer: [] }, { basic: [] }, { queryToken: [] }, {}]
const tags = ['alertmanager']

const Labels = z.record(z.string(), z.string())
const Time = z.iso.datetime()
const Alert = z
  .object({
    annotations: Labels,
    endsAt: Time,
    fingerprint: z.string(),
    receivers: z.array(z.object({ name: z.string() })),
    startsAt: Time,
    status: z.object({
      inhibitedBy: z.array(z.string()),
      mutedBy: z.array(z.string()),
      silencedBy: z.array(z.string()),
      state: z.enum(['unprocessed', 'active', 'suppressed']),
    }),
    updatedAt: Time,
    generatorURL: z.string(),
    labels: Labels,
  })
  .openapi('AlertmanagerAlert')
const Group = z
  .object({
    labels: Labels,
    routeLabels: Labels,
    receiver: z.object({ name: z.string() }),
    alerts: z.array(Alert),
  })
  .openapi('AlertmanagerGroup')
const Matchers = z.array(
  z.object({
    name: z.string(),
    value: z.string(),
    isRegex: z.boolean(),
    isEqual: z.boolean().optional(),
  }),
)
const silence = {
  matchers: Matchers,
  startsAt: Time,
  endsAt: Time,
  createdBy: z.string(),
  comment: z.string(),
  annotations: Labels.optional(),
}
const PostableSilence = z
  .object({ id: z.string().optional(), ...silence })
  .openapi('AlertmanagerPostableSilence')
const Silence = z
  .object({
    id: z.string(),
    status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
    updatedAt: Time,
    ...silence,
  })
  .openapi('AlertmanagerSilence')

const flag = (name: string, description: string) => ({
  name,
  in: 'query' as const,
  description,
  schema: { type: 'boolean' as const, default: true },
})
const list = (name: string, description: string) => ({
  name,
  in: 'query' as const,
  description,
  schema: { type: 'array' as const, items: { type: 'string' as const } },
})
const alertParameters = [
  flag('active', 'whether alerts that nothing mutes are listed'),
  flag('silenced', 'whether silenced ones are'),
  flag('inhibited', 'whether inhibited ones are'),
  flag('muted', 'whether ones muted by a rule or a maintenance window are'),
  flag('unprocessed', 'without effect, as there'),
  list('filter', 'matchers that must all hold, e.g. `severity="critical"`'),
  { name: 'receiver', in: 'query' as const, schema: { type: 'string' as const } },
  list('receiver_matchers', 'matchers on the labels of the receiver'),
]
const refusals = {
  400: { description: 'It cannot be understood', content: Text },
  401: { description: 'A token is needed', content: Text },
}

interface Described {
  readonly method: 'get' | 'post' | 'delete'
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly answer: RouteConfig['responses'][string]
  readonly parameters?: NonNullable<RouteConfig['parameters']>
  readonly body?: z.ZodType
  readonly more?: RouteConfig['responses']
}

const ROUTES: readonly Described[] = [
  {
    method: 'get',
    path: '/api/v2/alerts',
    operationId: 'getAlertmanagerAlerts',
    summary: 'Alerts that fire, of every source',
    answer: { description: 'Sorted by fingerprint', content: json(z.array(Alert)) },
    parameters: alertParameters,
  },
  {
    method: 'get',
    path: '/api/v2/alerts/groups',
    operationId: 'getAlertmanagerGroups',
    summary: 'Alerts that fire, by incident, or by the labels asked for',
    answer: { description: 'The groups', content: json(z.array(Group)) },
    parameters: [...alertParameters, list('group_by', 'labels to group by instead of incidents')],
  },
  {
    method: 'get',
    path: '/api/v2/receivers',
    operationId: 'getAlertmanagerReceivers',
    summary: 'The one receiver there is',
    answer: {
      description: 'Receivers',
      content: json(z.array(z.object({ name: z.string(), labels: Labels }))),
    },
    parameters: [list('receiver_matchers', 'matchers on the labels of the receiver')],
  },
  {
    method: 'get',
    path: '/api/v2/status',
    operationId: 'getAlertmanagerStatus',
    summary: 'What clients of an Alertmanager ask first',
    answer: {
      description: 'The status',
      content: json(
        z.object({
          cluster: z.object({ status: z.string(), peers: z.array(z.unknown()) }),
          versionInfo: Labels,
          config: z.object({ original: z.string() }),
          uptime: z.string(),
        }),
      ),
    },
  },
  {
    method: 'get',
    path: '/api/v2/silences',
    operationId: 'getAlertmanagerSilences',
    summary: 'Silences; expired ones for five days',
    answer: { description: 'Active ones first', content: json(z.array(Silence)) },
    parameters: [
      list('filter', 'matchers that a silence must have'),
      flag('active', 'whether active ones are listed'),
      flag('pending', 'whether ones that begin later are'),
      flag('expired', 'whether ended ones are'),
    ],
  },
  {
    method: 'post',
    path: '/api/v2/silences',
    operationId: 'postAlertmanagerSilence',
    summary: 'Makes a silence, or changes the one with the id given',
    answer: { description: 'Its id', content: json(z.object({ silenceID: z.string() })) },
    body: PostableSilence,
    more: { 404: { description: 'There is none with that id', content: Text } },
  },
  {
    method: 'get',
    path: '/api/v2/silence/{id}',
    operationId: 'getAlertmanagerSilence',
    summary: 'One silence, also an expired one',
    answer: { description: 'The silence', content: json(Silence) },
    parameters: [
      { name: 'id', in: 'path' as const, required: true, schema: { type: 'string' as const } },
    ],
    more: { 404: { description: 'There is none with that id' } },
  },
  {
    method: 'delete',
    path: '/api/v2/silence/{id}',
    operationId: 'deleteAlertmanagerSilence',
    summary: 'Ends a silence now',
    answer: { description: 'It has ended' },
    parameters: [
      { name: 'id', in: 'path' as const, required: true, schema: { type: 'string' as const } },
    ],
    more: { 404: { description: 'There is none with that id' } },
  },
]

/** Puts the API into the OpenAPI description. */
export function describeAlertmanager({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/v2/alerts',
    operationId: 'postAlerts',
    tags,
    summary: 'Takes alerts as an Alertmanager does',
    security,
    request: {
      body: {
        required: true,
        content: {
          'application/json': {
            schema: {},
            example: [{ labels: { alertname: 'HighLatency', service: 'checkout' } }],
          },
        },
      },
    },
    responses: {
      200: { description: 'At least one alert was accepted, or there was none' },
      400: { description: 'No alert could be read', content: Text },
      401: { description: 'A token is needed', content: Text },
      413: { description: 'The body is too large', content: Text },
      503: { description: 'Too much at once', content: Text },
    },
  })
  for (const { method, path, operationId, summary, answer, parameters, body, more } of ROUTES)
    openAPIRegistry.registerPath({
      ...{ method, path, operationId, tags, summary, security },
      ...(parameters === undefined ? undefined : { parameters }),
      ...(body === undefined ? undefined : { request: { body: { content: json(body) } } }),
      responses: { 200: answer, ...refusals, ...more },
    })
}
