/** The description of the API, OpenAPI 3.1, made of the very routes and schemas that serve it. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './deps.ts'

export type Description = ReturnType<OpenAPIHono<AppEnv>['getOpenAPI31Document']>

const TAGS = [
  { name: 'ingest', description: 'Where tools post to' },
  { name: 'alertmanager', description: 'What Prometheus and amtool need of an Alertmanager' },
  { name: 'incidents', description: 'Alerts that belong to one fault' },
  { name: 'problems', description: 'Causes behind incidents that recur' },
  { name: 'alerts', description: 'Conditions that tools report, by episode' },
  { name: 'cmdb', description: 'Configuration items and their relations' },
  { name: 'knowledge', description: 'Articles that are suggested' },
  { name: 'changes', description: 'Deployments, config changes, maintenance' },
  { name: 'silences', description: 'Silences and maintenance windows' },
  { name: 'dead letters', description: 'What could not be read or applied' },
  { name: 'deliveries', description: 'What was sent to whom' },
  { name: 'operations', description: 'Rules, ledger, sources, figures' },
  { name: 'learning', description: 'What corrections taught the engine' },
  { name: 'live', description: 'Server-sent events' },
  { name: 'demo', description: 'Only of a server that runs the demo' },
  { name: 'health', description: 'For those who watch' },
]

/** Describes every route of `app`. Some milliseconds: made once. */
export function describeApi(app: OpenAPIHono<AppEnv>, version: string): Description {
  const { openAPIRegistry: registry } = app
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The admin token; for posting, a token of the source',
  })
  registry.registerComponent('securitySchemes', 'basic', {
    type: 'http',
    scheme: 'basic',
    description: 'For tools that know nothing else: any user, the token as password',
  })
  registry.registerComponent('securitySchemes', 'queryToken', {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: 'For tools that can only call a URL',
  })
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Faultline',
      version,
      description: [
        'Alerts are tremors. Faultline finds the fault.',
        'Errors are problem details (RFC 9457). Times are RFC 3339 in UTC. Lists answer',
        '`{items, next?}`: hand `next` back as `cursor`. A POST may carry an `Idempotency-Key`: sent',
        'again within 24 hours with the same body it is answered as the first time and does nothing;',
        'a restart forgets the keys. `X-Faultline-Actor` names the person a request is made for.',
      ].join(' '),
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    tags: TAGS,
    security: [{ bearer: [] }],
  })
}
