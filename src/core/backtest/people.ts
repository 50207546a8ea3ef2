/**
 * What people did, in a run under other rules: another incident may hold the alerts they meant, so a
 * command is carried over by the alert episodes it was about. What cannot be is told.
 */
import type { CommandResult } from '../engine/commands.ts'
import type { Applied, Engine } from '../engine/engine.ts'
import type { Command, CommandEntry, ConstraintCommand } from '../entry.ts'
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
  readonly command: Command | ConstraintCommand
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
  readonly counts: { given: number; carried: number; held: number }
  readonly notCarried: readonly NotCarried[]
}

interface Correction {
  readonly constraint: Constraint
  /** Incidents of the second run that were regrouped for it. */
  readonly done: readonly string[]
  undone: boolean
}

/** What a command comes to in the second run; none: it is so already. */
type Plan = { readonly commands: readonly Command[] } | { readonly reason: string }

const NOTHING: Plan = { commands: [] }
const NO_HOLDER = 'none of its alerts is in an incident under the other rules'

export function createPeople(before: Run, after: Run): People {
  const corrections = new Map<string, Correction>()
  const counts = { given: 0, carried: 0, held: 0 }
  const notCarried: NotCarried[] = []

  const perform = ({ commands }: Extract<Plan, { commands: unknown }>, actor: string) => {
    const done: string[] = []
    let refused: string | null = null
    for (const command of commands) {
      const result = asCommandResult(after.command({ actor, command }, isRegrouping(command)))
      if (result?.ok === true) done.push(result.incident)
      else refused ??= `refused: ${result?.text ?? 'no answer'}`
    }
    return { done, refused }
  }

  const carry = (entry: CommandEntry): void => {
    const { command, at, actor } = entry
    if (command.do === 'comment' || command.do === 'problem.comment') return
    counts.given += 1
    const tell = (reason: string): void => {
      notCarried.push({ at, actor, do: command.do, about: aboutOf(command), reason })
    }
    if ('problem' in command) {
      tell('problems are not compared')
      return
    }
    if ('constraint' in command) {
      const id = sameConstraint(command.constraint, { before, after })
      before.command({ actor, command }, false)
      if (id !== null) after.command({ actor, command: { ...command, constraint: id } }, false)
      counts[id === null ? 'held' : 'carried'] += 1
      return
    }
    const undone = command.do === 'undo' ? newestEdit(before, command.incident) : null
    const known = undone === null ? undefined : corrections.get(undone)
    const plan = known === undefined ? planOf(command, { before, after }) : undo(known)
    const result = asCommandResult(before.command({ actor, command }, isRegrouping(command)))
    if (result?.ok !== true) {
      tell('it was refused when it was given')
      return
    }
    if (known !== undefined) known.undone = true
    if ('reason' in plan) tell(plan.reason)
    const { done, refused } = 'reason' in plan ? { done: [], refused: null } : perform(plan, actor)
    if (refused !== null) tell(refused)
    else if (!('reason' in plan)) counts[done.length > 0 ? 'carried' : 'held'] += 1
    note(result.incident, done)
  }

  const note = (incident: string, done: readonly string[]): void => {
    const target = before.engine.state.incidents.get(incident)
    for (const [index, edit] of (target?.edits ?? []).entries()) {
      const id = `${incident}/${index}`
      if (edit.undone || edit.at !== before.engine.state.now || corrections.has(id)) continue
      corrections.set(id, { constraint: constraintOf(before, edit), done, undone: false })
    }
  }

  return {
    carry,
    constraints: () =>
      [...corrections.values()].filter(({ undone }) => !undone).map(({ constraint }) => constraint),
    ...{ counts, notCarried },
  }
}

function aboutOf(command: CommandEntry['command']): string {
  if ('problem' in command) return command.problem
  return 'constraint' in command ? command.constraint : command.incident
}

/** What the second run learned alike; `null`: it learned no such thing. */
function sameConstraint(id: string, { before, after }: Runs): string | null {
  const known = before.engine.state.constraints.get(id)
  if (known === undefined) return null
  const textOf = ({ relation, a, b, by }: typeof known): string =>
    JSON.stringify([relation, a, b, by])
  const all = [...after.engine.state.constraints.values()]
  return all.find((one) => textOf(one) === textOf(known))?.id ?? null
}

function undo({ done }: Correction): Plan {
  return { commands: done.map((incident) => ({ do: 'undo', incident })) }
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
    together: edit.kind === 'split' ? [[], []] : [some, others(edit.to)],
    apart: edit.kind === 'merge' ? [[], []] : [some, others(edit.from)],
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
      return incident === null ? { reason: NO_HOLDER } : { commands: [{ ...command, incident }] }
    }
  }
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
