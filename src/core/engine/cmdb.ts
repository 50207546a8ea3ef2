/**
 * Imports into the CMDB. One comes in parts, between which alerts go on; each is worked into a version
 * that nobody sees yet, and the last one puts it in force.
 */
import {
  BASE_RANK,
  BASE_SOURCE,
  type ImportPart,
  linkId,
  recordId,
  relationId,
  type SourceItem,
  type SourceRecord,
} from '../cmdb/model.ts'
import { reconcile } from '../cmdb/reconcile.ts'
import type { CmdbEntry, TopologyEntry } from '../entry.ts'
import type { Ci, Relation } from '../model.ts'
import type { State } from '../state.ts'
import { buildTopology, compare } from '../topology.ts'
import { patchTopology, type TopologyPatch } from '../topology-patch.ts'
import type { CmdbIndex } from './cmdb-index.ts'
import { type Ctx, decide, type Indices } from './context.ts'

/** Of the imports of all sources so many are remembered. */
const MAX_IMPORTS = 200

/** Builds the index anew, after a restore. */
export function rebuildCmdb({ state, ix }: { readonly state: State; readonly ix: Indices }): void {
  for (const { source, key, ci } of state.sourceRecords.values())
    indexRecord(ix.cmdb, ci, recordId(source, key))
  for (const link of state.links.values()) countLink(ix.cmdb, link, 1)
}

function indexRecord({ records }: CmdbIndex, ci: string, id: string): void {
  const known = records.get(ci)
  if (known === undefined) records.set(ci, new Set([id]))
  else known.add(id)
}

function countLink({ links }: CmdbIndex, relation: Relation, by: 1 | -1): number {
  const id = relationId(relation)
  const count = (links.get(id) ?? 0) + by
  if (count > 0) links.set(id, count)
  else links.delete(id)
  return count
}

/** What sources say of a CI, in no order. */
export function recordsOf(
  { state, ix }: { readonly state: State; readonly ix: Pick<Indices, 'cmdb'> },
  ci: string,
): readonly Readonly<SourceRecord>[] {
  const ids = ix.cmdb.records.get(ci) ?? new Set<string>()
  return [...ids].flatMap((id) => state.sourceRecords.get(id) ?? [])
}

/** Whether a part will put a version in force: the last one of an import, or one that interrupts another. */
export function putsInForce({ ix }: Pick<Ctx, 'ix'>, entry: CmdbEntry): boolean {
  const { importing } = ix.cmdb
  return entry.end !== undefined || (importing !== null && importing.id !== entry.import)
}

/** Works a part in; says whether a new version is in force. O(part), and O(CMDB) references at its first. */
export function applyCmdbPart(ctx: Ctx, entry: CmdbEntry): boolean {
  const { state, ix } = ctx
  const before = ix.cmdb.importing
  const isNew = before !== null && before.id !== entry.import && interruptImport(ctx)
  const patch = ix.cmdb.importing?.patch ?? beginImport(ctx, entry)
  const part: Mutable<ImportPart> = {
    ...{ snap: 0, key: `${entry.import}.${entry.part}`, import: entry.import },
    ...{ before: setRecords(ctx, entry, patch), linked: [], unlinked: [] },
  }
  part.linked = entry.link.filter((relation) => addLink(ctx, patch, relation, entry.source))
  part.unlinked = entry.unlink.filter((relation) => dropLink(ctx, patch, relation, entry.source))
  state.importParts.set(part)
  if (entry.end === undefined) return isNew
  const known = state.imports.get(entry.import)
  if (known !== undefined)
    state.imports.set({ ...known, ...entry.end, endedAt: state.now, state: 'applied' })
  if (entry.end.undoes !== null) markUndone(state, entry.end.undoes)
  putInForce(ctx, entry.import, `${entry.source}: import ${entry.import}`)
  return true
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function beginImport({ state, ix }: Ctx, entry: CmdbEntry): TopologyPatch {
  const patch = patchTopology(state.topology)
  ix.cmdb.importing = { id: entry.import, patch }
  // only the newest import of a source can be undone: what was before it is told apart no more
  const former = [...state.imports.values()].filter(({ source }) => source === entry.source)
  const ids = new Set(former.map(({ id }) => id))
  for (const { key, import: id } of [...state.importParts.values()])
    if (ids.has(id)) state.importParts.delete(key)
  const { source, format, actor } = entry
  state.imports.set({
    ...{ snap: 0, id: entry.import, source, format, actor, at: state.now, endedAt: null },
    ...{ state: 'running', counts: null, diff: null, undoes: null },
  })
  const oldest = [...state.imports.values()].sort((a, b) => a.at - b.at || compare(a.id, b.id))
  for (const { id } of oldest.slice(0, Math.max(0, oldest.length - MAX_IMPORTS)))
    state.imports.delete(id)
  return patch
}

function markUndone(state: State, id: string): void {
  const undone = state.imports.get(id)
  if (undone !== undefined) state.imports.set({ ...undone, state: 'undone' })
}

/** What alerts say takes effect at once, or with the import that is coming in; says whether at once. */
export function sayAtOnce(ctx: Ctx, said: OneSays, what: string): boolean {
  const { state, ix } = ctx
  const patch = ix.cmdb.importing?.patch ?? patchTopology(state.topology)
  setRecords(ctx, said, patch)
  for (const relation of said.link) addLink(ctx, patch, relation, said.source)
  for (const relation of said.unlink) dropLink(ctx, patch, relation, said.source)
  if (ix.cmdb.importing !== null) return false
  const [base] = state.topology.version.split('+')
  state.topology = patch.finish(`${base}+o${state.seq}`)
  decide(ctx, { action: 'topology.changed', reason: 'observed', text: what })
  return true
}

/** What one source says now. */
export type OneSays = Pick<CmdbEntry, 'source' | 'rank' | 'records' | 'link' | 'unlink'>

function setRecords(
  ctx: Ctx,
  entry: Pick<CmdbEntry, 'source' | 'rank' | 'records'>,
  patch: TopologyPatch,
): ImportPart['before'] {
  const { state, ix } = ctx
  const { source, rank } = entry
  const before = entry.records.map(({ key, ci, item, retired }) => {
    const known = state.sourceRecords.get(recordId(source, key))
    // a key never changes its CI
    const about = known?.ci ?? ci
    keepBase(ctx, about, patch)
    state.sourceRecords.set({ snap: 0, source, key, ci: about, rank, at: state.now, retired, item })
    indexRecord(ix.cmdb, about, recordId(source, key))
    return { key, ci: about, item: known?.item ?? null, retired: known?.retired ?? true }
  })
  for (const ci of new Set(before.map(({ ci: about }) => about))) {
    const now = reconcile(ci, recordsOf(ctx, ci)).ci
    patch.set(now)
    ctx.out.estate.items.set(ci, now)
  }
  return before
}

/** What the CMDB said of a CI before any import did is a source like the others. */
function keepBase({ state, ix }: Ctx, ci: string, patch: TopologyPatch): void {
  const item = patch.get(ci)
  if (item === undefined || ix.cmdb.records.has(ci)) return
  setBase({ state, ix }, item)
}

function setBase({ state, ix }: Pick<Ctx, 'state' | 'ix'>, { id, ...said }: Ci): void {
  const item: SourceItem = { key: id, ...said }
  state.sourceRecords.set({
    ...{ snap: 0, source: BASE_SOURCE, key: id, ci: id, rank: BASE_RANK, at: state.now },
    ...{ retired: false, item },
  })
  indexRecord(ix.cmdb, id, recordId(BASE_SOURCE, id))
}

function addLink(ctx: Ctx, patch: TopologyPatch, relation: Relation, source: string): boolean {
  const { state, ix, out } = ctx
  if (state.links.has(linkId({ source, ...relation }))) return false
  const isSaid = ix.cmdb.links.has(relationId(relation))
  if (!isSaid && patch.has(relation)) {
    state.links.set({ snap: 0, source: BASE_SOURCE, ...relation })
    countLink(ix.cmdb, relation, 1)
  }
  state.links.set({ snap: 0, source, ...relation })
  countLink(ix.cmdb, relation, 1)
  patch.link(relation)
  out.estate.relations.set(relationId(relation), { relation, gone: false })
  return true
}

function dropLink(ctx: Ctx, patch: TopologyPatch, relation: Relation, source: string): boolean {
  const { state, ix, out } = ctx
  if (!state.links.delete(linkId({ source, ...relation }))) return false
  if (countLink(ix.cmdb, relation, -1) > 0) return true
  patch.unlink(relation)
  out.estate.relations.set(relationId(relation), { relation, gone: true })
  return true
}

function putInForce(ctx: Ctx, id: string, what: string): void {
  const { state, ix } = ctx
  const { importing } = ix.cmdb
  if (importing === null) return
  // what stands before `+` is the version of the file, which is taken over again only when it changes
  const [base] = state.topology.version.split('+')
  state.topology = importing.patch.finish(`${base}+${id}`)
  ix.cmdb.importing = null
  decide(ctx, {
    action: 'topology.changed',
    reason: 'import',
    text: `${what}: ${state.topology.items.size} CIs, ${state.topology.relations.length} relations`,
  })
}

/** Ends an import that did not come to its end: what it brought so far stays. False where none runs. */
export function interruptImport(ctx: Ctx): boolean {
  const { importing } = ctx.ix.cmdb
  if (importing === null) return false
  const known = ctx.state.imports.get(importing.id)
  if (known !== undefined)
    ctx.state.imports.set({ ...known, endedAt: ctx.state.now, state: 'interrupted' })
  putInForce(ctx, importing.id, `import ${importing.id} was interrupted`)
  return true
}

/**
 * The version that a topology entry makes: of what stands in it, and of what imports say besides.
 * O(CMDB).
 */
export function takeOverTopology(ctx: Ctx, entry: TopologyEntry): void {
  const { state, ix } = ctx
  const old = state.topology
  const isWhole = entry.mode === 'replace'
  const items = new Map((isWhole ? [] : [...old.items.values()]).map((item) => [item.id, item]))
  const relations = new Map(
    (isWhole ? [] : old.relations).map((one) => [relationId(one), one] as const),
  )
  const given = new Map(entry.items.map((item) => [item.id, item]))
  for (const [id, item] of given) items.set(id, item)
  for (const relation of entry.relations) relations.set(relationId(relation), relation)
  for (const ci of ix.cmdb.records.keys()) {
    const item = given.get(ci)
    const base = state.sourceRecords.get(recordId(BASE_SOURCE, ci))
    if (item !== undefined) setBase(ctx, item)
    else if (isWhole && base !== undefined) state.sourceRecords.set({ ...base, retired: true })
    const now = reconcile(ci, recordsOf(ctx, ci)).ci
    items.set(ci, now)
    if (isWhole || item !== undefined) ctx.out.estate.items.set(ci, now)
  }
  for (const { source, from, type, to } of [...state.links.values()]) {
    const relation = { from, type, to }
    if (isWhole && source === BASE_SOURCE) {
      state.links.delete(linkId({ source, ...relation }))
      countLink(ix.cmdb, relation, -1)
    } else relations.set(relationId(relation), relation)
  }
  keepBaseLinks(ctx, entry.relations)
  for (const relation of isWhole ? state.links.values() : [])
    ctx.out.estate.relations.set(relationId(relation), { relation, gone: false })
  state.topology = buildTopology(entry.version, [...items.values()], [...relations.values()])
}

/** What others say, too, stays when they say it no more. */
function keepBaseLinks({ state, ix }: Ctx, relations: readonly Relation[]): void {
  for (const { from, type, to } of relations) {
    const link = { source: BASE_SOURCE, from, type, to }
    if (!ix.cmdb.links.has(relationId(link)) || state.links.has(linkId(link))) continue
    state.links.set({ snap: 0, ...link })
    countLink(ix.cmdb, link, 1)
  }
}
