/** Where an article was suggested. */
import type { IncidentRecord } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

export interface ArticleUse {
  readonly incident: string
  readonly title: string
  readonly at: EpochMs
  /** 1: it was suggested first. */
  readonly rank: number
  readonly how: string
  readonly score: number
}

const MAX_USES = 50

// the text is looked for first: few incidents have it, and only those are read as JSON
const USES: NamedQuery<{ record: string }> = {
  name: 'articles.uses',
  sql: `
    SELECT record FROM incidents FINAL
    WHERE provisional_at >= {since:DateTime64(3, 'UTC')} AND position(record, {needle:String}) > 0
      AND has(JSONExtract(record, 'articles', 'Array(Tuple(id String))').id, {id:String})
    ORDER BY provisional_at DESC, id
    LIMIT ${MAX_USES}`,
  row: RecordRow,
}

/** Incidents since a time that an article is suggested in, the newest first, at most 50. */
export async function usesOf(
  store: Store,
  { id, since }: { readonly id: string; readonly since: EpochMs },
): Promise<readonly ArticleUse[]> {
  const rows = await store.rows(USES, { id, needle: JSON.stringify(id), since: sqlTime(since) })
  return rows.flatMap((row) => {
    const incident = decodeRecord<IncidentRecord>(row)
    const at = incident.articles.findIndex((one) => one.id === id)
    const found = incident.articles[at]
    if (found === undefined) return []
    const { how, score } = found
    const { id: name, title, provisionalAt } = incident
    return [{ incident: name, title, at: provisionalAt, rank: at + 1, how, score }]
  })
}
