/** Which alert episodes are meant, as SQL: conditions with typed parameters, built from a filter. */
import type { Matcher, Severity } from '../core/model.ts'
import type { AlertState } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import { type Param, sqlTime } from './query.ts'
import { searchWords } from './stored.ts'

/** What an absent field, or an empty list, leaves open; all that is given must hold. */
export interface AlertFilter {
  readonly state?: AlertState
  readonly severity?: readonly Severity[]
  readonly incident?: string
  /** Correlation scopes. */
  readonly scope?: readonly string[]
  /** Any of these; so for the other lists. */
  readonly ci?: readonly string[]
  readonly source?: readonly string[]
  readonly rule?: readonly string[]
  readonly suppressed?: boolean
  readonly stale?: boolean
  readonly flapping?: boolean
  /** Whether a CI is known for it. */
  readonly bound?: boolean
  /** Bounds of `firstSeenAt`: `from` ≤ it < `to`. */
  readonly from?: EpochMs
  readonly to?: EpochMs
  /** Values a label may have, at most 16 labels. */
  readonly labels?: readonly { readonly name: string; readonly values: readonly string[] }[]
  /** As Alertmanager has them, at most 16: RE2, fully anchored, a missing label is `''`. */
  readonly matchers?: readonly Matcher[]
  /** Words that must all occur in id, fingerprint, title, rule, CI or labels; case is ignored. */
  readonly q?: string
}

export interface Condition {
  /** One SQL condition; empty where nothing is asked for. */
  readonly sql: string
  readonly params: Readonly<Record<string, Param>>
}

/** All of these; `1` where there are none. */
export function all(conditions: readonly Condition[]): string {
  const parts = conditions.map(({ sql }) => sql).filter((sql) => sql !== '')
  return parts.length === 0 ? '1' : parts.map((sql) => `(${sql})`).join(' AND ')
}

export function paramsOf(conditions: readonly Condition[]): Record<string, Param> {
  return Object.assign({}, ...conditions.map(({ params }) => params))
}

const NONE: Condition = { sql: '', params: {} }

function anyOf(column: string, name: string, values: readonly string[] | undefined): Condition {
  if (values === undefined || values.length === 0) return NONE
  return { sql: `has({${name}:Array(String)}, ${column})`, params: { [name]: values } }
}

function flag(sql: string, wanted: boolean | undefined): Condition {
  if (wanted === undefined) return NONE
  return { sql: wanted ? sql : `NOT (${sql})`, params: {} }
}

/** A condition on what never changes in an episode: it may be tested before versions are merged. */
export function whenOf({ from, to }: Pick<AlertFilter, 'from' | 'to'>): Condition {
  const bounds = [
    from === undefined ? '' : "first_seen_at >= {from:DateTime64(3, 'UTC')}",
    to === undefined ? '' : "first_seen_at < {to:DateTime64(3, 'UTC')}",
  ]
  return {
    sql: bounds.filter((sql) => sql !== '').join(' AND '),
    params: {
      ...(from === undefined ? {} : { from: sqlTime(from) }),
      ...(to === undefined ? {} : { to: sqlTime(to) }),
    },
  }
}

export function stateOf({ state }: AlertFilter): Condition {
  return state === undefined ? NONE : { sql: 'state = {state:String}', params: { state } }
}

export function severityOf({ severity }: AlertFilter): Condition {
  return anyOf('severity', 'severity', severity)
}

export const FLAGS = {
  suppressed: "suppressed_by != ''",
  stale: 'stale',
  flapping: 'flapping',
  unbound: "ci = ''",
} as const

export function flagsOf(filter: AlertFilter): readonly Condition[] {
  return [
    flag(FLAGS.suppressed, filter.suppressed),
    flag(FLAGS.stale, filter.stale),
    flag(FLAGS.flapping, filter.flapping),
    flag(FLAGS.unbound, filter.bound === undefined ? undefined : !filter.bound),
  ]
}

/** Everything but time, state, severity and flags. */
export function restOf(filter: AlertFilter): readonly Condition[] {
  return [
    filter.incident === undefined
      ? NONE
      : { sql: 'incident = {incident:String}', params: { incident: filter.incident } },
    anyOf('scope', 'scope', filter.scope),
    anyOf('ci', 'ci', filter.ci),
    anyOf('source', 'source', filter.source),
    anyOf('rule', 'rule', filter.rule),
    // one condition per word: with a constant to look for the search is several times as fast
    ...searchWords(filter.q).map((word, at) => ({
      sql: `position(search, {w${at}:String}) > 0`,
      params: { [`w${at}`]: word },
    })),
    ...(filter.labels ?? []).map(({ name, values }, at) => ({
      sql: `has({lv${at}:Array(String)}, labels[{ln${at}:String}])`,
      params: { [`ln${at}`]: name, [`lv${at}`]: values },
    })),
    ...(filter.matchers ?? []).map(matcherOf),
  ]
}

/** ClickHouse's `match` is RE2, and its `.` takes line breaks, as in `core/matcher.ts`. */
function matcherOf({ name, value, isRegex, isEqual }: Matcher, at: number): Condition {
  const label = `labels[{mn${at}:String}]`
  const hit = isRegex ? `match(${label}, {mv${at}:String})` : `${label} = {mv${at}:String}`
  return {
    sql: isEqual ? hit : `NOT ${hit}`,
    params: { [`mn${at}`]: name, [`mv${at}`]: isRegex ? `^(?:${value})$` : value },
  }
}
