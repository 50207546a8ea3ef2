/**
 * What people did, in a run under other rules: another incident may hold the alerts they meant, so a
 * command is carried over by the alert episodes it was about. What cannot be is told.
 */
import type { CommandResult } from '../engine/commands.ts'
import type { Applied, Engine } from '../engine/engine.ts'
import {
  type AliasCommand,
  type ChangeCommand,
  type Command,
  type CommandEntry,
  type ConstraintCommand,
  isAliasCommand,
  isProposalCommand,
  isWeightsCommand,
  type ObservedCommand,
  type WeightsCommand,
} from '../entry.ts'
import { kindsOf } from '../learn/constraints.ts'
import type { IncidentState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import type { Course } from './course.ts'
import type { Constraint } from './score.ts'

/** A command that has no counterpart under the other rules, and why. */
export interface NotCarried {
  readonly at: EpochMs
  readonly actor: string
  readonly do: CommandEntry['command']['do']
  /** The incident, problem or constraint it was given for. */
  readonly about: string
  readonly reason: string
}

export interface Given {
  readonly actor: string
  readonly command: CommandEntry['command']
}

/** One of the two runs. */
export interface Run {
  readonly engine: Engine
  readonly course: Course
  readonly command: (given: Given, byPerson: boolean) => Applied
}

export interface People {
  /** Does the command in the first run as it was, and in the second what it comes to there. */
  carry(entry: CommandEntry): void
  /** What the corrections say that were not undone, in their order. */
  constraints(): readonly Constraint[]
  dismissed(): Dismissed
  readonly counts: { given: number; carried: number; held: number }
  readonly notCarried: readonly NotCarried[]
}

/** Alerts of incidents that people said are none, and how many were in one that had opened by then. */
export interface Dismissed {
  readonly alerts: number
  readonly openedBefore: number
  readonly openedAfter: number
}

interface Correction {
  readonly constraint: Constraint
  /** Incidents of the second run that were regrouped for it. */
  readonly done: readonly string[]
  readonly dismissed: Dismissed
  undone: boolean
}

/** What a command comes to in the second run; none: it is so already. */
type Plan = { readonly commands: readonly Command[] } | { readonly reason: string }

const NONE = [[], []] as const
const NOTHING: Plan = { commands: [] }
const NO_HOLDER = 'none of its alerts is in an incident under the other rules'

/**
 * `before` and `after` are the runs as they are when a command is carried.
 *
 * @param triesWeights weights that people accepted do not count in the second run: it has its own
 */
export function createPeople(before: Run, after: Run, triesWeights: boolean): People {
  return new Carrying({ before, after }, triesWeights)
}

class Carrying implements People {
  readonly counts = { given: 0, carried: 0, held: 0 }
  readonly notCarried: NotCarried[] = []
  private readonly runs: Runs
  private readonly triesWeights: boolean
  private readonly corrections = new Map<string, Correction>()

  constructor(runs: Runs, triesWeights: boolean) {
    this.runs = runs
    this.triesWeights = triesWeights
  }

  carry(entry: CommandEntry): void {
    const { command, actor } = entry
    if (command.do === 'comment' || command.do === 'problem.comment') return
    if (isWeightsCommand(command)) this.carryWeights(entry, command)
    // nothing that is compared depends on what people think of a proposal
    if (isProposalCommand(command) || 'regrouping' in command) return
    this.counts.given += 1
    if ('problem' in command) this.tell(entry, 'problems are not compared')
    else if ('constraint' in command) this.removeConstraint(actor, command)
    else if (isAliasCommand(command) || 'change' in command) this.carryAlike(actor, command)
    else if ('observed' in command) this.carryObserved(actor, command)
    else this.carryCommand(entry, command)
  }

  constraints(): readonly Constraint[] {
    return this.standing().map(({ constraint }) => constraint)
  }

  dismissed(): Dismissed {
    return this.standing().reduce((sum, { dismissed }) => addUp(sum, dismissed), NOBODY)
  }

  private standing(): readonly Correction[] {
    return [...this.corrections.values()].filter(({ undone }) => !undone)
  }

  private tell({ at, actor, command }: CommandEntry, reason: string): void {
    this.notCarried.push({ at, actor, do: command.do, about: aboutOf(command), reason })
  }

  private removeConstraint(actor: string, command: ConstraintCommand): void {
    const { before, after } = this.runs
    const id = sameConstraint(command.constraint, this.runs)
    before.command({ actor, command }, false)
    if (id !== null) after.command({ actor, command: { ...command, constraint: id } }, false)
    this.counts[id === null ? 'held' : 'carried'] += 1
  }

  /** The same weights, unless others are tried. */
  private carryWeights(entry: CommandEntry, command: WeightsCommand): void {
    const { before, after } = this.runs
    const given = { actor: entry.actor, command }
    this.counts.given += 1
    before.command(given, false)
    if (this.triesWeights) this.counts.held += 1
    else if (after.command(given, false).result?.ok === true) this.counts.carried += 1
    else this.tell(entry, 'other weights are in force under the other rules')
  }

  private carryAlike(actor: string, command: AliasCommand | ChangeCommand): void {
    const { before, after } = this.runs
    before.command({ actor, command }, false)
    const result = after.command({ actor, command }, false)
    this.counts[result.result?.ok === true ? 'carried' : 'held'] += 1
  }

  /** The same things, whatever their ids are. */
  private carryObserved(actor: string, command: ObservedCommand): void {
    const { before, after } = this.runs
    const known = [...before.engine.state.observed.values()]
    const keys = new Set(
      known.filter(({ id }) => command.observed.includes(id)).map((one) => one.key),
    )
    before.command({ actor, command }, false)
    const observed = [...after.engine.state.observed.values()]
      .filter(({ key }) => keys.has(key))
      .map(({ id }) => id)
    if (observed.length > 0) after.command({ actor, command: { ...command, observed } }, false)
    this.counts[observed.length > 0 ? 'carried' : 'held'] += 1
  }

  private carryCommand(entry: CommandEntry, command: Command): void {
    const { runs, corrections } = this
    const { actor } = entry
    const undone = command.do === 'undo' ? newestEdit(runs.before, command.incident) : null
    const known = undone === null ? undefined : corrections.get(undone)
    const plan = known === undefined ? planOf(command, runs) : undo(known)
    const dismissed = command.do === 'dismiss' ? lookAt(command.incident, runs) : NOBODY
    const applied = runs.before.command({ actor, command }, isRegrouping(command))
    const result = asCommandResult(applied)
    if (result?.ok !== true) {
      this.tell(entry, 'it was refused when it was given')
      return
    }
    if (known !== undefined) known.undone = true
    const { done, reason } = this.perform(plan, actor)
    if (reason !== null) this.tell(entry, reason)
    else this.counts[done.length > 0 ? 'carried' : 'held'] += 1
    this.note(result.incident, { done, dismissed })
  }

  /** Does what the plan says in the second run; `reason`: why not, or not all of it. */
  private perform(plan: Plan, actor: string) {
    const done: string[] = []
    if ('reason' in plan) return { done, reason: plan.reason }
    let reason: string | null = null
    for (const command of plan.commands) {
      const applied = this.runs.after.command({ actor, command }, isRegrouping(command))
      const result = asCommandResult(applied)
      if (result?.ok === true) done.push(result.incident)
      else reason ??= `refused: ${result?.text ?? 'no answer'}`
    }
    return { done, reason }
  }

  private note(incident: string, about: Pick<Correction, 'done' | 'dismissed'>): void {
    const { before } = this.runs
    const { incidents, now } = before.engine.state
    for (const [index, edit] of (incidents.get(incident)?.edits ?? []).entries()) {
      const id = `${incident}/${index}`
      if (edit.undone || edit.at !== now || this.corrections.has(id)) continue
      const constraint = constraintOf(before, edit)
      this.corrections.set(id, { ...about, constraint, undone: false })
    }
  }
}

function aboutOf(command: CommandEntry['command']): string {
  if ('observed' in command) return command.observed.join(', ')
  if ('problem' in command) return command.problem
  if ('change' in command) return command.change
  if ('proposal' in command) return command.proposal
  if ('version' in command) return command.version
  if ('regrouping' in command) return command.regrouping
  if (isAliasCommand(command)) return 'alias' in command ? command.alias : command.name.name
  return 'constraint' in command ? command.constraint : command.incident
}

/** What the second run learned alike; `null`: it learned no such thing. */
function sameConstraint(id: string, { before, after }: Runs): string | null {
  const known = before.engine.state.constraints.get(id)
  if (known === undefined) return null
  const textOf = (one: typeof known): string => JSON.stringify([one.relation, one.by, kindsOf(one)])
  const all = [...after.engine.state.constraints.values()]
  return all.find((one) => textOf(one) === textOf(known))?.id ?? null
}

function undo({ done }: Correction): Plan {
  return { commands: done.map((incident) => ({ do: 'undo', incident })) }
}

const NOBODY: Dismissed = { alerts: 0, openedBefore: 0, openedAfter: 0 }

function addUp(a: Dismissed, b: Dismissed): Dismissed {
  return {
    alerts: a.alerts + b.alerts,
    openedBefore: a.openedBefore + b.openedBefore,
    openedAfter: a.openedAfter + b.openedAfter,
  }
}

function isOpened({ engine }: Run, incident: string): boolean {
  return (engine.state.incidents.get(incident)?.openedAt ?? null) !== null
}

function lookAt(incident: string, runs: Runs): Dismissed {
  const alerts = membersOf(runs, incident)
  const id = survivor(runs.before.engine, incident)?.id ?? incident
  const homes = [...homesOf(runs, alerts)].filter(([home]) => isOpened(runs.after, home))
  return {
    alerts: alerts.length,
    openedBefore: isOpened(runs.before, id) ? alerts.length : 0,
    openedAfter: homes.reduce((sum, [, some]) => sum + some.length, 0),
  }
}

function isRegrouping({ do: what }: Command): boolean {
  return what === 'merge' || what === 'split' || what === 'move' || what === 'undo'
}

function asCommandResult({ result }: Applied): CommandResult | null {
  if (result === null || !result.ok) return result
  return 'incident' in result ? result : null
}

/** `<incident>/<index>` of the regrouping that an undo takes back; `null`: there is none. */
function newestEdit({ engine }: Run, incident: string): string | null {
  const target = survivor(engine, incident)
  const index = (target?.edits ?? []).findLastIndex(({ undone }) => !undone)
  return target === undefined || index < 0 ? null : `${target.id}/${index}`
}

type Incident = Readonly<Pick<IncidentState, 'id' | 'edits' | 'members' | 'mergedInto'>>

function survivor({ state }: Engine, id: string): Incident | undefined {
  let at = state.incidents.get(id)
  for (let hops = 0; hops < 100 && at !== undefined; hops++) {
    if (at.mergedInto === null) return at
    at = state.incidents.get(at.mergedInto)
  }
  return at
}

/** What a regrouping says: the moved ones belong with those they came to, not with those they left. */
function constraintOf({ engine, course }: Run, edit: Incident['edits'][number]): Constraint {
  const { state } = engine
  const moved = new Set(
    edit.parts.flatMap((part) => Object.keys(state.editParts.get(part)?.explained ?? {})),
  )
  const keysOf = (alerts: Iterable<string>): string[] =>
    [...alerts].flatMap((alert) => course.episodes.get(alert)?.key ?? []).sort(compare)
  const others = (id: string): string[] =>
    keysOf([...(state.incidents.get(id)?.members.keys() ?? [])].filter((key) => !moved.has(key)))
  const some = keysOf(moved)
  return {
    together: edit.kind === 'merge' || edit.kind === 'move' ? [some, others(edit.to)] : NONE,
    apart: edit.kind === 'split' || edit.kind === 'move' ? [some, others(edit.from)] : NONE,
  }
}

interface Runs {
  readonly before: Run
  readonly after: Run
}

function planOf(command: Command, runs: Runs): Plan {
  const holder = (incident: string): string | null => holderOf(runs, membersOf(runs, incident))
  switch (command.do) {
    case 'merge':
      return planMerge([command.incident, ...command.from].map(holder))
    case 'split':
      return planSplit(command, runs)
    case 'move':
      return planMove(command, runs, holder(command.to))
    default: {
      const incident = holder(command.incident)
      if (
        command.do === 'dismiss' &&
        incident !== null &&
        isNeedless(command.incident, incident, runs)
      )
        return NOTHING
      return incident === null ? { reason: NO_HOLDER } : { commands: [{ ...command, incident }] }
    }
  }
}

/** What never opened needs no word that it is none. */
function isNeedless(given: string, there: string, { before, after }: Runs): boolean {
  const known = survivor(before.engine, given)
  return known !== undefined && isOpened(before, known.id) && !isOpened(after, there)
}

function membersOf({ before }: Runs, incident: string): readonly string[] {
  return [...(survivor(before.engine, incident)?.members.keys() ?? [])]
}

/** Incident of the second run → alerts there, of those given by their names in the first. */
function homesOf({ before, after }: Runs, alerts: readonly string[]): Map<string, string[]> {
  const homes = new Map<string, string[]>()
  for (const alert of alerts) {
    const key = before.course.episodes.get(alert)?.key
    const there = key === undefined ? undefined : after.course.byKey.get(key)
    if (there === undefined || there.incident === null) continue
    const list = homes.get(there.incident)
    if (list === undefined) homes.set(there.incident, [there.alert])
    else list.push(there.alert)
  }
  return homes
}

/** The incident of the second run with most of the alerts; of equals the older one. */
function holderOf(runs: Runs, alerts: readonly string[]): string | null {
  const [best] = [...homesOf(runs, alerts)].sort(
    ([a, some], [b, others]) => others.length - some.length || a.length - b.length || compare(a, b),
  )
  return best?.[0] ?? null
}

function planMerge(holders: readonly (string | null)[]): Plan {
  const [incident, ...from] = new Set(holders.filter((one) => one !== null))
  if (incident === undefined || holders.includes(null)) return { reason: NO_HOLDER }
  return from.length === 0 ? NOTHING : { commands: [{ do: 'merge', incident, from }] }
}

function planSplit(command: Extract<Command, { do: 'split' }>, runs: Runs): Plan {
  const wanted = new Set(command.members)
  const rest = membersOf(runs, command.incident).filter((alert) => !wanted.has(alert))
  const shared = homesOf(runs, rest)
  const homes = [...homesOf(runs, [...wanted])]
  if (homes.length === 0) return { reason: NO_HOLDER }
  const commands = homes
    .filter(([incident]) => shared.has(incident))
    .map(([incident, members]): Command => ({ do: 'split', incident, members }))
  return { commands }
}

function planMove(command: Extract<Command, { do: 'move' }>, runs: Runs, to: string | null): Plan {
  const homes = [...homesOf(runs, command.members)]
  if (to === null || homes.length === 0) return { reason: NO_HOLDER }
  const commands = homes
    .filter(([incident]) => incident !== to)
    .map(([incident, members]): Command => {
      const all = runs.after.engine.state.incidents.get(incident)?.memberCount
      return all === members.length
        ? { do: 'merge', incident: to, from: [incident] }
        : { do: 'move', incident, members, to }
    })
  return { commands }
}
