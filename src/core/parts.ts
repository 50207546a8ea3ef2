/** Which scope each item of a body is of: what decides how the body is split into entries. */
import { identityKey } from './identity.ts'
import type { AlertEvent, IngestItem } from './model.ts'
import type { RulePacks } from './rules.ts'
import { DEFAULT_SCOPE, scopeOf } from './scope.ts'

export type ScopeRules = Pick<RulePacks, 'correlate' | 'dedup'>

/** The scope that an item names, as far as its labels could be read. */
export function scopeOfItem(item: IngestItem, { correlate }: Pick<RulePacks, 'correlate'>): string {
  return scopeOf(item.labels ?? {}, correlate.scope)
}

/**
 * The numbers of the items of each scope, rising. `default` comes first, since its changes count in every
 * scope; the others come as the body names them. An end that names no scope is with the alert of the
 * body that it can only mean. `null`: it can mean several, so that the order of all items decides.
 */
export function itemsByScope(
  items: readonly IngestItem[],
  rules: ScopeRules,
): ReadonlyMap<string, readonly number[]> | null {
  const scopes = items.map((item) => scopeOfItem(item, rules))
  if (scopes.every((scope) => scope === scopes[0]))
    return new Map([[scopes[0] ?? DEFAULT_SCOPE, [...items.keys()]]])
  const isLost = (item: IngestItem, number: number): item is AlertEvent =>
    item.kind === 'alert' && item.status === 'resolved' && scopes[number] === DEFAULT_SCOPE
  const keyOf = (item: AlertEvent): string => identityKey(item, rules.dedup.drop_labels)
  const lost = new Map<string, Set<string>>()
  for (const [number, item] of items.entries())
    if (isLost(item, number)) lost.set(keyOf(item), new Set())
  if (lost.size > 0)
    for (const [number, item] of items.entries())
      if (item.kind === 'alert' && !isLost(item, number))
        lost.get(keyOf(item))?.add(scopes[number] ?? DEFAULT_SCOPE)
  for (const homes of lost.values()) if (homes.size > 1) return null
  const parts = new Map<string, number[]>()
  for (const [number, item] of items.entries()) {
    const [home] = (isLost(item, number) && lost.get(keyOf(item))) || []
    const scope = home ?? scopes[number] ?? DEFAULT_SCOPE
    const known = parts.get(scope)
    if (known === undefined) parts.set(scope, [number])
    else known.push(number)
  }
  const first = parts.get(DEFAULT_SCOPE)
  return first === undefined ? parts : new Map([[DEFAULT_SCOPE, first], ...parts])
}
