/** Which alert an event is about: its identity within its scope. */
import { identityKey } from '../identity.ts'
import type { AlertEvent } from '../model.ts'
import { DEFAULT_SCOPE, scopedKey, scopeOf } from '../scope.ts'
import type { AlertState } from '../state.ts'
import type { Ctx, Indices } from './context.ts'

/**
 * The scope that the event's labels name and its identity in it. The end of an alert may come without
 * labels: one that names no scope is of the one alert that has its identity, if there is just one.
 */
export function identify(
  { state, ix }: Ctx,
  event: Pick<AlertEvent, 'family' | 'identity' | 'labels' | 'status'>,
): { readonly scope: string; readonly identity: string } {
  const { dedup, correlate } = state.rules
  const bare = identityKey(event, dedup.drop_labels)
  const scope = scopeOf(event.labels, correlate.scope)
  const named = ix.bare.get(bare)
  const isMeant = scope === DEFAULT_SCOPE && event.status === 'resolved' && named?.size === 1
  if (!isMeant || state.alerts.has(bare)) return { scope, identity: scopedKey(scope, bare) }
  const [identity = bare] = named
  return { scope: state.alerts.get(identity)?.scope ?? scope, identity }
}

type Named = Readonly<Pick<AlertState, 'scope' | 'identity'>>

function bareOf({ scope, identity }: Named): string {
  return identity.slice(scopedKey(scope, '').length)
}

/** Lets an end without labels find the alert. */
export function indexBare({ bare }: Pick<Indices, 'bare'>, alert: Named): void {
  if (alert.scope === DEFAULT_SCOPE) return
  const key = bareOf(alert)
  const known = bare.get(key)
  if (known === undefined) bare.set(key, new Set([alert.identity]))
  else known.add(alert.identity)
}

export function forgetBare({ bare }: Pick<Indices, 'bare'>, alert: Named): void {
  if (alert.scope === DEFAULT_SCOPE) return
  const key = bareOf(alert)
  const known = bare.get(key)
  known?.delete(alert.identity)
  if (known?.size === 0) bare.delete(key)
}
