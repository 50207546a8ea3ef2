/** The settings of what is read by API and by the clock. */
import { z } from 'zod'
import { countCertificates } from './cmdb/pull/authority.ts'
import { PULL_IMPORTERS } from './cmdb/pull/index.ts'

const PulledSource = z
  .strictObject({
    source: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be a short name in lower case'),
    from: z.enum([...PULL_IMPORTERS.keys()]),
    authority: z.int().min(0).max(999).default(100),
    everyMinutes: z.int().min(1).max(10_080).default(60),
    /** Authorities of its certificate, in PEM; those that Node.js trusts where there is none. */
    caFile: z.string().min(1).max(4096).optional(),
    settings: z.record(z.string(), z.unknown()).default({}),
  })
  .superRefine(({ from, settings }, ctx) => {
    const read = PULL_IMPORTERS.get(from)?.settings.safeParse(settings)
    for (const { path, message } of read?.error?.issues ?? [])
      ctx.addIssue({ code: 'custom', path: ['settings', ...path], message })
  })

/** A source of the CMDB that is pulled. */
export type PulledSource = z.output<typeof PulledSource>

export const PulledSources = z
  .array(PulledSource)
  .default([])
  .refine((all) => new Set(all.map(({ source }) => source)).size === all.length, {
    error: 'must have a name of its own each',
  })

export interface Looking {
  /** A path in the settings, made absolute. */
  readonly at: (key: string, path: string) => string
  readonly nameOf: (path: readonly PropertyKey[]) => string
  /** Throws where there is none. */
  readonly readFile: (path: string) => string
}

/** What is wrong with files of authorities. */
export function badAuthorities(
  { cmdbSources }: { readonly cmdbSources: readonly Pick<PulledSource, 'caFile'>[] },
  { at, nameOf, readFile }: Looking,
): string[] {
  return cmdbSources.flatMap(({ caFile }, index) => {
    if (caFile === undefined) return []
    const name = nameOf(['cmdbSources', index, 'caFile'])
    try {
      const count = countCertificates(readFile(at('cmdbSources', caFile)))
      return count > 0 ? [] : [`${name}: must hold certificates in PEM`]
    } catch {
      return [`${name}: cannot be read`]
    }
  })
}
