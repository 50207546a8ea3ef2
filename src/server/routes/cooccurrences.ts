/** Kinds of alerts that begin together more often than by chance. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { togetherWith } from '../../core/engine/cooccurrence.ts'
import { kindText } from '../../core/learn/constraints.ts'
import { partnerKey, type Together, togetherLogOdds } from '../../core/learn/cooccurrence.ts'
import type { State } from '../../core/state.ts'
import { compare } from '../../core/topology.ts'
import type { AppEnv } from '../deps.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const Signature = z.strictObject({
  signature: z.string().openapi({ description: 'rule and class of the CI' }),
  text: z.string().openapi({ example: 'DiskFull on any host' }),
})

const CooccurrenceView = z
  .strictObject({
    scope: z.string().openapi({ description: 'correlation scope' }),
    a: Signature,
    b: Signature,
    n: z.number().openapi({ description: 'occasions on which both began; halved in 14 days' }),
    expected: z.number().openapi({ description: 'occasions that chance gives' }),
    adds: z.number().openapi({ description: 'to the score of a link, before its weight' }),
  })
  .openapi('Cooccurrence')
type CooccurrenceView = z.output<typeof CooccurrenceView>

const list = createRoute({
  method: 'get',
  path: '/api/v1/co-occurrences',
  operationId: 'listCooccurrences',
  tags: ['learning'],
  summary: 'Kinds of alerts that began together, most against chance first',
  middleware: reads,
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(50),
      q: z.string().max(1000).optional().openapi({ description: 'part of a signature' }),
    }),
  },
  responses: {
    200: {
      description: 'The first of them',
      content: {
        'application/json': {
          schema: z
            .strictObject({ items: z.array(CooccurrenceView), signatures: z.int() })
            .openapi('CooccurrenceList'),
        },
      },
    },
    ...readProblems,
  },
})

function view(a: string, b: string, { n, expected }: Together): Omit<CooccurrenceView, 'scope'> {
  const named = (signature: string) => ({
    signature,
    text: kindText({ signature, place: null }),
  })
  const adds = togetherLogOdds({ n, expected })
  return { a: named(a), b: named(b), n, expected, adds }
}

/** Each pair once, by its first signature. O(pairs), which are bounded. */
function pairsOf(state: State, q: string): CooccurrenceView[] {
  const pairs: CooccurrenceView[] = []
  for (const { scope, signature, partners } of state.partners.values()) {
    const together = togetherWith({ state }, { scope, signature }, state.now)
    for (const { signature: other } of partners) {
      const back = state.partners
        .get(partnerKey({ scope, signature: other }))
        ?.partners.some((one) => one.signature === signature)
      if (back === true && compare(other, signature) < 0) continue
      if (!`${signature} ${other}`.toLowerCase().includes(q)) continue
      const found = together?.get(other)
      if (found !== undefined) pairs.push({ scope, ...view(signature, other, found) })
    }
  }
  return pairs
}

export function cooccurrenceRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const { state } = c.get('deps').journey.engine
    const { limit, q = '' } = c.req.valid('query')
    const items = pairsOf(state, q.toLowerCase())
      .sort(
        (x, y) =>
          y.adds - x.adds ||
          compare(x.scope, y.scope) ||
          compare(x.a.signature, y.a.signature) ||
          compare(x.b.signature, y.b.signature),
      )
      .slice(0, limit)
    return c.json({ items, signatures: state.partners.size }, 200)
  })
}
