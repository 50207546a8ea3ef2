/** Named filters of incidents: those that come with Faultline, and those that people saved. */
import { randomUUID } from 'node:crypto'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import type { Store } from '../../store/client.ts'
import {
  deleteView,
  listViews,
  MAX_VIEWS,
  putView,
  type StoredView,
} from '../../store/incidents-views.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv } from '../deps.ts'
import { IdParams, iso, Time } from '../schemas/common.ts'
import { ViewQuery } from '../schemas/incident-filter.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const Name = z.string().trim().min(1).max(80)

const IncidentView = z
  .strictObject({
    id: z.string(),
    name: Name,
    query: ViewQuery,
    shipped: z.boolean().openapi({ description: 'it comes with Faultline and stays as it is' }),
    createdAt: Time.nullable(),
    createdBy: z.string().nullable(),
    updatedAt: Time.nullable(),
    updatedBy: z.string().nullable(),
  })
  .openapi('IncidentView')

const IncidentViews = z.strictObject({ items: z.array(IncidentView) }).openapi('IncidentViews')

const ViewInput = z
  .strictObject({
    id: z.string().min(1).max(64).optional().openapi({ description: 'of the view to change' }),
    name: Name,
    query: ViewQuery,
  })
  .openapi('IncidentViewInput')

const BURNING = ['provisional', 'open'] as const

/** What people ask for first, in an outage and after it. */
const SHIPPED: readonly z.output<typeof IncidentView>[] = [
  shipped('burning', 'Burning now', { status: [...BURNING], sort: 'priority' }),
  shipped('unacknowledged', 'Unacknowledged', {
    status: [...BURNING],
    acknowledged: false,
    sort: 'priority',
  }),
  shipped('mine', 'Mine', { status: [...BURNING], owner: ['me'], sort: 'priority' }),
  shipped('recently-resolved', 'Recently resolved', {
    status: ['resolved', 'closed'],
    within: '24h',
    sort: 'activity',
  }),
]

function shipped(id: string, name: string, query: ViewQuery): z.output<typeof IncidentView> {
  const nobody = { createdAt: null, createdBy: null, updatedAt: null, updatedBy: null }
  return { id, name, query, shipped: true, ...nobody }
}

function toView(view: StoredView<ViewQuery>): z.output<typeof IncidentView> {
  const { id, name, query, createdAt, createdBy, updatedAt, updatedBy } = view
  const times = { createdAt: iso(createdAt), updatedAt: iso(updatedAt) }
  return { id, name, query, shipped: false, ...times, createdBy, updatedBy }
}

const path = '/api/v1/incident-views' as const

const list = createRoute({
  method: 'get',
  path,
  operationId: 'listIncidentViews',
  tags: ['incidents'],
  summary: 'Named filters of incidents: shipped ones, then saved ones by name',
  description: 'They belong to the installation: everybody sees the same.',
  middleware: reads,
  responses: {
    200: { description: 'Every view', content: { 'application/json': { schema: IncidentViews } } },
    ...readProblems,
  },
})

const save = createRoute({
  method: 'post',
  path,
  operationId: 'saveIncidentView',
  tags: ['incidents'],
  summary: 'Saves a view, or changes the one with the id given',
  description: `At most ${MAX_VIEWS}; no two of one name.`,
  middleware: acts,
  request: { body: { required: true, content: { 'application/json': { schema: ViewInput } } } },
  responses: {
    200: { description: 'As it is now', content: { 'application/json': { schema: IncidentView } } },
    ...actProblems,
  },
})

const remove = createRoute({
  method: 'post',
  path: `${path}/{id}/delete` as const,
  operationId: 'deleteIncidentView',
  tags: ['incidents'],
  summary: 'Takes a saved view away',
  middleware: acts,
  request: { params: IdParams },
  responses: {
    200: { description: 'As it was', content: { 'application/json': { schema: IncidentView } } },
    ...actProblems,
  },
})

type Saved = StoredView<ViewQuery>

/** @throws AppError `not_found`, or `conflict` for one that comes with Faultline */
function savedOne(views: readonly Saved[], id: string): Saved {
  const found = views.find((view) => view.id === id)
  if (found !== undefined) return found
  if (SHIPPED.some((view) => view.id === id))
    throw new AppError('conflict', 'it comes with Faultline and stays as it is', {
      reason: 'shipped',
    })
  throw new AppError('not_found', 'there is no such view')
}

/** @throws AppError `conflict` where another view has this name, or there are too many */
function check(views: readonly Saved[], name: string, id: string | undefined): void {
  const fold = (text: string): string => text.normalize('NFC').toLowerCase()
  const taken = [...SHIPPED, ...views].some(
    (view) => view.id !== id && fold(view.name) === fold(name),
  )
  if (taken) throw new AppError('conflict', 'another view has this name', { reason: 'name_taken' })
  if (id === undefined && views.length >= MAX_VIEWS)
    throw new AppError('conflict', `there are ${MAX_VIEWS} views already`, { reason: 'too_many' })
}

interface Saving {
  readonly input: z.output<typeof ViewInput>
  readonly actor: string
  readonly now: number
}

async function saveView(store: Store, { input, actor, now }: Saving): Promise<Saved> {
  const views = await listViews<ViewQuery>(store)
  const { id, name, query } = input
  const known = id === undefined ? null : savedOne(views, id)
  check(views, name, id)
  const view: Saved = {
    id: known?.id ?? randomUUID(),
    name,
    query,
    createdAt: known?.createdAt ?? now,
    createdBy: known?.createdBy ?? actor,
    updatedAt: now,
    updatedBy: actor,
    version: (known?.version ?? 0) + 1,
  }
  await putView(store, view)
  return view
}

export function incidentViewRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const views = await listViews<ViewQuery>(c.get('deps').store)
    return c.json({ items: [...SHIPPED, ...views.map(toView)] }, 200)
  })

  app.openapi(save, async (c) => {
    const { store, clock } = c.get('deps')
    const input = c.req.valid('json')
    const view = await saveView(store, { input, actor: actorOf(c), now: clock.now() })
    return c.json(toView(view), 200)
  })

  app.openapi(remove, async (c) => {
    const { store } = c.get('deps')
    const view = savedOne(await listViews<ViewQuery>(store), c.req.valid('param').id)
    await deleteView(store, view)
    return c.json(toView(view), 200)
  })
}
