/** Rule packs in force, and what became of the folder they come from. */
import { z } from '@hono/zod-openapi'
import type { RulesReload } from '../deps.ts'
import { iso, Time } from './common.ts'

const Fault = z.strictObject({
  file: z.string().openapi({ description: 'name within the folder' }),
  case: z
    .string()
    .nullable()
    .openapi({ description: 'the case that did not come true; null: the file is at fault' }),
  expected: z.string(),
  got: z.string(),
})

export const RulesReloadView = z
  .strictObject({
    at: Time,
    by: z.string().openapi({ description: '`start`, `files changed`, `SIGHUP`, or the person' }),
    outcome: z
      .enum(['taken', 'unchanged', 'refused'])
      .openapi({ description: '`refused`: the rules before it stay in force' }),
    version: z
      .string()
      .nullable()
      .openapi({ description: 'of what the folder held; null: it could not be read' }),
    cases: z.int().openapi({ description: 'cases that were run' }),
    faults: z.array(Fault),
  })
  .openapi('RulesReload')
export type RulesReloadView = z.output<typeof RulesReloadView>

export const RulesView = z
  .strictObject({
    version: z.string(),
    packs: z.record(z.string(), z.unknown()).openapi({ description: 'packs in force, by name' }),
    reload: z.union([RulesReloadView, z.null()]).openapi({
      description: 'the newest look at the folder of rules; null: there is none',
    }),
  })
  .openapi('Rules')

export function viewReload(reload: RulesReload | null | undefined): RulesReloadView | null {
  if (reload === null || reload === undefined) return null
  return { ...reload, at: iso(reload.at), faults: reload.faults.map((fault) => ({ ...fault })) }
}
