/** Kinds of alerts that begin together more often than by chance. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { companionsOf } from '../../core/engine/companions.ts'
import { togetherWith } from '../../core/engine/cooccurrence.ts'
import { bySpot, isSpot, type Spot } from '../../core/learn/companions.ts'
import { type Kind, kindText } from '../../core/learn/constraints.ts'
import { partnerKey, type Together, togetherLogOdds } from '../../core/learn/cooccurrence.ts'
import type { State } from '../../core/state.ts'
import { compare } from '../../core/topology.ts'
import type { AppEnv } from '../deps.ts'
import { countScopes, isOfAny, ScopeCounts, ScopeFilter } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const Signature = z.strictObject({
  signature: z.string().openapi({ description: 'rule and class of the CI' }),
  place: z
    .string()
    .nullable()
    .openapi({ description: 'the CI, where the two are far apart; null: wherever they are near' }),
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
      q: z.string().max(1000).optional().openapi({ description: 'part of a signature or of a CI' }),
      scope: ScopeFilter,
    }),
  },
  responses: {
    200: {
      description: 'The first of them',
      content: {
        'application/json': {
          schema: z
            .strictObject({
              items: z.array(CooccurrenceView),
              signatures: z.int(),
              scopes: ScopeCounts,
            })
            .openapi('CooccurrenceList'),
        },
      },
    },
    ...readProblems,
  },
})

function view(a: Kind, b: Kind, { n, expected }: Together): Omit<CooccurrenceView, 'scope'> {
  const named = (kind: Kind) => ({ ...kind, text: kindText(kind) })
  const adds = togetherLogOdds({ n, expected })
  return { a: named(a), b: named(b), n, expected, adds }
}

function isSought(a: Kind, b: Kind, q: string): boolean {
  return [a, b].some((kind) => `${kind.signature} ${kind.place ?? ''}`.toLowerCase().includes(q))
}

/** Those far apart that are looked for, each pair once. O(spots), which are bounded. */
function farPairsOf(state: State, q: string): CooccurrenceView[] {
  const pairs: CooccurrenceView[] = []
  for (const { scope, signature, place } of state.companions.values()) {
    const own = { signature, place }
    const asked = { scope, signature, locus: place, startsAt: state.now }
    for (const { together, ...other } of companionsOf({ state }, asked) ?? []) {
      const isSecond = bySpot(other, own) < 0 && isMutual(state, { scope, own, other })
      if (!isSecond && isSought(own, other, q)) pairs.push({ scope, ...view(own, other, together) })
    }
  }
  return pairs
}

/** Whether the other one has it as a companion too: then the pair is listed there. */
function isMutual(
  state: State,
  { scope, own, other }: { readonly scope: string; readonly own: Spot; readonly other: Spot },
): boolean {
  const asked = { scope, signature: other.signature, locus: other.place, startsAt: state.now }
  return (companionsOf({ state }, asked) ?? []).some((one) => isSpot(one, own))
}

/** Those near each other, each pair once, by its first signature. O(pairs), which are bounded. */
function pairsOf(state: State, q: string): CooccurrenceView[] {
  const pairs: CooccurrenceView[] = []
  for (const { scope, signature, partners } of state.partners.values()) {
    const together = togetherWith({ state }, { scope, signature }, state.now)
    for (const { signature: other } of partners) {
      const back = state.partners
        .get(partnerKey({ scope, signature: other }))
        ?.partners.some((one) => one.signature === signature)
      if (back === true && compare(other, signature) < 0) continue
      const [a, b] = [
        { signature, place: null },
        { signature: other, place: null },
      ]
      if (!isSought(a, b, q)) continue
      const found = together?.get(other)
      if (found !== undefined) pairs.push({ scope, ...view(a, b, found) })
    }
  }
  return pairs
}

export function cooccurrenceRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const { state } = c.get('deps').journey.engine
    const { limit, q = '', scope } = c.req.valid('query')
    const all = [...pairsOf(state, q.toLowerCase()), ...farPairsOf(state, q.toLowerCase())]
    const items = all
      .filter((one) => isOfAny(scope, one))
      .sort(
        (x, y) =>
          y.adds - x.adds ||
          compare(x.scope, y.scope) ||
          compare(x.a.signature, y.a.signature) ||
          compare(x.b.signature, y.b.signature) ||
          compare(x.a.place ?? '', y.a.place ?? '') ||
          compare(x.b.place ?? '', y.b.place ?? ''),
      )
      .slice(0, limit)
    return c.json({ items, signatures: state.partners.size, scopes: countScopes(all) }, 200)
  })
}
