/** Reviews after incidents: drafted, written in versions, and taken along as Markdown. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Decision } from '../../core/decision.ts'
import { AppError } from '../../core/errors.ts'
import type { IncidentReview } from '../../core/review.ts'
import { listDecisions, listReviews } from '../../store/decisions.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { inOrder } from '../patience.ts'
import { draftReview, MAX_MOMENT_TEXT, reviewAsMarkdown } from '../review.ts'
import { IdParams, iso, Time } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'
import { incidentOf } from './incidents.ts'

/** Decisions that a draft is made from at either end, and moments of a review. */
const MOST = 500
const Words = z.string().max(20_000)

const Review = z
  .strictObject({
    summary: Words,
    impact: Words,
    rootCause: Words,
    wentWell: Words,
    actions: z.array(z.string().trim().min(1).max(1000)).max(100),
    timeline: z
      .array(
        z.strictObject({
          at: z.iso.datetime({ offset: true }),
          text: z.string().max(MAX_MOMENT_TEXT),
        }),
      )
      .max(MOST),
  })
  .openapi('IncidentReview')

const ReviewAnswer = z
  .strictObject({
    incident: z.string(),
    title: z.string(),
    problem: z.string().nullable(),
    version: z.int().openapi({ description: '0: nobody wrote it; it is a draft' }),
    author: z.string().nullable(),
    at: Time.nullable(),
    review: Review,
    versions: z
      .array(z.strictObject({ version: z.int(), author: z.string(), at: Time }))
      .openapi({ description: 'the newest first' }),
  })
  .openapi('IncidentReviewAnswer')

const Version = z.object({
  version: z.coerce.number().int().min(0).optional().openapi({
    description: 'a version, 0 for a new draft; the newest unless given',
  }),
})

const get = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/review',
  operationId: 'getIncidentReview',
  tags: ['incidents'],
  summary: 'The review of an incident, or a draft of it',
  description:
    'A draft is made from the journal: what was decided and done, the cause and its evidence.',
  middleware: reads,
  request: { params: IdParams, query: Version },
  responses: {
    200: {
      description: 'The review',
      content: { 'application/json': { schema: ReviewAnswer } },
    },
    ...readProblems,
  },
})

const markdown = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/review/markdown',
  operationId: 'getIncidentReviewMarkdown',
  tags: ['incidents'],
  summary: 'The review of an incident as a Markdown document',
  middleware: reads,
  request: { params: IdParams, query: Version },
  responses: {
    200: { description: 'The document', content: { 'text/markdown': { schema: z.string() } } },
    ...readProblems,
  },
})

const post = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/review',
  operationId: 'writeIncidentReview',
  tags: ['incidents'],
  summary: 'Writes the next version of the review of an incident',
  description:
    '`base` is the version it was made from; it is refused where another one came since. Reviews are compared and written one after the other by the process that has the journal.',
  middleware: acts,
  request: {
    params: IdParams,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ base: z.int().min(0), review: Review }),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'The version that was written',
      content: { 'application/json': { schema: ReviewAnswer } },
    },
    ...actProblems,
  },
})

/** The review as it is answered, newest version or the one asked for. */
async function answerFor({ store }: ServerDeps, id: string, asked: number | undefined) {
  const incident = await incidentOf(store, id)
  const written = await listReviews(store, incident.id)
  const version = asked ?? written.length
  const found = written[version - 1]
  if (version > 0 && found === undefined)
    throw new AppError('not_found', `its review has no version ${version}`)
  const review = found?.review ?? (await draftOf(store, incident))
  return {
    incident: incident.id,
    title: incident.title,
    problem: incident.problem,
    version,
    author: found?.actor ?? null,
    at: found === undefined ? null : iso(found.at),
    review: toView(review),
    versions: written
      .map(({ actor, at }, index) => ({ version: index + 1, author: actor, at: iso(at) }))
      .reverse(),
  }
}

const nameOf = ({ scope, seq }: Decision): string => `${seq} ${scope}`

async function draftOf(
  store: ServerDeps['store'],
  incident: Parameters<typeof draftReview>[0],
): Promise<IncidentReview> {
  const filter = { incident: incident.id, only: 'incident', limit: MOST } as const
  const { items, next } = await listDecisions(store, filter)
  if (next === undefined) return draftReview(incident, items)
  const newest = await listDecisions(store, { ...filter, newest: true })
  const read = new Set(items.map(nameOf))
  const rest = newest.items.filter((one) => !read.has(nameOf(one))).reverse()
  return draftReview(incident, [...items, ...rest])
}

function toView({ timeline, actions, ...words }: IncidentReview): z.output<typeof Review> {
  return {
    ...words,
    actions: [...actions],
    timeline: timeline.map(({ at, text }) => ({ at: iso(at), text })),
  }
}

function fromView({ timeline, ...words }: z.output<typeof Review>): IncidentReview {
  return {
    ...words,
    timeline: timeline
      .map(({ at, text }) => ({ at: Date.parse(at), text }))
      .sort((a, b) => a.at - b.at),
  }
}

export function reviewRoutes(app: OpenAPIHono<AppEnv>): void {
  const after = inOrder()
  app.openapi(get, async (c) => {
    const { version } = c.req.valid('query')
    return c.json(await answerFor(c.get('deps'), c.req.valid('param').id, version), 200)
  })

  app.openapi(markdown, async (c) => {
    const { version } = c.req.valid('query')
    const answer = await answerFor(c.get('deps'), c.req.valid('param').id, version)
    const { incident: id, title, problem, author } = answer
    const head = { incident: { id, title, problem }, version: answer.version, author }
    return c.body(reviewAsMarkdown(fromView(answer.review), head), 200, {
      'Content-Type': 'text/markdown; charset=utf-8',
      'Content-Disposition': `attachment; filename="review-${encodeURIComponent(id)}.md"`,
    })
  })

  app.openapi(post, async (c) => {
    const deps = c.get('deps')
    const { base, review } = c.req.valid('json')
    const { id } = await incidentOf(deps.store, c.req.valid('param').id)
    const command = { do: 'review', incident: id, review: fromView(review) } as const
    const result = await after(deps, async () => {
      const written = await listReviews(deps.store, id)
      if (written.length !== base)
        throw new AppError('conflict', `version ${written.length} came since`, {
          reason: 'another_version',
        })
      return deps.journey.command(actorOf(c), command)
    })
    if (!result.ok) throw new AppError('conflict', result.text, { reason: result.reason })
    return c.json(await answerFor(deps, id, undefined), 200)
  })
}
