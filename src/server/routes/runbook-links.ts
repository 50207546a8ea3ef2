/** Runbooks that rules name, and that are not there. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { indexSome } from '../../core/knowledge-index.ts'
import { linkedBy } from '../../core/runbook-link.ts'
import { runbookLinks } from '../../store/runbook-links.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { iso, Time } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const DeadLinks = z
  .strictObject({
    items: z.array(
      z.strictObject({
        rule: z.string(),
        url: z.string(),
        alerts: z.int().openapi({ description: 'episodes of alerts that named it, in 30 days' }),
        lastSeenAt: Time,
      }),
    ),
    linked: z.int().openapi({ description: 'addresses that lead to an article' }),
  })
  .openapi('DeadRunbookLinks')

const list = createRoute({
  ...{ method: 'get', path: '/api/v1/knowledge/dead-links', tags: ['knowledge'] },
  operationId: 'listDeadRunbookLinks',
  summary: 'Addresses of runbooks that rules name and that lead to no article, most alerts first',
  middleware: reads,
  responses: {
    200: {
      description: 'Of the alerts of 30 days',
      content: { 'application/json': { schema: DeadLinks } },
    },
    ...readProblems,
  },
})

const LINKS_MS = 30 * 86_400_000
const INDEXED_AT_ONCE = 65_536

async function deadLinks({
  journey,
  store,
  clock,
}: ServerDeps): Promise<z.output<typeof DeadLinks>> {
  const { engine } = journey
  while (indexSome(engine.ix.knowledge, INDEXED_AT_ONCE))
    await new Promise((resolve) => setImmediate(resolve))
  const all = await runbookLinks(store, clock.now() - LINKS_MS)
  const isDead = ({ url }: { readonly url: string }): boolean =>
    linkedBy(engine.ix.knowledge, url).length === 0
  const items = all
    .filter(isDead)
    .map(({ lastSeenAt, ...link }) => ({ ...link, lastSeenAt: iso(lastSeenAt) }))
  const addresses = new Set(all.filter((link) => !isDead(link)).map(({ url }) => url))
  return { items, linked: addresses.size }
}

export function runbookLinkRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => c.json(await deadLinks(c.get('deps')), 200))
}
