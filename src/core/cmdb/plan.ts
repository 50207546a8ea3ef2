/** What an import would change, worked out before anything is: a diff, and the changes themselves. */
import type { Relation } from '../model.ts'
import type { State } from '../state.ts'
import { type Identifiers, identifiers } from './identify.ts'
import {
  type ImportConflict,
  type ImportCounts,
  type ImportDiff,
  type ItemChange,
  linkId,
  recordId,
  type SourceItem,
  type SourceRecord,
} from './model.ts'
import { conflictsOf, SCALARS } from './reconcile.ts'

/** Lines of each kind that a diff keeps. */
export const MAX_DIFF = 200
/** An import that retires more of what its source has said asks first. */
export const MAX_RETIRED_SHARE = 0.3
/** So many are looked at between two turns. */
const AT_ONCE = 500

export interface Asked {
  readonly source: string
  readonly rank: number
  /** The keys are ids of CIs that people know: our own format's. */
  readonly keysAreIds: boolean
  readonly items: readonly SourceItem[]
  readonly relations: readonly Relation[]
  readonly bad: ImportDiff['bad']
}

export interface RecordChange {
  readonly key: string
  readonly ci: string
  readonly item: SourceItem
  readonly retired: boolean
}

export interface ImportPlan {
  readonly counts: ImportCounts
  readonly diff: ImportDiff
  /** Share of what the source has said and would say no more. */
  readonly retiredShare: number
  readonly records: readonly RecordChange[]
  readonly link: readonly Relation[]
  readonly unlink: readonly Relation[]
}

type Known = Pick<State, 'sourceRecords' | 'links' | 'topology'>
type Said = Readonly<SourceRecord>

interface Before {
  /** What the source has said, by key. */
  readonly own: ReadonlyMap<string, Said>
  /** What any source has said, by CI. */
  readonly byCi: ReadonlyMap<string, readonly Said[]>
  readonly index: Identifiers
}

interface Draft {
  readonly records: RecordChange[]
  readonly added: ItemChange[]
  readonly changed: ItemChange[]
  readonly retired: { key: string; ci: string; name: string }[]
  readonly conflicts: ImportConflict[]
  /** By key. */
  readonly cis: Map<string, string>
  /** CIs that keys of this import are about. */
  readonly taken: Set<string>
  readonly counts: { -readonly [K in keyof ImportCounts]: ImportCounts[K] }
}

/**
 * Plans an import, piece by piece: yields how many of its items are done. The answer does not depend on
 * the order of the items. `state` must be that of one moment, or the plan be made anew.
 */
export function* planImport(state: Known, asked: Asked): Generator<number, ImportPlan> {
  const before = yield* look(state, asked)
  const draft = emptyDraft(asked.bad)
  const items = inOrder(asked.items)
  const given = new Set<string>()
  for (const { key } of items) {
    given.add(key)
    if (given.size % AT_ONCE === 0) yield 0
    const known = before.own.get(key)
    if (known === undefined) continue
    draft.cis.set(key, known.ci)
    draft.taken.add(known.ci)
  }
  for (const [at, item] of items.entries()) {
    if (at % AT_ONCE === 0) yield at
    planItem(state, asked, { item, before, draft })
  }
  let live = 0
  for (const known of before.own.values()) {
    if (known.retired) continue
    live += 1
    if (given.has(known.key)) continue
    draft.counts.retired += 1
    draft.records.push({ ...pick(known), retired: true })
    keep(draft.retired, { key: known.key, ci: known.ci, name: known.item.name })
  }
  const { link, unlink } = yield* planLinks(state, asked, draft)
  const { counts, added, changed, retired, conflicts, records } = draft
  const bad = asked.bad.slice(0, MAX_DIFF)
  return {
    counts: { ...counts, linked: link.length, unlinked: unlink.length },
    diff: { added, changed, retired, conflicts, bad },
    retiredShare: live === 0 ? 0 : counts.retired / live,
    records,
    link,
    unlink,
  }
}

/** By key; what importers give is mostly in this order already. */
function inOrder(items: readonly SourceItem[]): readonly SourceItem[] {
  const isSorted = items.every(({ key }, at) => at === 0 || (items[at - 1]?.key ?? '') < key)
  return isSorted ? items : [...items].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function emptyDraft(bad: Asked['bad']): Draft {
  return {
    records: [],
    added: [],
    changed: [],
    retired: [],
    conflicts: [],
    cis: new Map(),
    taken: new Set(),
    counts: {
      ...{ added: 0, changed: 0, unchanged: 0, returned: 0, retired: 0, linked: 0, unlinked: 0 },
      ...{ conflicts: 0, bad: bad.length },
    },
  }
}

function* look(state: Known, { source }: Asked): Generator<number, Before> {
  const own = new Map<string, Said>()
  const byCi = new Map<string, Said[]>()
  let seen = 0
  for (const record of state.sourceRecords.values()) {
    if (++seen % AT_ONCE === 0) yield 0
    if (record.source === source) own.set(record.key, record)
    const list = byCi.get(record.ci)
    if (list === undefined) byCi.set(record.ci, [record])
    else list.push(record)
  }
  const index = identifiers(state.topology.items)
  for (const ci of state.topology.items.values()) {
    if (++seen % AT_ONCE === 0) yield 0
    index.add(ci)
  }
  return { own, byCi, index }
}

function planItem(
  state: Known,
  asked: Asked,
  {
    item,
    before,
    draft,
  }: { readonly item: SourceItem; readonly before: Before; readonly draft: Draft },
): void {
  const known = before.own.get(item.key)
  const said = {
    source: asked.source,
    key: item.key,
    rank: asked.rank,
    at: 0,
    retired: false,
    item,
  }
  if (known !== undefined) {
    const isEqual = JSON.stringify(known.item) === JSON.stringify(item)
    const fields = isEqual ? [] : fieldsOf(known.item, item)
    const isSame = fields.length === 0 && !known.retired && known.rank === asked.rank
    if (isSame) draft.counts.unchanged += 1
    else {
      draft.counts.changed += 1
      if (known.retired) draft.counts.returned += 1
      draft.records.push({ key: item.key, ci: known.ci, item, retired: false })
      const rule = known.retired ? 'returned' : 'key'
      keep(draft.changed, { key: item.key, ci: known.ci, name: item.name, rule, fields })
    }
  } else {
    const { ci, rule } = identify(state, asked, { item, before, draft })
    draft.cis.set(item.key, ci)
    draft.taken.add(ci)
    draft.counts.added += 1
    draft.records.push({ key: item.key, ci, item, retired: false })
    keep(draft.added, { key: item.key, ci, name: item.name, rule, fields: [] })
  }
  const ci = draft.cis.get(item.key) ?? ''
  const others = (before.byCi.get(ci) ?? []).filter(({ source }) => source !== asked.source)
  if (others.length === 0) return
  for (const conflict of conflictsOf(ci, [...others, { ...said, ci }])) {
    draft.counts.conflicts += 1
    keep(draft.conflicts, conflict)
  }
}

function identify(
  { topology }: Known,
  { source, keysAreIds }: Asked,
  {
    item,
    before,
    draft,
  }: { readonly item: SourceItem; readonly before: Before; readonly draft: Draft },
): { readonly ci: string; readonly rule: string } {
  const isFree = (ci: string): boolean => !draft.taken.has(ci)
  const ids = [item.labels['ci_id'] ?? '', keysAreIds ? item.key : '']
  const named = ids.find((id) => topology.items.has(id) && isFree(id))
  if (named !== undefined) return { ci: named, rule: 'id' }
  const found = before.index.find(item, isFree)
  if (found !== null) return found
  const wanted = keysAreIds ? item.key : `${source}/${item.key}`
  const isNew = (id: string): boolean => !topology.items.has(id) && isFree(id)
  if (isNew(wanted)) return { ci: wanted, rule: 'new' }
  for (let n = 2; ; n++) if (isNew(`${wanted}~${n}`)) return { ci: `${wanted}~${n}`, rule: 'new' }
}

function* planLinks(
  state: Known,
  { source, relations }: Asked,
  { cis }: Draft,
): Generator<number, Pick<ImportPlan, 'link' | 'unlink'>> {
  const wanted = new Map<string, Relation>()
  for (const { from: a, type, to: b } of relations) {
    const [from, to] = [cis.get(a), cis.get(b)]
    if (from === undefined || to === undefined || from === to) continue
    wanted.set(linkId({ source, from, type, to }), { from, type, to })
    if (wanted.size % (4 * AT_ONCE) === 0) yield cis.size
  }
  const unlink: Relation[] = []
  let seen = 0
  for (const { source: by, from, type, to } of state.links.values()) {
    if (++seen % (4 * AT_ONCE) === 0) yield cis.size
    if (by !== source) continue
    if (!wanted.delete(linkId({ source, from, type, to }))) unlink.push({ from, type, to })
  }
  return { link: [...wanted.values()], unlink }
}

function pick({ key, ci, item }: Said): Omit<RecordChange, 'retired'> {
  return { key, ci, item }
}

function keep<T>(list: T[], one: T): void {
  if (list.length < MAX_DIFF) list.push(one)
}

/** Attributes that differ, each with the old and the new value. */
export function fieldsOf(old: SourceItem, now: SourceItem): ItemChange['fields'] {
  const pairs = (item: SourceItem): Map<string, string> =>
    new Map([
      ...SCALARS.flatMap((field): [string, string][] =>
        item[field] === undefined ? [] : [[field, String(item[field])]],
      ),
      ...(item.aliases.length === 0
        ? []
        : [['aliases', [...item.aliases].sort().join(', ')] as [string, string]]),
      ...Object.entries(item.labels).map(([k, v]): [string, string] => [`labels.${k}`, v]),
    ])
  const [before, after] = [pairs(old), pairs(now)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((field) => before.get(field) !== after.get(field))
    .sort()
    .map((field) => ({ field, old: before.get(field) ?? '', new: after.get(field) ?? '' }))
}

/**
 * What takes an import back, worked out piece by piece: each record as it was, and what it added
 * retired. `rank` is that of the source's records.
 */
export function* planUndo(
  state: Pick<State, 'sourceRecords' | 'importParts'>,
  of: { readonly id: string; readonly source: string },
): Generator<number, Omit<ImportPlan, 'retiredShare'> & { readonly rank: number }> {
  const parts = [...state.importParts.values()].filter((part) => part.import === of.id)
  const draft = emptyDraft([])
  const retired: RecordChange[] = []
  let rank = 0
  let done = 0
  for (const { key, ci, item, retired: wasRetired } of parts.flatMap(({ before }) => before)) {
    if (++done % AT_ONCE === 0) yield done
    const now = state.sourceRecords.get(recordId(of.source, key))
    if (now === undefined) continue
    rank = now.rank
    if (item === null || wasRetired) {
      retired.push({ key, ci, item: item ?? now.item, retired: true })
      draft.counts.retired += 1
      keep(draft.retired, { key, ci, name: now.item.name })
      continue
    }
    draft.records.push({ key, ci, item, retired: false })
    draft.counts.changed += 1
    if (now.retired) draft.counts.returned += 1
    const rule = now.retired ? 'returned' : 'key'
    const fields = draft.changed.length < MAX_DIFF ? fieldsOf(now.item, item) : []
    keep(draft.changed, { key, ci, name: item.name, rule, fields })
  }
  const link = parts.flatMap(({ unlinked }) => unlinked)
  const unlink = parts.flatMap(({ linked }) => linked)
  const { counts, added, changed, conflicts } = draft
  return {
    counts: { ...counts, linked: link.length, unlinked: unlink.length },
    diff: { added, changed, retired: draft.retired, conflicts, bad: [] },
    records: [...draft.records, ...retired],
    ...{ link, unlink, rank },
  }
}
