/** What people do to incidents. Each command is applied or refused with a reason; none is lost. */
import type { Command } from '../entry.ts'
import { coreOf } from '../learn/constraints.ts'
import { scopedKey } from '../scope.ts'
import type { IncidentState } from '../state.ts'
import { addVote, takeVote } from '../votes.ts'
import { analyse, remember } from './analyse.ts'
import { type Ctx, type Deciding, decide, editIncident, survivor } from './context.ts'
import { noteCorrection, sample } from './corrections.ts'
import { dismiss } from './dismiss.ts'
import { weighHurt } from './hurt.ts'
import { resolveIncident } from './incidents.ts'
import { isEditable, merge, move, type Refusal, split, undo } from './regroup.ts'

/** What a command did: the incident it ended up at, or why it was refused. */
export type CommandResult =
  | { readonly ok: true; readonly incident: string }
  | { readonly ok: false; readonly reason: string; readonly text: string }

export function applyCommand(ctx: Ctx, command: Command, actor: string): CommandResult {
  const result = run(ctx, command, actor)
  if (!('refused' in result)) return { ok: true, incident: result.incident }
  decide(ctx, {
    action: 'command.refused',
    reason: result.refused,
    text: `${command.do} refused: ${result.text}`,
    actor,
    incident: command.incident,
  })
  return { ok: false, reason: result.refused, text: result.text }
}

function run(ctx: Ctx, command: Command, actor: string): Refusal | { readonly incident: string } {
  switch (command.do) {
    case 'merge':
      return merge(ctx, command, actor)
    case 'split':
      return split(ctx, command, actor)
    case 'move':
      return move(ctx, command, actor)
    case 'undo':
      return undo(ctx, command.incident, actor)
    case 'comment':
      return comment(ctx, command, actor)
    case 'review':
      return review(ctx, command, actor)
    default:
      return runOnOne(ctx, command, actor)
  }
}

/** A version is a fact in the timeline: the engine decides nothing by it, and needs not hold the incident. */
function review(
  ctx: Ctx,
  { incident, review: written }: Extract<Command, { readonly do: 'review' }>,
  actor: string,
): { readonly incident: string } {
  decide(ctx, {
    ...{ action: 'incident.reviewed', reason: 'by_person', text: 'Wrote a version of the review' },
    ...{ actor, incident, review: written },
  })
  return { incident }
}

type Simple = Exclude<
  Command,
  { readonly do: 'merge' | 'split' | 'move' | 'undo' | 'comment' | 'review' }
>

function runOnOne(
  ctx: Ctx,
  command: Simple,
  actor: string,
): Refusal | { readonly incident: string } {
  const incident = editIncident(ctx, survivor(ctx, command.incident))
  if (incident === undefined)
    return { refused: 'unknown_incident', text: 'there is no such incident, or it is long closed' }
  if (!isEditable(incident)) return { refused: 'not_editable', text: 'it is closed for good' }
  const say = (what: Omit<Deciding, 'actor' | 'incident'>): void =>
    decide(ctx, { ...what, actor, incident: incident.id })
  const refusal = act(ctx, { incident, command, actor, say })
  return refusal ?? { incident: incident.id }
}

interface Acting<C = Simple> {
  readonly incident: IncidentState
  readonly command: C
  readonly actor: string
  readonly say: (what: Omit<Deciding, 'actor' | 'incident'>) => void
}

function act(ctx: Ctx, acting: Acting): Refusal | null {
  const { incident, command, actor, say } = acting
  switch (command.do) {
    case 'acknowledge':
      return acknowledge(ctx, acting)
    case 'unacknowledge':
      incident.acknowledgedAt = null
      incident.acknowledgedBy = null
      say({
        action: 'incident.unacknowledged',
        reason: 'by_person',
        text: 'No longer acknowledged',
      })
      return null
    case 'assign':
      assign(acting, command)
      return null
    case 'resolve':
      return resolve(ctx, { ...acting, command })
    case 'close':
      return close(ctx, { ...acting, command })
    case 'dismiss':
      if (incident.dismissed !== null)
        return { refused: 'already_dismissed', text: 'it was said already that it is none' }
      dismiss(ctx, incident, { actor, reason: command.reason })
      return null
    case 'confirm_cause':
      confirmCause(ctx, incident, command.ci, actor)
      weighHurt(ctx, incident)
      say({
        action: 'incident.cause_confirmed',
        reason: 'by_person',
        text: `${command.ci} was the cause`,
      })
      return null
    case 'vote':
      vote(ctx, incident, { ...command, by: actor })
      analyse(ctx, incident)
      say({
        action: 'incident.voted',
        reason: command.helpful ? 'helpful' : 'not_helpful',
        text: `${actor} found ${command.article} ${command.helpful ? 'helpful' : 'not helpful'}`,
      })
      return null
  }
}

function assign(
  { incident, actor, say }: Acting,
  { to, team }: Extract<Command, { do: 'assign' }>,
): void {
  const said = { action: 'incident.assigned', reason: 'by_person' } as const
  if (to !== undefined) {
    incident.owner = to
    say({ ...said, text: to === null ? 'Nobody owns it' : `Assigned to ${to}` })
  }
  if (team === undefined) return
  incident.team = team
  incident.teamBy = actor
  say({ ...said, text: team === null ? 'Taken from every team' : `Given to the team ${team}` })
}

function acknowledge(ctx: Ctx, { incident, actor, say }: Acting): Refusal | null {
  if (incident.acknowledgedAt !== null)
    return {
      refused: 'already_acknowledged',
      text: `${incident.acknowledgedBy ?? 'someone'} acknowledged it already`,
    }
  incident.acknowledgedAt = ctx.state.now
  incident.acknowledgedBy = actor
  incident.owner ??= actor
  say({ action: 'incident.acknowledged', reason: 'by_person', text: `${actor} is on it` })
  return null
}

function resolve(
  ctx: Ctx,
  { incident, command, actor }: Acting<Extract<Command, { do: 'resolve' }>>,
): Refusal | null {
  if (incident.status === 'resolved')
    return { refused: 'already_resolved', text: 'it is resolved already' }
  if (incident.firingCount > 0 && command.force !== true)
    return {
      refused: 'alerts_still_fire',
      text: `${incident.firingCount} of its alerts still fire; resolve with force to hold it resolved until they end or something joins`,
    }
  const held = incident.firingCount > 0
  incident.openedAt ??= ctx.state.now
  incident.resolution = command.resolution ?? incident.resolution
  analyse(ctx, incident)
  resolveIncident(ctx, incident, {
    actor,
    reason: held ? 'by_person_while_firing' : 'by_person',
    text: command.resolution ?? (held ? 'Resolved while alerts still fire' : 'Resolved'),
  })
  incident.heldResolved = held
  remember(ctx, incident)
  return null
}

function close(
  ctx: Ctx,
  { incident, actor, say }: Acting<Extract<Command, { do: 'close' }>>,
): Refusal | null {
  if (incident.firingCount > 0)
    return { refused: 'alerts_still_fire', text: 'resolve it first: alerts of it still fire' }
  if (incident.status !== 'resolved') {
    incident.openedAt ??= ctx.state.now
    resolveIncident(ctx, incident, { actor, reason: 'by_person', text: 'Resolved' })
    remember(ctx, incident)
  }
  incident.status = 'closed'
  incident.closedAt = ctx.state.now
  say({ action: 'incident.closed', reason: 'by_person', text: 'Closed' })
  return null
}

function comment(
  ctx: Ctx,
  command: Extract<Command, { do: 'comment' }>,
  actor: string,
): Refusal | { readonly incident: string } {
  const id = survivor(ctx, command.incident)
  if (editIncident(ctx, id) === undefined)
    return { refused: 'unknown_incident', text: 'there is no such incident, or it is long closed' }
  decide(ctx, {
    action: 'incident.commented',
    reason: 'by_person',
    text: command.text,
    actor,
    incident: id,
  })
  return { incident: id }
}

function confirmCause(ctx: Ctx, incident: IncidentState, ci: string, actor: string): void {
  incident.confirmedCause = ci
  noteCorrection(
    ctx,
    incident,
    { id: `${incident.id}/cause`, kind: 'confirm_cause', by: actor, other: incident.id },
    {
      said: coreOf(incident.members.values()).map((one) => ({
        relation: 'real',
        a: sample(ctx, one),
      })),
    },
  )
  const { scope } = incident
  for (const signature of signaturesOf(incident)) {
    const key = scopedKey(scope, `${signature.length}:${signature}${ci}`)
    const known = ctx.state.confirmed.edit(key)
    if (known === undefined)
      ctx.state.confirmed.set({ snap: 0, key, scope, signature, ci, count: 1 })
    else known.count += 1
  }
}

/** Counts the vote of a person on an article at the incident, in place of the one before. */
function vote(
  { state }: Ctx,
  incident: IncidentState,
  of: { readonly article: string; readonly helpful: boolean; readonly by: string },
): void {
  const { scope } = incident
  const { article, helpful, by } = of
  const cast = incident.votes ?? []
  const before = cast.find((one) => one.article === article && one.by === by)
  for (const { key, at } of before?.counted ?? []) {
    const known = state.votes.edit(key)
    if (known !== undefined) takeVote(known, { helpful: before?.helpful === true, since: at })
  }
  const counted = signaturesOf(incident).map((signature) => {
    const key = scopedKey(scope, `${signature.length}:${signature}${article}`)
    const known = state.votes.edit(key) ?? {
      ...{ snap: 0, key, scope, article, signature },
      ...{ helpful: 0, notHelpful: 0, at: state.now },
    }
    addVote(known, helpful, state.now)
    state.votes.set(known)
    return { key, at: known.at }
  })
  incident.votes = [...cast.filter((one) => one !== before), { article, by, helpful, counted }]
}

/** Signatures of the incident's members, sorted. */
export function signaturesOf(incident: IncidentState): string[] {
  return [...new Set([...incident.members.values()].map(({ signature }) => signature))].sort()
}
