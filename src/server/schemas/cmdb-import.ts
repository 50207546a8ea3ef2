/** Imports into the CMDB: what is asked, how far one is, what it changes. */
import { z } from '@hono/zod-openapi'
import { type CmdbImport, IMPORT_STATES } from '../deps.ts'
import { iso, Time } from './common.ts'

export const ImportInput = z
  .strictObject({
    source: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
      .openapi({
        description: 'under which name what the files say is kept',
        example: 'backstage',
      }),
    format: z.string().max(64).openapi({ example: 'backstage' }),
    files: z
      .array(z.strictObject({ name: z.string().min(1).max(1024), text: z.string() }))
      .max(5000),
    authority: z.int().min(0).max(999).default(100).openapi({
      description: 'of two sources the one with the lower number is believed',
    }),
    dryRun: z.boolean().default(false).openapi({ description: 'only the diff; confirm it later' }),
    force: z.boolean().default(false).openapi({
      description: 'also where it retires more than 30 % of what the source has said',
    }),
  })
  .openapi('ImportInput')

export const UndoInput = z
  .strictObject({
    dryRun: z.boolean().default(false).openapi({ description: 'only the diff; confirm it later' }),
  })
  .openapi('ImportUndoInput')

export const PullParams = z.object({
  source: z
    .string()
    .min(1)
    .max(64)
    .openapi({ param: { name: 'source', in: 'path' } }),
})

const Counts = z
  .strictObject({
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    returned: z.int().openapi({ description: 'among the changed: were retired before' }),
    retired: z.int(),
    linked: z.int(),
    unlinked: z.int(),
    conflicts: z.int(),
    bad: z.int(),
  })
  .openapi('ImportCounts')

const Change = z
  .strictObject({
    key: z.string(),
    ci: z.string(),
    name: z.string(),
    rule: z.string().openapi({
      description:
        'what found the CI: `key`, `returned`, `id`, `uid`, `provider_id`, `serial`, `fqdn`, `name`; `new`',
    }),
    fields: z
      .array(z.strictObject({ field: z.string(), old: z.string(), new: z.string() }))
      .readonly(),
  })
  .openapi('ImportChange')

const Value = z.strictObject({ source: z.string(), value: z.string() })

const Diff = z
  .strictObject({
    added: z.array(Change).readonly(),
    changed: z.array(Change).readonly(),
    retired: z
      .array(z.strictObject({ key: z.string(), ci: z.string(), name: z.string() }))
      .readonly(),
    conflicts: z
      .array(z.strictObject({ ci: z.string(), field: z.string(), kept: Value, other: Value }))
      .readonly(),
    bad: z
      .array(z.strictObject({ where: z.string(), field: z.string().optional(), error: z.string() }))
      .readonly(),
  })
  .openapi('ImportDiff')

const summary = {
  id: z.string(),
  source: z.string(),
  format: z.string(),
  actor: z.string(),
  state: z.enum(IMPORT_STATES).openapi({
    description:
      '`planned`: a dry run; `guarded`: it retires so much that it has to be confirmed; `interrupted`: what it had brought stays',
  }),
  at: Time,
  endedAt: Time.nullable(),
  done: z.int(),
  total: z.int().nullable(),
  counts: Counts.nullable(),
  retiredShare: z.number().nullable(),
  undoes: z.string().nullable(),
  undoable: z.boolean(),
  failure: z.string().nullable(),
}

export const ImportSummary = z.strictObject(summary).openapi('ImportSummary')
export const ImportView = z.strictObject({ ...summary, diff: Diff.nullable() }).openapi('Import')
export const ImportPage = z.strictObject({ items: z.array(ImportSummary) }).openapi('ImportPage')

const Pull = z
  .strictObject({
    from: z.string().openapi({ description: 'which API', example: 'netbox' }),
    everyMinutes: z.int(),
    running: z.boolean().openapi({ description: 'it is being read' }),
    lastAt: Time.nullable().openapi({ description: 'since the start, however that ended' }),
    nextAt: Time.nullable(),
    failure: z.string().nullable().openapi({ description: 'why the last time failed' }),
  })
  .openapi('CmdbPull')

export const SourcePage = z
  .strictObject({
    items: z.array(
      z.strictObject({
        source: z.string(),
        items: z.int().openapi({ description: 'what it says now' }),
        retired: z.int(),
        last: z.union([ImportSummary, z.null()]),
        pull: Pull.nullable(),
      }),
    ),
  })
  .openapi('CmdbSourcePage')

export const FormatPage = z
  .strictObject({
    items: z.array(z.strictObject({ id: z.string(), title: z.string(), docs: z.string() })),
  })
  .openapi('CmdbFormatPage')

const Names = z.array(z.string()).readonly()

export const TermsView = z
  .strictObject({
    classes: z.array(
      z.strictObject({
        name: z.string(),
        meaning: z.string(),
        kind: z
          .enum(['pod', 'workload', 'host', 'service'])
          .nullable()
          .openapi({ description: 'what an alert means by a name of it' }),
        itil: z.string(),
        csdm: z.string(),
        also: Names,
      }),
    ),
    relations: z.array(
      z.strictObject({
        type: z.string(),
        meaning: z.string(),
        kind: z
          .enum(['call', 'host', 'member'])
          .openapi({ description: 'how a fault in `to` crosses it to `from`' }),
        itil: z.string(),
        csdm: z.string(),
        also: Names,
      }),
    ),
  })
  .openapi('CmdbTerms')

const Said = z.strictObject({ source: z.string(), key: z.string(), at: Time })

export const ProvenanceView = z
  .strictObject({
    records: z.array(
      z.strictObject({
        source: z.string(),
        key: z.string(),
        authority: z.number(),
        at: Time,
        retired: z.boolean(),
      }),
    ),
    attributes: z.record(z.string(), Said).openapi({
      description:
        'by attribute (`owner`, `labels.namespace` …): which source said it, and since when',
    }),
  })
  .openapi('CiProvenance')

export function viewImportSummary({
  diff: _diff,
  ...rest
}: CmdbImport): z.output<typeof ImportSummary> {
  return { ...rest, at: iso(rest.at), endedAt: iso(rest.endedAt) }
}

export function viewImport({ diff, ...rest }: CmdbImport): z.output<typeof ImportView> {
  return { ...rest, at: iso(rest.at), endedAt: iso(rest.endedAt), diff }
}
