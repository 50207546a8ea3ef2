/** Weights of the link score that people accepted, by version. */
import { z } from '@hono/zod-openapi'
import { LEARNED_TERMS } from '../../core/evidence.ts'
import { changesText } from '../../core/learn/weights.ts'
import type { WeightsVersion } from '../../core/learn/weights-versions.ts'
import { iso, Time } from './common.ts'

export const WeightChangeView = z
  .strictObject({
    term: z.enum(LEARNED_TERMS),
    from: z.number().openapi({ description: 'in force now' }),
    to: z.number(),
  })
  .openapi('WeightChange')

export const WeightsVersionView = z
  .strictObject({
    id: z.string().openapi({ description: 'as the evidence of what it scored names it' }),
    scope: z.string(),
    state: z.enum(['in_force', 'before', 'undone']).openapi({
      description: '`before`: in force again once the newer ones are undone',
    }),
    text: z.string(),
    changes: z.array(WeightChangeView).openapi({ description: 'against the version before' }),
    by: z.string(),
    at: Time,
    proposal: z.string(),
    undone: z.union([z.strictObject({ by: z.string(), at: Time }), z.null()]),
  })
  .openapi('WeightsVersion')

export const WeightsVersionList = z
  .strictObject({ items: z.array(WeightsVersionView) })
  .openapi('WeightsVersionList')

export function viewVersion(
  { id, by, at, proposal, changes, undone }: WeightsVersion,
  { scope, inForce }: { readonly scope: string; readonly inForce: string | undefined },
): z.output<typeof WeightsVersionView> {
  const standing = id === inForce ? 'in_force' : 'before'
  return {
    ...{ id, scope, by, at: iso(at), proposal, text: changesText(changes), changes: [...changes] },
    state: undone === null ? standing : 'undone',
    undone: undone === null ? null : { by: undone.by, at: iso(undone.at) },
  }
}
