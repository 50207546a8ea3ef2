/** The settings of what is read by API and by the clock. */
import { z } from 'zod'
import { countCertificates } from './cmdb/pull/authority.ts'
import { CHANGE_IMPORTERS } from './cmdb/pull/changes/index.ts'
import { PULL_IMPORTERS } from './cmdb/pull/index.ts'

const Name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be a short name in lower case')
/** Authorities of its certificate, in PEM; those that Node.js trusts where there is none. */
const CaFile = z.string().min(1).max(4096).optional()

const PulledSource = z
  .strictObject({
    source: Name,
    from: z.enum([...PULL_IMPORTERS.keys()]),
    authority: z.int().min(0).max(999).default(100),
    everyMinutes: z.int().min(1).max(10_080).default(60),
    caFile: CaFile,
    settings: z.record(z.string(), z.unknown()).default({}),
  })
  .superRefine(({ from, settings }, ctx) =>
    refuse(PULL_IMPORTERS.get(from)?.settings, settings, ctx),
  )

const ChangeSource = z
  .strictObject({
    source: Name,
    from: z.enum([...CHANGE_IMPORTERS.keys()]),
    everyMinutes: z.int().min(1).max(10_080).default(10),
    caFile: CaFile,
    /** Before the number of each of its changes, which another desk may have given too. */
    idPrefix: z
      .string()
      .regex(/^[\w.:-]{1,64}$/, 'must be letters, digits and _ . : - only')
      .optional(),
    /** The source of the CMDB whose keys its changes name CIs by. */
    cmdb: Name.optional(),
    /** Set on each of its changes, for scopes and the like. */
    labels: z.record(z.string().min(1).max(512), z.string().max(1024)).default({}),
    settings: z.record(z.string(), z.unknown()).default({}),
  })
  .superRefine(({ from, settings }, ctx) =>
    refuse(CHANGE_IMPORTERS.get(from)?.settings, settings, ctx),
  )

function refuse(
  schema: z.ZodType | undefined,
  settings: unknown,
  ctx: z.core.$RefinementCtx,
): void {
  for (const { path, message } of schema?.safeParse(settings).error?.issues ?? [])
    ctx.addIssue({ code: 'custom', path: ['settings', ...path], message })
}

/** A service desk whose changes are pulled. */
export type ChangeSource = z.output<typeof ChangeSource>

/** A source of the CMDB that is pulled. */
export type PulledSource = z.output<typeof PulledSource>

const OWN_NAMES = { error: 'must have a name of its own each' }
const haveOwnNames = (all: readonly { readonly source: string }[]): boolean =>
  new Set(all.map(({ source }) => source)).size === all.length

export const PulledSources = z.array(PulledSource).default([]).refine(haveOwnNames, OWN_NAMES)

/** One API numbers alike everywhere: without a prefix of its own, one desk would overwrite another's changes. */
const haveOwnIds = (all: readonly Pick<ChangeSource, 'from' | 'idPrefix'>[]): boolean =>
  new Set(all.map(({ from, idPrefix = '' }) => `${from} ${idPrefix}`)).size === all.length

export const ChangeSources = z
  .array(ChangeSource)
  .default([])
  .refine(haveOwnNames, OWN_NAMES)
  .refine(haveOwnIds, {
    error: 'must have an idPrefix of its own each where they are from one API',
  })

export interface Looking {
  /** A path in the settings, made absolute. */
  readonly at: (key: string, path: string) => string
  readonly nameOf: (path: readonly PropertyKey[]) => string
  /** Throws where there is none. */
  readonly readFile: (path: string) => string
}

interface WithAuthorities {
  readonly cmdbSources: readonly Pick<PulledSource, 'caFile'>[]
  readonly changeSources: readonly Pick<ChangeSource, 'caFile'>[]
}

/** What is wrong with files of authorities. */
export function badAuthorities(
  { cmdbSources, changeSources }: WithAuthorities,
  { at, nameOf, readFile }: Looking,
): string[] {
  return Object.entries({ cmdbSources, changeSources }).flatMap(([key, sources]) =>
    sources.flatMap(({ caFile }, index) => {
      if (caFile === undefined) return []
      const name = nameOf([key, index, 'caFile'])
      try {
        const count = countCertificates(readFile(at(key, caFile)))
        return count > 0 ? [] : [`${name}: must hold certificates in PEM`]
      } catch {
        return [`${name}: cannot be read`]
      }
    }),
  )
}
