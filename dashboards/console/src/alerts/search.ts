/** The search of the alerts as it stands in the address; what is usual is left out. */
import type { Severity } from '../api/schema.d.ts'
import { boundsOf, type RangeSearch, readRange } from '../ui/time-range.ts'

export interface AlertSearch extends RangeSearch {
  readonly state?: 'firing' | 'resolved'
  readonly severity?: readonly string[]
  readonly scope?: readonly string[]
  readonly source?: readonly string[]
  readonly rule?: readonly string[]
  readonly ci?: readonly string[]
  readonly incident?: string
  readonly suppressed?: boolean
  readonly stale?: boolean
  readonly flapping?: boolean
  readonly bound?: boolean
  /** `name=value` */
  readonly label?: readonly string[]
  readonly q?: string
}

export const FLAGS = ['suppressed', 'stale', 'flapping', 'bound'] as const
export const LISTS = ['scope', 'source', 'rule', 'ci', 'label'] as const
export const SEVERITIES: readonly Severity[] = [
  'critical',
  'error',
  'warning',
  'info',
  'none',
  'unknown',
]

function textsIn(value: unknown): string[] {
  return [value]
    .flat()
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map(String)
    .filter((one) => one !== '')
}

/** Takes what an address holds; what does not fit is left out. */
export function readAlertSearch(given: Record<string, unknown>): AlertSearch {
  const [state] = textsIn(given['state'])
  const [q] = textsIn(given['q'])
  const [incident] = textsIn(given['incident'])
  const severity = textsIn(given['severity'])
    .flatMap((text) => text.split(','))
    .filter((text) => SEVERITIES.some((name) => name === text))
  return {
    ...(state === 'firing' || state === 'resolved' ? { state } : {}),
    ...(severity.length === 0 ? {} : { severity }),
    ...Object.fromEntries(
      LISTS.flatMap((name) => {
        const texts = textsIn(given[name])
        return texts.length === 0 ? [] : [[name, texts]]
      }),
    ),
    ...Object.fromEntries(
      FLAGS.flatMap((name) => (typeof given[name] === 'boolean' ? [[name, given[name]]] : [])),
    ),
    ...(incident === undefined ? {} : { incident }),
    ...(q === undefined ? {} : { q }),
    ...readRange(given),
  }
}

/** What the API is asked with. */
export function toQuery(search: AlertSearch, now: number) {
  const { range: _range, from: _from, to: _to, severity, ...rest } = search
  const flags = Object.fromEntries(
    FLAGS.flatMap((name) => (rest[name] === undefined ? [] : [[name, String(rest[name])]])),
  )
  const { state, source, rule, ci, label, incident, q } = rest
  return {
    ...{ state, source, rule, ci, label, incident, q },
    ...flags,
    severity: severity?.join(','),
    ...boundsOf(search, now),
  }
}

/** Without what asks for nothing. */
export function trimmed(
  search: { readonly [Name in keyof AlertSearch]: AlertSearch[Name] | undefined },
): AlertSearch {
  const kept = Object.entries(search).filter(
    ([, value]) =>
      value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(kept)
}

/** Whether anything but time and state is asked for. */
export function isNarrowed({
  state: _s,
  range: _r,
  from: _f,
  to: _t,
  ...rest
}: AlertSearch): boolean {
  return Object.keys(rest).length > 0
}
