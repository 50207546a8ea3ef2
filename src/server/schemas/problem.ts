/** Errors as RFC 9457 has them. */
import { z } from '@hono/zod-openapi'

export const Problem = z
  .object({
    type: z.string().openapi({ description: 'identifies the kind of problem' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    code: z.string().openapi({ description: 'stable token', example: 'payload_invalid' }),
    reason: z.string().optional().openapi({ description: "the engine's own reason, as a token" }),
    requestId: z.string().optional(),
    errors: z
      .array(
        z.object({
          detail: z.string(),
          pointer: z.string().optional().openapi({ example: '#/items/0/id' }),
          parameter: z.string().optional(),
        }),
      )
      .optional(),
  })
  .openapi('Problem')
export type Problem = z.output<typeof Problem>

interface ProblemResponse {
  readonly description: string
  readonly content: { readonly 'application/problem+json': { readonly schema: typeof Problem } }
}

/** The answers of an operation where it fails, for its description. */
export function problems<const Statuses extends readonly number[]>(
  ...statuses: Statuses
): Record<Statuses[number], ProblemResponse> {
  const content = { 'application/problem+json': { schema: Problem } } as const
  const responses: Record<number, ProblemResponse> = {}
  for (const status of statuses) {
    responses[status] = { description: MEANINGS[status] ?? 'It failed.', content }
  }
  return responses
}

const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood; `errors` names every fault.',
  401: 'A token is needed, or the one given is wrong.',
  403: 'Not allowed.',
  404: 'There is no such thing.',
  409: 'Refused in the present state; `reason` says why.',
  413: 'The body is too large.',
  415: 'The body is in a form that is not read here.',
  422: 'The idempotency key was used with another request.',
  503: 'Not now: `Retry-After` says when to come back.',
}

/** What may go wrong with every request that reads, and with every one that does something. */
export const readProblems = problems(400, 401, 403, 404, 503)
export const actProblems = problems(400, 401, 403, 404, 409, 413, 415, 422, 503)
