/**
 * Changes of Freshservice by its API: the list of those that were touched lately, page by page by the
 * `Link` of each answer, and each one that the list shows without its assets by itself.
 *
 * @see https://api.freshservice.com/#changes
 */
import { z } from 'zod'
import { toRfc3339 } from '../../../core/time.ts'
import { Collector } from '../../collect.ts'
import { readAs } from '../../found.ts'
import { type PullHttp, pagesOf } from '../http.ts'
import { basic, Url, Variable } from '../settings.ts'
import {
  defineChanges,
  filled,
  momentOf,
  type NamedCi,
  type PulledChange,
  sinceOf,
  TouchedDays,
} from './change.ts'

const Settings = z.strictObject({
  url: Url,
  keyVariable: Variable,
  days: TouchedDays,
  /** A custom field that says how a change ended; the API has none of its own. */
  outcomeField: z.string().min(1).max(200).optional(),
})
type Settings = z.output<typeof Settings>

/** The most that a page may have. */
const PER_PAGE = 100

const STATUSES = ['open', 'planning', 'approval', 'pending release', 'pending review', 'closed']
const KINDS = ['minor', 'standard', 'major', 'emergency']
const RISKS = ['low', 'medium', 'high', 'very high']

const Page = z.object({ changes: z.array(z.unknown()) })
const Assets = z
  .array(z.object({ display_id: z.number().int(), name: z.string().nullish() }))
  .nullish()
const Services = z.array(z.object({ name: z.string() })).nullish()
const Change = z.object({
  id: z.number().int(),
  subject: z.string().nullish(),
  status: z.number().int(),
  change_type: z.number().int().nullish(),
  risk: z.number().int().nullish(),
  planned_start_date: z.string().nullish(),
  planned_end_date: z.string().nullish(),
  assets: Assets,
  impacted_services: Services,
  custom_fields: z.record(z.string(), z.unknown()).nullish(),
})
type Change = z.output<typeof Change>
const One = z.object({ change: z.object({ assets: Assets, impacted_services: Services }) })

export const freshserviceChanges = defineChanges({
  id: 'freshservice',
  title: 'Freshservice changes',
  docs: 'https://api.freshservice.com/#changes',
  listsAllToCome: false,
  settings: Settings,
  pull: async (settings, http, { now, progress }) => {
    const headers = { authorization: basic(http.credential(settings.keyVariable), 'X') }
    const from = encodeURIComponent(toRfc3339(sinceOf(now, settings.days)))
    const url = `${settings.url}/api/v2/changes?updated_since=${from}&per_page=${PER_PAGE}&page=1`
    const values: unknown[] = []
    const pages = pagesOf(http, { url, headers }, Page, (_page, { next }) =>
      next === undefined ? undefined : { url: next, headers },
    )
    for await (const page of pages) {
      values.push(...page.changes)
      progress(values.length)
    }
    const collector = new Collector()
    const changes: PulledChange[] = []
    let unplanned = 0
    for (const [at, value] of values.entries()) {
      const read = readAs(Change, value, `changes ${at + 1}`, collector)
      if (read === undefined) continue
      const startsAt = momentOf(read.planned_start_date)
      if (startsAt === undefined) unplanned += 1
      else
        changes.push({
          ...toChange(read, settings),
          startsAt,
          cis: cisOf(read.assets == null ? await readOne(read, settings.url, headers, http) : read),
        })
    }
    return { changes, unplanned, bad: collector.finish().bad }
  },
})

type WithCis = Pick<Change, 'assets' | 'impacted_services'>

async function readOne(
  { id }: Change,
  site: string,
  headers: Readonly<Record<string, string>>,
  http: PullHttp,
): Promise<WithCis> {
  const url = `${site}/api/v2/changes/${id}`
  for await (const { change } of pagesOf(http, { url, headers }, One, () => undefined))
    return change
  return {}
}

/** A service says only its name. */
function cisOf({ assets, impacted_services }: WithCis): readonly NamedCi[] {
  return [
    ...(assets ?? []).map(({ display_id, name }) => ({ key: `${display_id}`, name: filled(name) })),
    ...(impacted_services ?? []).map(({ name }) => ({ name: filled(name) })),
  ]
}

function toChange(
  { id, subject, status, change_type, risk, planned_end_date, custom_fields }: Change,
  { url, outcomeField }: Settings,
): Omit<PulledChange, 'startsAt' | 'cis'> {
  const wordOf = (words: readonly string[], at: number | null | undefined): string | undefined =>
    at == null ? undefined : (words[at - 1] ?? `${at}`)
  const outcome = outcomeField === undefined ? undefined : custom_fields?.[outcomeField]
  return {
    id: `CHN-${id}`,
    title: filled(subject) ?? `CHN-${id}`,
    kind: wordOf(KINDS, change_type) ?? 'change',
    endsAt: momentOf(planned_end_date),
    labels: {
      status: wordOf(STATUSES, status),
      outcome: typeof outcome === 'string' ? filled(outcome) : undefined,
      risk: wordOf(RISKS, risk),
    },
    url: `${url}/a/changes/${id}`,
  }
}
