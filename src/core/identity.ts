/**
 * The three keys of an alert, never mixed: identity (which alert), signature (which kind of alert)
 * and locus (where it is, for correlation).
 */
import { hash64 } from './fingerprint.ts'
import type { AlertEvent, CiBinding, Labels } from './model.ts'
import { compare } from './topology.ts'

/** Length-prefixed, so that ("ab","c") and ("a","bc") differ: `2:ab1:c`. */
function field(text: string): string {
  return `${text.length}:${text}`
}

/**
 * The full identity: family and named fields without the dropped ones, sorted by name. Equal
 * strings are the same alert, different ones are not: no hash decides.
 */
export function identityKey(
  event: Pick<AlertEvent, 'family' | 'identity'>,
  dropLabels: readonly string[],
): string {
  let key = field(event.family)
  for (const name of Object.keys(event.identity).sort(compare)) {
    if (dropLabels.includes(name)) continue
    key += field(name) + field(event.identity[name] ?? '')
  }
  return key
}

/** Short id of an identity: 16 hex digits. Two identities may share it; the engine numbers those. */
export function identityHash(key: string): string {
  return hash64(key)
}

/** Who says so: the reporter with the dropped labels it carries, e.g. `prometheus{replica="a"}`. */
export function reporterKey(event: AlertEvent, dropLabels: readonly string[]): string {
  const dropped = dropLabels.filter((name) => event.identity[name] !== undefined).sort(compare)
  if (dropped.length === 0) return event.reporter
  const list = dropped.map((name) => `${name}=${JSON.stringify(event.identity[name])}`)
  return `${event.reporter}{${list.join(',')}}`
}

/** Which kind of alert: rule name and class of the CI; no instance in it. */
export function signatureOf(rule: string, ciClass: string | null): string {
  return `${rule}|${ciClass ?? '?'}`
}

/** Labels that say where an unbound alert is, most telling first. */
const PLACES = ['service', 'app', 'application', 'job', 'host', 'node', 'instance', 'pod', 'device']
/** Labels that tell two places of one name apart. */
const REALMS = ['cluster', 'namespace', 'environment']

/**
 * Where an alert is, for correlation: the CI it is bound to, else a placeholder from its labels
 * (`~service=checkout,namespace=shop`), else `null` when nothing says where it is.
 */
export function locusOf(binding: CiBinding | null, labels: Labels): string | null {
  if (binding !== null) return binding.ci
  const place = PLACES.find((name) => (labels[name] ?? '') !== '')
  if (place === undefined) return null
  const parts = [place, ...REALMS.filter((name) => (labels[name] ?? '') !== '')]
  return `~${parts.map((name) => `${name}=${labels[name] ?? ''}`).join(',')}`
}
