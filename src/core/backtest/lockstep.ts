/**
 * Two runs over the same entries, step by step: one as it was, one under other rules. Up to the
 * range they are one engine, so that both begin with the topology and the learned state of then.
 */
import { Engine } from '../engine/engine.ts'
import { beginSnapshot, restoreEngine } from '../engine/snapshot.ts'
import { putAside, stand } from '../engine/weights.ts'
import type { Entry, JournalRecord, RulesEntry } from '../entry.ts'
import { AppError } from '../errors.ts'
import type { IngestItem } from '../model.ts'
import type { RulePacks } from '../rules.ts'
import type { EpochMs } from '../time.ts'
import { beginCourse, type Course, follow } from './course.ts'
import { createPeople, type Given, type People } from './people.ts'
import { changeRules, type Packs, type RuleChange, triesWeights } from './rule-change.ts'

export interface LockstepOptions {
  /** Both inclusive. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly change: RuleChange
  /** The state to begin with; a fresh one unless given. */
  readonly engine?: Engine
  /** Packs in force in that state, as they were written. */
  readonly packs: Packs
  readonly decode: (entry: Entry, rules: Pick<RulePacks, 'ingest'>) => readonly IngestItem[]
}

export interface Both {
  readonly before: Course
  readonly after: Course
  readonly versions: { readonly before: string; readonly after: string }
  readonly people: Pick<People, 'constraints' | 'dismissed' | 'counts' | 'notCarried'>
}

export interface Lockstep {
  /** Takes entries in order; false: it lies after the range, and nothing more is wanted. */
  apply(record: JournalRecord): boolean
  /** Lets time go on as at the end of a replay, and says how both runs went. */
  finish(): Both
}

/** Version of the changed rules, in the evidence of the second run. */
const CHANGED = 'backtest'

interface Forked {
  readonly before: Course
  readonly after: Course
  readonly engine: Engine
  readonly people: People
}

/** @throws AppError `payload_invalid` from `apply` or `finish` where the changed rules are at fault */
export function openLockstep(options: LockstepOptions): Lockstep {
  return new Runs(options)
}

class Runs implements Lockstep {
  private readonly options: LockstepOptions
  private readonly engine: Engine
  private packs: Packs
  private forked: Forked | null = null
  private offset = 0
  private sameIngest = false

  constructor(options: LockstepOptions) {
    this.options = options
    this.engine = options.engine ?? new Engine()
    this.engine.explains = false
    this.packs = options.packs
    this.offset = this.engine.state.offset
  }

  apply(record: JournalRecord): boolean {
    const { entry, offset } = record
    if (entry.at > this.options.to) return false
    if (entry.at >= this.options.from) this.forked ??= this.fork(entry.at)
    this.offset = offset
    if (entry.kind === 'rules') this.takeRules(entry)
    else if (entry.kind === 'command' && this.forked !== null) {
      // what falls due by then is the engine's own doing, not the person's
      this.both({ kind: 'time', at: entry.at, scope: entry.scope })
      this.forked.people.carry(entry)
    } else this.both(entry)
    return true
  }

  finish(): Both {
    this.forked ??= this.fork(this.options.from)
    const { before, after, engine, people } = this.forked
    const waits = [this.engine, engine].map(({ state }) => {
      const { open_wait, group_wait, resolve_hold } = state.rules.lifecycle
      return state.now + Math.max(open_wait, group_wait) + resolve_hold
    })
    this.both({ kind: 'time', at: Math.max(...waits), scope: engine.state.scope })
    const versions = {
      before: this.engine.state.rulesVersion,
      after: engine.state.rulesVersion,
    }
    return { before, after, versions, people }
  }

  private takeRules(entry: RulesEntry): void {
    if (isPacks(entry.packs)) this.packs = entry.packs
    this.applyBefore(entry)
    if (this.forked === null) return
    // rules that stand for all others stay as they are, whatever was changed since
    if (this.options.change.base === 'recorded') this.changeAfter(this.forked, entry.at)
    this.compareIngest(this.forked)
  }

  /** `first`: time of the first entry, for an engine that has seen none. */
  private fork(first: EpochMs): Forked {
    const { startedAt, now } = this.engine.state
    const at = startedAt === 0 ? first : now
    const engine = copyOf(this.engine)
    engine.explains = false
    const before = beginCourse(this.engine.state)
    const after = beginCourse(engine.state)
    const command =
      (run: 'before' | 'after') =>
      ({ actor, command }: Given, byPerson: boolean) => {
        const { scope, now } = this.engine.state
        const entry = { kind: 'command', at: now, scope, actor, command } as const
        const applied = (run === 'before' ? this.engine : engine).apply({
          offset: this.offset,
          entry,
        })
        follow(run === 'before' ? before : after, applied, byPerson)
        return applied
      }
    const people = createPeople(
      { engine: this.engine, course: before, command: command('before') },
      { engine, course: after, command: command('after') },
      triesWeights(this.options.change),
    )
    const forked = { before, after, engine, people }
    this.changeAfter(forked, at)
    this.changeWeights(forked)
    this.compareIngest(forked)
    return forked
  }

  private changeAfter({ engine, after }: Forked, at: EpochMs): void {
    const packs = changeRules(this.packs, this.options.change)
    const { scope } = engine.state
    const entry: RulesEntry = { kind: 'rules', at, scope, version: CHANGED, packs }
    follow(after, engine.apply({ offset: this.offset, entry }), false)
  }

  /** What begins from now on has the weights that are tried, and not those that people accepted. */
  private changeWeights({ engine }: Forked): void {
    const { change } = this.options
    const { weights } = change
    if (weights !== undefined)
      stand(engine, weights.scope, { by: CHANGED, proposal: CHANGED, changes: weights.changes })
    else if (triesWeights(change)) putAside(engine, CHANGED)
  }

  /** Bodies are read once where both runs read them alike. */
  private compareIngest({ engine }: Forked): void {
    const [before, after] = [this.engine, engine].map(({ state }) => state.rules.ingest)
    this.sameIngest = JSON.stringify(before) === JSON.stringify(after)
  }

  private both(entry: Entry): void {
    const items = this.applyBefore(entry)
    if (this.forked === null) return
    const { engine, after } = this.forked
    const again = this.sameIngest ? items : this.options.decode(entry, engine.state.rules)
    follow(after, engine.apply({ offset: this.offset, entry }, again), false)
  }

  private applyBefore(entry: Entry): readonly IngestItem[] {
    const items = this.options.decode(entry, this.engine.state.rules)
    const applied = this.engine.apply({ offset: this.offset, entry }, items)
    if (this.forked !== null) follow(this.forked.before, applied, false)
    return items
  }
}

function isPacks(packs: unknown): packs is Packs {
  return typeof packs === 'object' && packs !== null
}

/** By a snapshot: what a restart would begin with is all that an engine is. */
function copyOf(engine: Engine): Engine {
  const restoring = restoreEngine()
  const running = beginSnapshot(engine, 1)
  for (let chunk = running.next(); chunk !== null; chunk = running.next()) restoring.add(chunk)
  const copy = restoring.finish()
  if (copy === null) throw new AppError('internal', 'an engine cannot read its own snapshot')
  return copy
}
