/**
 * What rules may ask about an alert: its labels, and fields of the alert and of the CI it is bound to.
 * A name that begins with `alert.` or `ci.` is a field, every other one a label.
 */
import { matchesValue } from './matcher.ts'
import type { Ci, Labels, Matcher, Severity } from './model.ts'

export interface Facts {
  readonly labels: Labels
  readonly source: string
  readonly severity: Severity
  /** Name of the rule or check that raised it. */
  readonly name: string
  readonly title: string
  /** The CI it is bound to, if any. */
  readonly ci: Ci | null
  /** Name of the service it is about; looked for only when it is asked for. */
  readonly service: () => string | null
}

const FIELDS: Readonly<Record<string, (facts: Facts) => string | number | null | undefined>> = {
  'alert.name': ({ name }) => name,
  'alert.title': ({ title }) => title,
  'alert.severity': ({ severity }) => severity,
  'alert.source': ({ source }) => source,
  'ci.id': ({ ci }) => ci?.id,
  'ci.name': ({ ci }) => ci?.name,
  'ci.class': ({ ci }) => ci?.class,
  'ci.environment': ({ ci }) => ci?.environment,
  'ci.owner': ({ ci }) => ci?.owner,
  'ci.criticality': ({ ci }) => ci?.criticality,
  'ci.service': ({ service }) => service(),
}
const CI_LABEL = 'ci.label.'

/** Why there is no such label or field, or `null`. */
export function fieldFault(name: string): string | null {
  if (!isField(name) || Object.hasOwn(FIELDS, name)) return null
  if (name.startsWith(CI_LABEL) && name.length > CI_LABEL.length) return null
  return `there is no field ${name}: ${Object.keys(FIELDS).join(', ')}, ${CI_LABEL}<name>`
}

/** Whether a name means a field and not a label. */
export function isField(name: string): boolean {
  return name.startsWith('ci.') || name.startsWith('alert.')
}

/** The value of a label or field; what is missing counts as empty. */
export function fieldValue(facts: Facts, name: string): string {
  if (!isField(name)) return facts.labels[name] ?? ''
  if (name.startsWith(CI_LABEL)) return facts.ci?.labels[name.slice(CI_LABEL.length)] ?? ''
  return String(FIELDS[name]?.(facts) ?? '')
}

/** Whether every matcher holds; an empty list holds for everything. */
export function holds(matchers: readonly Matcher[], facts: Facts): boolean {
  return matchers.every((matcher) => matchesValue(matcher, fieldValue(facts, matcher.name)))
}

/** The values of labels and fields as one text, each with its length so that none runs into the next. */
export function keyOf(facts: Facts, names: readonly string[]): string {
  return names
    .map((name) => fieldValue(facts, name))
    .map((value) => `${value.length}:${value}`)
    .join('')
}
