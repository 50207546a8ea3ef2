/**
 * The engine: a pure reducer, `(state, entry) → decisions`. No clock, no randomness, no I/O: time
 * comes from the entries, ids are derived, ties are broken by fixed orders. The same journal gives
 * the same decisions, live, after a crash, in `replay` and in tests.
 */
import type { CommandEntry, Entry, JournalRecord, ReceivedEntry } from '../entry.ts'
import { isAliasCommand, isProposalCommand } from '../entry.ts'
import { indexSome } from '../knowledge-index.ts'
import { countOutcome, countReceived } from '../ledger.ts'
import type { AlertEvent, IngestItem } from '../model.ts'
import { scopeOfItem } from '../parts.ts'
import {
  toAlertRecord,
  toIncidentRecord,
  toProblemLink,
  toProblemRecord,
  toStormRecord,
} from '../project.ts'
import type { Changes, Outcome } from '../record.ts'
import { emptyState, type State } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import { applyEvent } from './alerts.ts'
import { answerAlert, answerOther, type ItemOutcome, toDeadLetter } from './answers.ts'
import { applyArticles } from './articles.ts'
import { applyChange } from './changes.ts'
import { putsInForce } from './cmdb.ts'
import { applyCommand } from './commands.ts'
import { type Ctx, editAlert, emptyOutput, type Indices, type Output } from './context.ts'
import { applyProposalCommand, sayProposed } from './corrections.ts'
import { applyPast } from './imported.ts'
import { indicesOf } from './indices.ts'
import {
  applyCmdb,
  applyEngine,
  applyRules,
  applyTopology,
  extendGrace,
  followTopology,
  judgeByNames,
} from './inputs.ts'
import { followLinks, publishWorkarounds } from './known-errors.ts'
import { removeConstraint } from './learn.ts'
import { applyChangeCommand } from './lift.ts'
import { applySilence, joinMuted, judgeAgain, judgeInhibited } from './muting.ts'
import { applyObservedCommand } from './observed.ts'
import { placeOver } from './over.ts'
import { placeAll, placeAnew, setOutcome } from './place.ts'
import { applyProblemCommand } from './problem-commands.ts'
import { countStart } from './rates.ts'
import { applyRegroupingCommand } from './regroupings.ts'
import type { AnyResult } from './results.ts'
import { followSeverities } from './severity.ts'
import { noteArrivals } from './storms.ts'
import { fire } from './timeouts.ts'
import { applyAliasCommand } from './unbound.ts'
import { learnOf } from './young.ts'

export interface Applied extends Changes {
  readonly outcomes: readonly ItemOutcome[]
  /** Of a command entry, and of articles. */
  readonly result: AnyResult | null
  /** CIs and relations that an import changed. */
  readonly estate: Output['estate']
}

/** Length of articles that are indexed at a stretch. */
const PREPARED_AT_ONCE = 32_768

export class Engine {
  readonly state: State
  readonly ix: Indices
  /** Off where only groups and times are asked for: about half of the work. */
  explains = true

  constructor(scope = 'default', state: State = emptyState(scope)) {
    this.state = state
    this.ix = indicesOf(state)
  }

  /** When the engine next has something to do by itself; `null`: never. A lower bound. */
  nextDeadline(): EpochMs | null {
    return this.ix.timers.next()
  }

  /**
   * Does a piece of the work that the next answer would have to wait for, some milliseconds long;
   * says whether there is more. It decides nothing: to be called between entries, or never.
   */
  prepare(): boolean {
    const { knowledge, knownErrors } = this.ix
    return indexSome(knowledge, PREPARED_AT_ONCE) || indexSome(knownErrors, PREPARED_AT_ONCE)
  }

  /**
   * Applies one entry: first every deadline that is due by its time, in order, then the entry,
   * then what became due at once.
   *
   * @param items of a received entry, as its source reads them; empty for other kinds
   */
  apply({ offset, entry }: JournalRecord, items: readonly IngestItem[] = []): Applied {
    const ctx: Ctx = {
      ...{ state: this.state, ix: this.ix, explains: this.explains },
      out: emptyOutput(),
    }
    const { state } = this
    if (state.startedAt === 0) state.startedAt = entry.at
    if (entry.kind === 'engine' && entry.downSince !== null) {
      advance(ctx, entry.downSince)
      extendGrace(ctx, entry)
    }
    advance(ctx, entry.at)
    const { batch, result } = applyEntry(ctx, entry, items)
    publishWorkarounds(ctx, entry.kind === 'command' ? entry.actor : 'engine')
    followLinks(ctx)
    advance(ctx, state.now)
    publishWorkarounds(ctx, 'engine')
    if (batch !== null) answer(ctx, batch)
    state.offset = offset
    this.ix.placements.prune(state.now)
    return { ...changesOf(ctx), outcomes: batch?.outcomes ?? [], result, estate: ctx.out.estate }
  }
}

/** Engine time = max(previous, `at`); fires what is due on the way, at its own time. */
function advance(ctx: Ctx, at: EpochMs): void {
  const { state, ix } = ctx
  const target = Math.max(state.now, at)
  for (;;) {
    const timer = ix.timers.popDue(target)
    if (timer === null) break
    state.now = Math.max(state.now, timer.at)
    const take = (): void => {
      const { events, toPlace } = fire(ctx, timer)
      placeOrJoin(ctx, toPlace)
      if (events.length > 0) applyOwn(ctx, events)
    }
    const looks = timer.kind === 'observe' && state.observeAt === timer.at
    learnOf(ctx, looks ? 'estate_changed' : null, take)
  }
  state.now = target
}

/** Reports of the engine itself take the same path as a tool's. */
function applyOwn(ctx: Ctx, events: readonly AlertEvent[]): void {
  for (const event of events) countReceived(ctx.state.ledger, event.source)
  const applied = events.map((event) => applyEvent(ctx, event))
  for (const { toPlace, identity } of applied) if (!toPlace) muteIfMuted(ctx, identity)
  placeOrJoin(
    ctx,
    applied.filter(({ toPlace }) => toPlace).map(({ identity }) => identity),
  )
}

/**
 * Places alerts, with those that nothing inhibits any more; what is inhibited by now joins silently
 * where it may, once the others have their place. First those whose severity has changed find theirs.
 */
function placeOrJoin(ctx: Ctx, identities: readonly string[]): void {
  followSeverities(ctx)
  const all = [...new Set([...identities, ...judgeInhibited(ctx)])]
  const isMuted = (identity: string): boolean =>
    ctx.state.alerts.get(identity)?.suppressedBy != null
  const loud = all.filter((identity) => !isMuted(identity))
  if (loud.length > 0) {
    noteArrivals(ctx, loud)
    placeAll(ctx, loud)
  }
  for (const identity of all) if (isMuted(identity)) muteIfMuted(ctx, identity)
}

interface EntryResult {
  readonly batch: Batch | null
  readonly result: AnyResult | null
}

const NOTHING: EntryResult = { batch: null, result: null }

function applyEntry(ctx: Ctx, entry: Entry, items: readonly IngestItem[]): EntryResult {
  switch (entry.kind) {
    case 'received':
      return { batch: applyReceived(ctx, entry, items), result: null }
    case 'command':
      return { batch: null, result: applyAndSay(ctx, entry) }
    case 'silence':
      placeOrJoin(ctx, applySilence(ctx, entry))
      return NOTHING
    case 'rules':
      placeOrJoin(ctx, applyRules(ctx, entry))
      return NOTHING
    case 'topology':
      learnOf(ctx, 'estate_changed', () => placeOrJoin(ctx, applyTopology(ctx, entry)))
      return NOTHING
    case 'cmdb': {
      const take = (): void => placeOrJoin(ctx, applyCmdb(ctx, entry))
      learnOf(ctx, putsInForce(ctx, entry) ? 'estate_changed' : null, take)
      return NOTHING
    }
    case 'articles':
      return { batch: null, result: applyArticles(ctx, entry) }
    case 'past':
      return { batch: null, result: applyPast(ctx, entry) }
    case 'engine':
      placeOrJoin(ctx, applyEngine(ctx, entry))
      return NOTHING
    case 'time':
      return NOTHING
  }
}

function applyAndSay(ctx: Ctx, entry: CommandEntry): EntryResult['result'] {
  const result = applyAnyCommand(ctx, entry)
  sayProposed(ctx)
  return result
}

function applyAnyCommand(ctx: Ctx, { actor, command }: CommandEntry): EntryResult['result'] {
  if (isProposalCommand(command)) return applyProposalCommand(ctx, command, actor)
  if (isAliasCommand(command)) {
    return learnOf(ctx, 'name_learned', () => {
      const result = applyAliasCommand(ctx, command, actor)
      if (result.ok) placeOrJoin(ctx, judgeByNames(ctx))
      return result
    })
  }
  if ('observed' in command)
    return learnOf(ctx, 'estate_changed', () => {
      const { result, changed } = applyObservedCommand(ctx, command, actor)
      if (changed) placeOrJoin(ctx, followTopology(ctx))
      return result
    })
  if ('regrouping' in command) return applyRegroupingCommand(ctx, command, actor)
  if ('change' in command)
    return applyChangeCommand(ctx, command, actor, (all) => placeOrJoin(ctx, all))
  if ('constraint' in command) return removeConstraint(ctx, command.constraint, actor)
  return 'problem' in command
    ? applyProblemCommand(ctx, command, actor)
    : applyCommand(ctx, command, actor)
}

/** An item of an alert, as far as it is known before placement. */
interface Pending {
  readonly index: number
  readonly identity: string
  readonly outcome: Outcome
}

/** What the items of a body wait for: to be placed together, and then to be answered. */
interface Batch {
  readonly pending: Pending[]
  readonly begun: Set<string>
  readonly toPlace: Set<string>
  readonly over: Set<string>
  readonly outcomes: ItemOutcome[]
}

function applyReceived(ctx: Ctx, entry: ReceivedEntry, items: readonly IngestItem[]): Batch {
  const batch: Batch = {
    pending: [],
    begun: new Set(),
    toPlace: new Set(),
    over: new Set(),
    outcomes: items.map((item) => answerOther('rejected', item.startsAt ?? null)),
  }
  let mutesAnew = false
  const order = items
    .map((item, index) => ({ item, index }))
    .sort((a, b) => startOf(a.item) - startOf(b.item) || a.index - b.index)
  for (const { item, index } of order) {
    countReceived(ctx.state.ledger, entry.source)
    if (item.kind === 'alert') {
      applyAlert(ctx, batch, { item, index })
      continue
    }
    if (item.kind === 'change') {
      const applied = applyChange(ctx, item)
      mutesAnew ||= applied.mutesAnew
      if (applied.isNearOthers) placeAnew(ctx, item)
    } else {
      const scope = scopeOfItem(item, ctx.state.rules)
      ctx.out.deadLetters.push(toDeadLetter(entry, item, { index, scope }))
    }
    const outcome = item.kind === 'change' ? 'change' : 'rejected'
    countOutcome(ctx.state.ledger, entry.source, outcome)
    batch.outcomes[index] = answerOther(outcome, item.startsAt ?? null)
  }
  if (mutesAnew) for (const identity of judgeAgain(ctx)) batch.toPlace.add(identity)
  placeBatch(ctx, batch)
  return batch
}

function startOf(item: IngestItem): EpochMs {
  return item.kind === 'rejected' ? 0 : item.startsAt
}

/**
 * An alert that fires anew within one body: its episode before is placed and answered first, with the
 * others of its scope.
 */
function applyAlert(
  ctx: Ctx,
  batch: Batch,
  { item, index }: { readonly item: AlertEvent; readonly index: number },
): void {
  const { identity, outcome, toPlace, over } = applyEvent(ctx, item, (again) => {
    if (!batch.begun.has(again) && !batch.over.has(again)) return
    const part = takeScope(ctx, batch, ctx.state.alerts.get(again)?.scope)
    placeBatch(ctx, part)
    answer(ctx, part)
  })
  if (outcome === 'held') batch.begun.add(identity)
  if (over === true) batch.over.add(identity)
  if (toPlace) batch.toPlace.add(identity)
  else muteIfMuted(ctx, identity)
  batch.pending.push({ index, identity, outcome })
}

/** What waits in one scope, taken out of the batch: the others go on waiting. */
function takeScope({ state }: Ctx, batch: Batch, scope: string | undefined): Batch {
  const isOf = (identity: string): boolean => state.alerts.get(identity)?.scope === scope
  const taken = (from: Set<string>): Set<string> => {
    const found = [...from].filter(isOf)
    for (const identity of found) from.delete(identity)
    return new Set(found)
  }
  const all = batch.pending.splice(0)
  batch.pending.push(...all.filter(({ identity }) => !isOf(identity)))
  return {
    pending: all.filter(({ identity }) => isOf(identity)),
    begun: taken(batch.begun),
    toPlace: taken(batch.toPlace),
    over: taken(batch.over),
    outcomes: batch.outcomes,
  }
}

function placeBatch(ctx: Ctx, { toPlace, over }: Batch): void {
  placeOrJoin(ctx, [...toPlace])
  placeOver(ctx, [...over])
  toPlace.clear()
  over.clear()
}

/** Answers the items so far: a started episode's own outcome stands for the item that began it. */
function answer(ctx: Ctx, { pending, begun, outcomes }: Batch): void {
  for (const { index, identity, outcome } of pending.splice(0))
    outcomes[index] = answerAlert(ctx, identity, outcome === 'held' ? null : outcome)
  begun.clear()
}

/** A muted episode that just began is counted as such and joins silently where it may. */
function muteIfMuted(ctx: Ctx, identity: string): void {
  const known = ctx.state.alerts.get(identity)
  if (known?.outcome !== 'held' || known.suppressedBy === null || known.incident !== null) return
  const alert = editAlert(ctx, identity)
  if (alert === undefined) return
  countStart(ctx, alert)
  setOutcome(ctx, alert, 'suppressed')
  joinMuted(ctx, alert)
}

function changesOf({ state, ix, out }: Ctx): Changes {
  const alerts = [...out.alerts].sort(compare).flatMap((identity) => {
    const alert = state.alerts.get(identity)
    return alert === undefined ? [] : [toAlertRecord(alert)]
  })
  const incidents = [...out.incidents].sort(compare).flatMap((id) => {
    const incident = state.incidents.get(id)
    return incident === undefined ? [] : [toIncidentRecord(incident, state)]
  })
  return {
    decisions: out.decisions,
    alerts: [...out.pastEpisodes, ...alerts],
    incidents: [...out.closing.map((incident) => toIncidentRecord(incident, state)), ...incidents],
    changes: out.changes,
    deadLetters: out.deadLetters,
    problems: [...out.problems].sort(compare).flatMap((id) => {
      const problem = state.problems.get(id)
      return problem === undefined
        ? []
        : [toProblemRecord(problem, ix.problems.members.get(id) ?? new Set())]
    }),
    storms: [...out.storms.values()].map(toStormRecord).sort((a, b) => compare(a.id, b.id)),
    articles: out.articles,
    problemLinks: [...out.problemLinks].sort(compare).map((id) => toProblemLink(id, state)),
  }
}
