/** The alerts of an incident, as narrow rows: what counts and pictures of many thousand need. */
import { z } from 'zod'
import type { Store } from './client.ts'
import type { NamedQuery } from './query.ts'

export interface MemberRow {
  /** `<alert id>.<episode>` */
  readonly key: string
  /** Empty where it is not bound. */
  readonly ci: string
  readonly firing: boolean
  readonly muted: boolean
  /** The member it was linked to; empty where it began the incident, or a rule or person put it there. */
  readonly best: string
  /** How sure that link is; 0 without evidence. */
  readonly p: number
}

/** Most members that are looked at. */
export const MAX_MEMBER_ROWS = 50_000

const flag = z.coerce.number().transform((value) => value === 1)

const MEMBERS: NamedQuery<MemberRow> = {
  name: 'members.now',
  sql: `
    SELECT concat(id, '.', toString(episode)) AS key, ci,
      state = 'firing' AS firing,
      JSONExtractString(record, 'suppressedBy', 'kind') != '' AS muted,
      JSONExtractString(record, 'evidence', 'best') AS best,
      JSONExtractFloat(record, 'evidence', 'p') AS p
    FROM alerts FINAL WHERE incident = {incident:String}
    ORDER BY first_seen_at, id, episode LIMIT ${MAX_MEMBER_ROWS}`,
  row: z.object({
    key: z.string(),
    ci: z.string(),
    firing: flag,
    muted: flag,
    best: z.string(),
    p: z.coerce.number(),
  }),
}

/** The episodes that are in an incident now, oldest first, at most {@link MAX_MEMBER_ROWS}. */
export async function membersOf(store: Store, incident: string): Promise<readonly MemberRow[]> {
  return store.rows(MEMBERS, { incident })
}
