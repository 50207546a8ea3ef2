/** Imports of incidents of other tools: kept for problems and for finding similar ones, and taken back. */
import type { PastEntry } from '../entry.ts'
import {
  type ImportedIncident,
  importedId,
  MAX_PAST_IMPORTS,
  type PastCounts,
  type PastImport,
  toPast,
} from '../imported.ts'
import { type BoundIncident, bindImported, bindingOf, type Naming } from '../imported-plan.ts'
import type { State } from '../state.ts'
import { bindingBy, type Ctx, decide } from './context.ts'
import { forgetImported, indexImported } from './imported-like.ts'
import { describeProblem } from './problem-state.ts'
import { dropPast, forgetOldest, recogniseBy, remember } from './problems.ts'

/** How an import stands after a part of it. */
export interface PastResult {
  readonly ok: true
  readonly import: string
  readonly counts: PastCounts
}

const NOTHING: PastCounts = {
  ...{ added: 0, changed: 0, removed: 0, dropped: 0, bound: 0, unbound: 0, unnamed: 0 },
}

/** What names of imported incidents are looked up in. */
export function namingBy(state: State): Naming {
  return { ...bindingBy(state), sourceRecords: state.sourceRecords }
}

/**
 * Takes over a part of an import. What is imported is no incident of Faultline: it opens, notifies and
 * counts nowhere but in problems and among similar incidents. O(part), and once more of all problems
 * that it touches.
 */
export function applyPast(ctx: Ctx, entry: PastEntry): PastResult {
  if (!ctx.explains) return { ok: true, import: entry.import, counts: NOTHING }
  const run = runOf(ctx, entry)
  const { source, realm } = entry
  const before: { key: string; was: ImportedIncident | null }[] = []
  const problems = new Set<string>()
  const keep = (key: string): ImportedIncident | null => {
    const id = importedId(source, key)
    const problem = ctx.state.problemLinks.get(id)?.problem
    if (problem != null) problems.add(problem)
    const was = ctx.state.imported.get(id)?.incident ?? null
    before.push({ key, was })
    return was
  }
  const counts = { ...run.counts }
  const naming = namingBy(ctx.state)
  for (const incident of entry.incidents) {
    counts[keep(incident.key) === null ? 'added' : 'changed'] += 1
    const bound = bindImported(incident, entry.cmdb, naming)
    counts[bindingOf(bound)] += 1
    take(ctx, { source, realm }, bound)
    const link = ctx.state.problemLinks.get(importedId(source, incident.key))
    if (link?.problem != null) problems.add(link.problem)
  }
  for (const key of entry.remove) {
    if (!ctx.state.imported.has(importedId(source, key))) continue
    keep(key)
    forget(ctx, source, key)
    counts.removed += 1
  }
  ctx.state.pastImportParts.set({
    ...{ snap: 0, key: partKey(entry), import: entry.import, part: entry.part, before },
  })
  forgetOldest(ctx)
  for (const problem of problems) describeProblem(ctx, problem)
  run.counts = counts
  if (entry.last) finish(ctx, run)
  return { ok: true, import: run.id, counts: run.counts }
}

function partKey({ import: id, part }: PastEntry): string {
  return `${id}\0${part}`
}

/** The import that a part is of. With its first one the import of the source before it is final. */
function runOf(ctx: Ctx, entry: PastEntry): PastImport {
  const { pastImports } = ctx.state
  const known = pastImports.edit(entry.import)
  if (known !== undefined) return known
  const { import: id, source, realm, format, actor, cmdb, undoes } = entry
  const [newest, ...others] = newestFirst(ctx.state)
  for (const other of [newest, ...others]) if (other?.source === source) settle(ctx, other)
  const made: PastImport = {
    ...{
      snap: 0,
      id,
      number: (newest?.number ?? 0) + 1,
      source,
      realm,
      format,
      actor,
      cmdb,
      undoes,
    },
    ...{ at: ctx.state.now, counts: NOTHING, undoneBy: null, isOpen: true },
  }
  pastImports.set(made)
  for (const { id: old } of newestFirst(ctx.state).slice(MAX_PAST_IMPORTS)) pastImports.delete(old)
  return made
}

function settle(ctx: Ctx, { id }: Pick<PastImport, 'id'>): void {
  for (const { key } of partsOf(ctx.state, id)) ctx.state.pastImportParts.delete(key)
}

/** In their order. */
export function partsOf({ pastImportParts }: Pick<State, 'pastImportParts'>, id: string) {
  return [...pastImportParts.values()]
    .filter((part) => part.import === id)
    .sort((a, b) => a.part - b.part)
}

export function newestFirst({
  pastImports,
}: Pick<State, 'pastImports'>): readonly Readonly<PastImport>[] {
  return [...pastImports.values()].sort((a, b) => b.number - a.number)
}

/** The newest import of its source, as long as nothing has taken it back. */
export function isUndoable(state: State, { id, source, undoes, undoneBy }: PastImport): boolean {
  if (undoes !== null || undoneBy !== null) return false
  return newestFirst(state).find((one) => one.source === source)?.id === id
}

function take(
  ctx: Ctx,
  { source, realm }: Pick<PastEntry, 'source' | 'realm'>,
  { incident, bound }: BoundIncident,
): void {
  const id = importedId(source, incident.key)
  const before = ctx.state.imported.get(id)
  if (before !== undefined && before.realm !== realm) forget(ctx, source, incident.key)
  else forgetImported(ctx, id)
  const kept = { snap: 0, id, source, realm, incident, bound }
  ctx.state.imported.set(kept)
  indexImported(ctx, id)
  const past = toPast(kept)
  remember(ctx, past)
  recogniseBy(ctx, past)
}

function forget(ctx: Ctx, source: string, key: string): void {
  const past = ctx.state.past.get(importedId(source, key))?.past
  if (past !== undefined) dropPast(ctx, past)
}

function finish(ctx: Ctx, run: PastImport): void {
  const { state } = ctx
  const given = partsOf(state, run.id).flatMap(({ before }) => before)
  const left = given.filter(({ key }) => !state.imported.has(importedId(run.source, key))).length
  run.counts = { ...run.counts, dropped: Math.max(0, left - run.counts.removed) }
  run.isOpen = false
  const undone = run.undoes === null ? undefined : state.pastImports.edit(run.undoes)
  if (undone !== undefined) undone.undoneBy = run.id
  if (run.undoes !== null) settle(ctx, run)
  const { added, changed, removed, dropped } = run.counts
  const text = `${added} new, ${changed} changed, ${removed} removed`
  decide(ctx, {
    action: 'past.imported',
    reason: run.undoes === null ? run.format : 'undone',
    text: `Past incidents of ${run.source}: ${text}${dropped === 0 ? '' : `, ${dropped} too long ago to be kept`}`,
    actor: run.actor,
  })
}
