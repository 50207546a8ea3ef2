/** What importers of changes say, whatever service desk they read. */
import { z } from 'zod'
import { DAY, type EpochMs, parseRfc3339 } from '../../../core/time.ts'
import type { BadRow } from '../../importer.ts'
import type { PullHttp } from '../http.ts'

/** A CI that a change names: by its key in that desk's own CMDB, by its name, or by both. */
export interface NamedCi {
  readonly key?: string | undefined
  readonly name?: string | undefined
}

export interface PulledChange {
  /** What people call it, and what a webhook of the desk would call it: `CHG0030001`, `OPS-12`. */
  readonly id: string
  readonly title: string
  /** `normal`, `standard`, `emergency` … */
  readonly kind: string
  readonly cis: readonly NamedCi[]
  /** Really begun where that is known, else planned. */
  readonly startsAt: EpochMs
  readonly endsAt?: EpochMs | undefined
  /** `status`, `outcome`, `risk`, `team`, where the desk says so. */
  readonly labels: Readonly<Record<string, string | undefined>>
  readonly url?: string | undefined
  readonly actor?: string | undefined
}

export interface PulledChanges {
  readonly changes: readonly PulledChange[]
  /** Changes without a planned start: nothing can be said of when they are. */
  readonly unplanned: number
  readonly bad: readonly BadRow[]
}

export interface ChangesAsked {
  readonly now: EpochMs
  /** Told how many changes have come so far. */
  readonly progress: (count: number) => void
}

export interface ChangeImporter {
  readonly id: string
  readonly title: string
  /** The page that describes the API. */
  readonly docs: string
  readonly settings: z.ZodType
  /** Whether it lists every change that is still to come, so that one that is missing is gone. */
  readonly listsAllToCome: boolean
  /**
   * @param settings in the form of `settings`
   * @throws AppError when the API cannot be read to its end
   */
  readonly pull: (settings: unknown, http: PullHttp, asked: ChangesAsked) => Promise<PulledChanges>
}

/** An importer of changes whose settings are parsed before it sees them. */
export function defineChanges<S>(
  importer: Omit<ChangeImporter, 'settings' | 'pull'> & {
    readonly settings: z.ZodType<S>
    readonly pull: (settings: S, http: PullHttp, asked: ChangesAsked) => Promise<PulledChanges>
  },
): ChangeImporter {
  return {
    ...importer,
    pull: (settings, http, asked) => importer.pull(importer.settings.parse(settings), http, asked),
  }
}

const MAX_DAYS = 90

/** Changes that were touched within so many days are read, and all that are still to come. */
export const Days = z.int().min(1).max(MAX_DAYS).default(14)

/** The same of a desk that lists only what was touched: one that was approved before is not seen. */
export const TouchedDays = Days.unwrap().default(MAX_DAYS)

/** The first moment that counts. */
export function sinceOf(now: EpochMs, days: number): EpochMs {
  return now - days * DAY
}

/**
 * A time as service desks write it: RFC 3339, Jira's `2026-03-01T10:00:00.000+0000`, ServiceNow's UTC
 * without a zone, SolarWinds' `2026-03-01 10:00` with the zone of its own. `undefined`: none, or no time.
 */
export function momentOf(text: string | null | undefined): EpochMs | undefined {
  if (text === null || text === undefined) return undefined
  const [, day, time, seconds = ':00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?$/.exec(text.trim()) ??
    []
  if (day === undefined) return undefined
  return parseRfc3339(`${day}T${time}${seconds}${zone}`) ?? undefined
}

/** The text, or nothing where it is blank. */
export function filled(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === undefined || trimmed === '' ? undefined : trimmed
}
