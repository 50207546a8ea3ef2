/**
 * Correlation scopes: alerts of different scopes never meet. A scope is a pure function of labels, so
 * that an alert has the same one in every replay (docs/adr/0007-one-scope-by-default.md).
 */
import { hash64 } from './fingerprint.ts'
import type { Labels } from './model.ts'

/** The scope of everything where no label tells scopes apart, and of alerts without those labels. */
export const DEFAULT_SCOPE = 'default'
/** Labels that may name a scope. */
export const MAX_SCOPE_LABELS = 4
/** A longer name is cut, and a hash tells it apart. */
const MAX_LENGTH = 64
const KEPT = 40

/**
 * The scope that labels name: their values in the order of `names`, fit for the ids of incidents and
 * for addresses. Different values give different scopes; `~` begins what stands for something else.
 */
export function scopeOf(labels: Labels, names: readonly string[]): string {
  const values = names.map((name) => labels[name] ?? '')
  if (values.every((value) => value === '')) return DEFAULT_SCOPE
  const name = values.map(encode).join('.')
  if (name === DEFAULT_SCOPE) return `${name}~`
  return name.length <= MAX_LENGTH ? name : `${name.slice(0, KEPT)}~~${hash64(name)}`
}

/** Keeps letters, digits, `_` and `-`; everything else is its number between `~` and `-`. */
function encode(value: string): string {
  return value.replace(/[^A-Za-z0-9_-]/gu, (char) => `~${(char.codePointAt(0) ?? 0).toString(16)}-`)
}

/** `INC-000123`; scopes other than the default one stand in front. */
export function scopedId(scope: string, id: string): string {
  return scope === DEFAULT_SCOPE ? id : `${scope}-${id}`
}

/** The scope of a key that `scopedKey` made of one which does not begin with a digit. */
export function scopeOfKey(key: string): string {
  const [head = '', length] = /^(\d+):/.exec(key) ?? []
  return length === undefined ? DEFAULT_SCOPE : key.slice(head.length, head.length + Number(length))
}

/** A key within a scope; the parts cannot run together, and those of the default one are as they are. */
export function scopedKey(scope: string, key: string): string {
  return scope === DEFAULT_SCOPE ? key : `${scope.length}:${scope}/${key}`
}
