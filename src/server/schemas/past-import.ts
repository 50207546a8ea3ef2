/** Imports of past incidents as the API takes and shows them. */
import { z } from '@hono/zod-openapi'
import { PAST_FIELDS } from '../../cmdb/past/importer.ts'
import { isUndoable } from '../../core/engine/imported.ts'
import { type ImportedState, importedId, type PastImport } from '../../core/imported.ts'
import { type BoundIncident, bindingOf } from '../../core/imported-plan.ts'
import { DEFAULT_SCOPE } from '../../core/scope.ts'
import type { State } from '../../core/state.ts'
import type { PastImportDone } from '../past-imports.ts'
import { iso, Time } from './common.ts'

/** Lines of each kind that an answer has. */
const MAX_LINES = 500

/** Not as a pattern of the schema: readers of it may not know classes of Unicode. */
const SOURCE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u
/** As core/scope.ts makes them. */
const SCOPE = /^[A-Za-z0-9_.~-]+$/
const WEB = /^https?:\/\/[^\s/]\S*$/i

const Source = z
  .string()
  .min(1)
  .max(100)
  .refine((name) => SOURCE_NAME.test(name), {
    message:
      'must be letters, digits, spaces, dots, dashes and underscores, a letter or digit first',
  })
  .openapi({ description: 'under which name they are kept; ids begin with it' })

export const PastImportInput = z
  .strictObject({
    source: Source,
    format: z.string().max(100).openapi({ example: 'servicenow' }),
    files: z
      .array(z.strictObject({ name: z.string().min(1).max(1024), text: z.string() }))
      .min(1)
      .max(1000),
    scope: z
      .string()
      .min(1)
      .max(128)
      .refine((name) => SCOPE.test(name), { message: 'must be the name of a scope' })
      .default(DEFAULT_SCOPE)
      .openapi({ description: 'correlation scope: they are like the incidents of this one alone' }),
    cmdb: Source.optional().openapi({
      description: 'source of the CMDB that keys of CIs are of; `source` unless given',
    }),
    address: z
      .string()
      .max(1024)
      .refine((text) => WEB.test(text), { message: 'must begin with http:// or https://' })
      .transform((text) => text.replace(/\/+$/, ''))
      .optional()
      .openapi({
        description: 'where the tool is, for links',
        example: 'https://acme.service-now.com',
      }),
    columns: z.partialRecord(z.enum(PAST_FIELDS), z.string().min(1).max(256)).default({}).openapi({
      description: 'which column of a table a field is in, where it is not called as usual',
    }),
    dryRun: z.boolean().default(false).openapi({ description: 'only says what would change' }),
  })
  .openapi('PastImportInput')

const Priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])

/** An incident of another tool that is over. */
export const ImportedIncidentView = z
  .strictObject({
    id: z.string(),
    source: z.string(),
    number: z.string(),
    url: z.string().nullable(),
    title: z.string(),
    openedAt: Time,
    resolvedAt: Time,
    priority: Priority,
    ci: z.string().nullable().openapi({ description: 'id of the CI; null: unbound, or none' }),
    service: z.string().nullable().openapi({ description: 'id of the service; null: likewise' }),
    named: z.array(z.string()).openapi({ description: 'what its tool calls its CI and service' }),
    team: z.string().nullable(),
    resolver: z.string().nullable(),
    resolution: z.string().nullable(),
    resolutionCode: z.string().nullable(),
    category: z.string().nullable(),
  })
  .openapi('ImportedIncident')

const Line = {
  ...{ number: z.string(), title: z.string(), ci: z.string().nullable() },
  resolvedAt: Time,
}

export const PastImportView = z
  .strictObject({
    id: z.string().nullable().openapi({ description: 'null: nothing was applied' }),
    source: z.string(),
    scope: z.string(),
    format: z.string(),
    state: z.enum(['planned', 'applied']),
    counts: z.strictObject({
      added: z.int(),
      changed: z.int(),
      same: z.int(),
      passedOver: z.int().openapi({ description: 'not over yet, cancelled, or no incidents' }),
      bound: z.int().openapi({ description: 'of those added and changed: their CI is known' }),
      unbound: z.int().openapi({ description: 'they name a CI that is not known' }),
      unnamed: z.int().openapi({ description: 'they name none' }),
      dropped: z.int().openapi({ description: 'too long ago: there is no room for them' }),
      bad: z.int(),
    }),
    added: z.array(z.strictObject(Line)),
    changed: z.array(z.strictObject({ ...Line, changed: z.array(z.string()).readonly() })),
    unbound: z.array(z.strictObject({ name: z.string(), count: z.int() })).openapi({
      description: 'names of CIs and services that are not known, the most frequent first',
    }),
    bad: z.array(
      z.strictObject({ where: z.string(), field: z.string().nullable(), error: z.string() }),
    ),
  })
  .openapi('PastImport')

export const PastFormats = z
  .strictObject({
    items: z.array(z.strictObject({ id: z.string(), title: z.string(), docs: z.string() })),
  })
  .openapi('PastFormats')

export const PastImportRun = z
  .strictObject({
    id: z.string(),
    source: z.string(),
    scope: z.string(),
    format: z.string(),
    by: z.string(),
    at: Time,
    counts: z.strictObject({
      ...{ added: z.int(), changed: z.int(), removed: z.int(), dropped: z.int() },
      ...{ bound: z.int(), unbound: z.int(), unnamed: z.int() },
    }),
    undoes: z.string().nullable(),
    undoneBy: z.string().nullable(),
    undoable: z.boolean(),
  })
  .openapi('PastImportRun')

export const PastImportRuns = z
  .strictObject({
    items: z.array(PastImportRun),
    kept: z.int().openapi({ description: 'imported incidents that are kept' }),
  })
  .openapi('PastImportRuns')

/** With the first lines of each kind. */
export function viewPastImport(done: PastImportDone): z.output<typeof PastImportView> {
  const { id, source, scope, format, state, added, changed, same, passedOver, dropped, bad } = done
  const some = <T>(all: readonly T[]): T[] => all.slice(0, MAX_LINES)
  const counts = { bound: 0, unbound: 0, unnamed: 0 }
  for (const one of [...added, ...changed]) counts[bindingOf(one)] += 1
  return {
    ...{ id, source, scope, format, state },
    counts: {
      ...{ added: added.length, changed: changed.length, same, passedOver },
      ...counts,
      ...{ dropped, bad: bad.length },
    },
    added: some(added).map(lineOf),
    changed: some(changed).map((one) => ({ ...lineOf(one), changed: one.changed })),
    unbound: some(unboundOf([...added, ...changed])),
    bad: some(bad).map(({ where, field, error }) => ({ where, field: field ?? null, error })),
  }
}

function lineOf({
  incident: { number, title, resolvedAt },
  bound: { ci, service },
}: BoundIncident) {
  return { number, title, ci: ci ?? service, resolvedAt: iso(resolvedAt) }
}

function unboundOf(all: readonly BoundIncident[]) {
  const counts = new Map<string, number>()
  for (const one of all) {
    if (bindingOf(one) !== 'unbound') continue
    const { ci, service } = one.incident
    const name = ci?.name ?? ci?.key ?? service?.name ?? service?.key ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

export function viewPastRun(run: PastImport, state: State): z.output<typeof PastImportRun> {
  const { id, source, realm: scope, format, actor: by, at, counts, undoes, undoneBy } = run
  return {
    ...{ id, source, scope, format, by, at: iso(at), counts, undoes, undoneBy },
    undoable: isUndoable(state, run),
  }
}

export function viewImported(
  one: Omit<ImportedState, 'snap'>,
): z.output<typeof ImportedIncidentView> {
  const { source, incident, bound } = one
  const { key, openedAt, resolvedAt, ci, service, ...rest } = incident
  return {
    ...rest,
    ...{ id: importedId(source, key), source, ci: bound.ci, service: bound.service },
    ...{ openedAt: iso(openedAt), resolvedAt: iso(resolvedAt) },
    named: [ci?.name ?? ci?.key, service?.name ?? service?.key].flatMap((name) => name ?? []),
  }
}
