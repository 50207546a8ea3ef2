/** Names that are unbound, counted, and what people say that they mean. */
import {
  type Alias,
  aliasKey,
  MAX_ALIASES,
  MAX_EXAMPLES,
  MAX_UNBOUND,
  type UnboundState,
  unboundKey,
} from '../aliases.ts'
import { ALIAS_RULE, type BindDecision, decideBinding, isOperational } from '../bind.ts'
import type { AliasCommand } from '../entry.ts'
import type { AlertEvent } from '../model.ts'
import { bindingBy, type Ctx, decide } from './context.ts'
import { rebind } from './rebind.ts'

/** What a command about names did, or why it was refused. */
export type AliasResult =
  | { readonly ok: true; readonly alias: string }
  | { readonly ok: false; readonly reason: string; readonly text: string }

/** Counts an episode whose name no CI has; the rarest name goes where there are too many. */
export function noteUnbound(
  { state }: Pick<Ctx, 'state'>,
  event: Pick<AlertEvent, 'labels' | 'rule' | 'source'>,
  decision: BindDecision,
): void {
  if (decision.action === 'bind' || decision.named === null || decision.reason === 'no_name') return
  const { named, reason } = decision
  const key = unboundKey(named)
  const known = state.unbound.edit(key)
  if (known !== undefined) {
    known.count += 1
    known.lastAt = state.now
    known.reason = reason
    known.rules = withOne(known.rules, event.rule)
    known.sources = withOne(known.sources, event.source)
    known.labels = event.labels
    return
  }
  if (state.unbound.size >= MAX_UNBOUND) dropRarest(state)
  state.unboundCounter += 1
  state.unbound.set({
    ...{ snap: 0, id: `U-${state.unboundCounter}`, ...named, reason, count: 1 },
    ...{ firstAt: state.now, lastAt: state.now, rules: [event.rule] },
    ...{ sources: [event.source], labels: event.labels },
  })
}

function withOne(list: readonly string[], one: string): readonly string[] {
  return list.includes(one) || list.length >= MAX_EXAMPLES ? list : [...list, one]
}

function dropRarest({ unbound }: Ctx['state']): void {
  let rarest: Readonly<UnboundState> | undefined
  for (const one of unbound.values())
    if (
      rarest === undefined ||
      one.count < rarest.count ||
      (one.count === rarest.count && one.lastAt < rarest.lastAt)
    )
      rarest = one
  if (rarest !== undefined) unbound.delete(unboundKey(rarest))
}

/** Forgets the names that are bound by now. O(unbound names). */
export function pruneUnbound({ state }: Pick<Ctx, 'state'>): void {
  for (const one of [...state.unbound.values()]) {
    const { labels, lastAt: at } = one
    const decision = decideBinding({ labels, at }, bindingBy(state))
    if (decision.action === 'bind') state.unbound.delete(unboundKey(one))
  }
}

/** Takes over what a person says of a name: open alerts with it are bound anew at once. */
export function applyAliasCommand(ctx: Ctx, command: AliasCommand, actor: string): AliasResult {
  const result =
    command.do === 'alias.forget' ? forget(ctx, command, actor) : learn(ctx, command, actor)
  if (!result.ok)
    decide(ctx, {
      action: 'command.refused',
      reason: result.reason,
      text: `${command.do}: ${result.text}`,
      actor,
    })
  return result
}

function refused(reason: string, text: string): AliasResult {
  return { ok: false, reason, text }
}

function learn(
  ctx: Ctx,
  command: Extract<AliasCommand, { readonly do: 'alias.learn' }>,
  actor: string,
): AliasResult {
  const { state } = ctx
  const item = state.topology.items.get(command.ci)
  if (item === undefined || !isOperational(item))
    return refused('unknown_ci', 'there is no such CI, or it is retired')
  const { name } = command
  const count = [...state.aliases.values()].reduce((sum, { aliases }) => sum + aliases.length, 0)
  if (count >= MAX_ALIASES) return refused('too_many', `there are ${MAX_ALIASES} aliases already`)
  state.aliasCounter += 1
  const id =
    state.scope === 'default' ? `A-${state.aliasCounter}` : `${state.scope}/A-${state.aliasCounter}`
  const listed = state.unbound.get(unboundKey(name))
  const alias: Alias = {
    ...{ ...name, id, ci: item.id, by: actor, at: state.now },
    unbound: listed === undefined ? null : { ...listed },
  }
  const key = aliasKey(name)
  const known = state.aliases.get(key)?.aliases ?? []
  const others = known.filter((one) => unboundKey(one) !== unboundKey(alias))
  state.aliases.set({ snap: 0, key, aliases: [...others, alias] })
  decide(ctx, {
    action: 'alias.learned',
    reason: command.correction === true ? 'correction' : 'unbound_name',
    text: `${name.label}=${name.name} means ${item.id}`,
    actor,
  })
  bindAgain(ctx)
  return { ok: true, alias: id }
}

function forget(
  ctx: Ctx,
  { alias: id }: Extract<AliasCommand, { readonly do: 'alias.forget' }>,
  actor: string,
): AliasResult {
  const { aliases } = ctx.state
  const home = [...aliases.values()].find((one) => one.aliases.some((alias) => alias.id === id))
  const known = home?.aliases.find((alias) => alias.id === id)
  if (home === undefined || known === undefined)
    return refused('unknown_alias', 'there is no such alias')
  const rest = home.aliases.filter((alias) => alias.id !== id)
  if (rest.length === 0) aliases.delete(home.key)
  else aliases.set({ snap: 0, key: home.key, aliases: rest })
  decide(ctx, {
    action: 'alias.forgotten',
    reason: 'by_person',
    text: `${known.label}=${known.name} no longer means ${known.ci}`,
    actor,
  })
  listAgain(ctx, known)
  bindAgain(ctx)
  return { ok: true, alias: id }
}

/** What was unbound before; it goes again at once where it is bound by now. */
function listAgain({ state }: Ctx, { unbound }: Alias): void {
  if (unbound === null || state.unbound.has(unboundKey(unbound))) return
  if (state.unbound.size >= MAX_UNBOUND) dropRarest(state)
  state.unbound.set({ snap: 0, ...unbound })
}

/** What an alias bound, or now binds otherwise, and what was unbound; acknowledged incidents do not move. */
function bindAgain(ctx: Ctx): void {
  const { state } = ctx
  rebind(ctx, ({ labels, startsAt: at, binding }) => {
    if (binding?.rule === ALIAS_RULE) return true
    const decision = decideBinding({ labels, at }, bindingBy(state))
    return decision.action === 'bind' && decision.binding.rule === ALIAS_RULE
  })
  pruneUnbound(ctx)
  ctx.ix.observed.view = null
}
