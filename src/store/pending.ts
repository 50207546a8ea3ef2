/**
 * Records that wait to be written: of those with one key only the newest; of incidents the newest of
 * every moment, so that their past can be shown.
 */
import type { EntryRecords, RecordStamp } from './entry-records.ts'
import { momentOf } from './moment.ts'
import {
  alertRow,
  articleRow,
  articleVersionRow,
  changeRow,
  ciRow,
  deadLetterRow,
  decisionRow,
  incidentRow,
  ledgerRow,
  problemLinkRow,
  problemRow,
  relationRow,
  silenceRow,
} from './rows.ts'
import { packVersion } from './version.ts'

/** The order in which a flush writes: an incident is seen no earlier than its alerts. */
export const TABLES = [
  'alerts',
  'incidents',
  'problem_links',
  'problems',
  'changes',
  'dead_letters',
  'ledger_minutes',
  'silences',
  'cis',
  'relations',
  'articles',
  'article_versions',
  'decisions',
] as const
export type Table = (typeof TABLES)[number]

/** Tables of which a version may replace the whole. */
export type SweptTable = 'cis' | 'relations'

export interface PendingRow {
  toRow(): object
  readonly version: string
  /** Roughly, of the row as it is sent. */
  readonly bytes: number
}

export interface Pending {
  add(batch: EntryRecords, stamp: RecordStamp): void
  rows(table: Table): readonly PendingRow[]
  /** Rows of an older version than this must go; `null`: none. */
  sweep(table: SweptTable): string | null
  /** Lowest `seq` of a put in it; infinite before the first. */
  firstSeq(): number
  /** Whether nothing was put yet. */
  isEmpty(): boolean
  count(): number
  bytes(): number
}

/** A rough size of a record without its texts and lists. */
const BASE_BYTES = 1500
const LEDGER_BYTES = 150
const LINK_BYTES = 60

export function openPending(): Pending {
  const tables: Record<Table, Map<string, PendingRow>> = {
    alerts: new Map(),
    incidents: new Map(),
    problem_links: new Map(),
    problems: new Map(),
    changes: new Map(),
    dead_letters: new Map(),
    ledger_minutes: new Map(),
    silences: new Map(),
    cis: new Map(),
    relations: new Map(),
    articles: new Map(),
    article_versions: new Map(),
    decisions: new Map(),
  }
  const sweeps: Record<SweptTable, string | null> = { cis: null, relations: null }
  let firstSeq = Number.POSITIVE_INFINITY
  let bytes = 0

  const set = (table: Table, key: readonly (string | number)[], row: PendingRow): void => {
    const id = key.join('\0')
    const known = tables[table].get(id)
    if (known !== undefined) bytes -= known.bytes
    tables[table].set(id, row)
    bytes += row.bytes
  }

  const replace = (table: SweptTable, version: string): void => {
    for (const row of tables[table].values()) bytes -= row.bytes
    tables[table].clear()
    sweeps[table] = version
  }

  return {
    add: (batch, stamp) => {
      firstSeq = Math.min(firstSeq, stamp.seq)
      const version = packVersion(stamp)
      addEngineRecords(batch, { stamp, version, set })
      addShared(batch, { version, set, replace })
    },
    rows: (table) => [...tables[table].values()],
    sweep: (table) => sweeps[table],
    firstSeq: () => firstSeq,
    isEmpty: () => firstSeq === Number.POSITIVE_INFINITY,
    count: () => TABLES.reduce((sum, table) => sum + tables[table].size, 0),
    bytes: () => bytes,
  }
}

type SetRow = (table: Table, key: readonly (string | number)[], row: PendingRow) => void

interface Into {
  readonly version: string
  readonly set: SetRow
}

function addEngineRecords(
  batch: EntryRecords,
  { stamp, version, set }: Into & { readonly stamp: RecordStamp },
): void {
  const { scope, epoch } = stamp
  const row = (toRow: () => object, more = 0): PendingRow => ({
    toRow,
    version,
    bytes: BASE_BYTES + more,
  })
  for (const alert of batch.alerts ?? []) {
    set(
      'alerts',
      [scope, alert.id, alert.episode],
      row(() => alertRow(alert)),
    )
  }
  for (const incident of batch.incidents ?? []) {
    set(
      'incidents',
      [incident.scope, incident.id, momentOf(stamp.at)],
      row(() => incidentRow(incident, stamp.at), 4000),
    )
  }
  for (const link of batch.problemLinks ?? []) {
    set('problem_links', [scope, link.incident], {
      toRow: () => problemLinkRow(link, scope),
      version,
      bytes: LINK_BYTES,
    })
  }
  for (const problem of batch.problems ?? []) {
    set(
      'problems',
      [problem.scope, problem.id],
      row(() => problemRow(problem), 4000 + 14 * problem.incidents.length),
    )
  }
  for (const change of batch.changes ?? []) {
    set(
      'changes',
      [scope, change.id],
      row(() => changeRow(change, scope)),
    )
  }
  for (const letter of batch.deadLetters ?? []) {
    set(
      'dead_letters',
      [letter.id],
      row(() => deadLetterRow(letter), letter.body.length),
    )
  }
  for (const sample of batch.ledger ?? []) {
    set('ledger_minutes', [scope, sample.source, sample.minute], {
      toRow: () => ledgerRow(sample, scope),
      version,
      bytes: LEDGER_BYTES,
    })
  }
  for (const decision of batch.decisions ?? []) {
    // a decision is its own version: it never changes, and lists are in this order
    const made = packVersion({ epoch, seq: decision.seq })
    set('decisions', [made, decision.scope], {
      toRow: () => decisionRow(decision),
      version: made,
      bytes: BASE_BYTES,
    })
  }
}

/** What spans scopes: silences, the CMDB, articles. */
function addShared(
  batch: EntryRecords,
  {
    version,
    set,
    replace,
  }: Into & { readonly replace: (table: SweptTable, version: string) => void },
): void {
  const row = (toRow: () => object, more = 0): PendingRow => ({
    toRow,
    version,
    bytes: BASE_BYTES / 2 + more,
  })
  for (const silence of batch.silences ?? []) {
    set(
      'silences',
      [silence.id],
      row(() => silenceRow(silence)),
    )
  }
  if (batch.topology !== undefined) {
    const { mode, items, relations, gone = [] } = batch.topology
    if (mode === 'replace')
      for (const table of ['cis', 'relations'] as const) replace(table, version)
    for (const ci of items)
      set(
        'cis',
        [ci.id],
        row(() => ciRow(ci)),
      )
    const both = [
      ...relations.map((one) => [one, 0] as const),
      ...gone.map((one) => [one, 1] as const),
    ]
    for (const [relation, deleted] of both) {
      const { from, type, to } = relation
      set(
        'relations',
        [from, type, to],
        row(() => relationRow(relation, deleted)),
      )
    }
  }
  for (const article of batch.articles ?? []) {
    const bytes = 2 * article.body.length
    set(
      'articles',
      [article.id],
      row(() => articleRow(article), bytes),
    )
    set(
      'article_versions',
      [article.id, article.revision],
      row(() => articleVersionRow(article), bytes),
    )
  }
}
