/** How many alert episodes a filter finds, and what they could be narrowed down to. */
import { z } from 'zod'
import { SEVERITIES, type Severity } from '../core/model.ts'
import type { AlertState } from '../core/record.ts'
import {
  type AlertFilter,
  all,
  type Condition,
  FLAGS,
  flagsOf,
  paramsOf,
  restOf,
  severityOf,
  stateOf,
  whenOf,
} from './alert-filter.ts'
import type { Store } from './client.ts'
import type { NamedQuery } from './query.ts'

export interface FacetCount {
  readonly value: string
  readonly count: number
}

export interface LabelFacet {
  readonly name: string
  /** Episodes that have it. */
  readonly count: number
  readonly values: readonly FacetCount[]
}

export interface AlertFacets {
  readonly total: number
  /** As if `state` were not asked for; `severities` as if `severity` were not. */
  readonly states: Readonly<Record<AlertState, number>>
  readonly severities: Readonly<Record<Severity, number>>
  /** Of what is found, how many are so. */
  readonly flags: Readonly<Record<keyof typeof FLAGS, number>>
  /**
   * The most frequent first, at most 20; so for sources, rules and CIs. A property that the filter chooses
   * values of is counted as if it did not, so that further values can be chosen.
   */
  readonly scopes: readonly FacetCount[]
  readonly sources: readonly FacetCount[]
  readonly rules: readonly FacetCount[]
  readonly cis: readonly FacetCount[]
  /** Those that most episodes have first, at most 30, each with its 10 most frequent values. */
  readonly labels: readonly LabelFacet[]
  /**
   * Share of the alerts that sources, rules, CIs and labels were counted over, 1 for all of them;
   * their counts are scaled up to the whole.
   */
  readonly sample: number
}

const MAX_VALUES = 20
const MAX_LABELS = 30
const MAX_LABEL_VALUES = 10
/** Above this many episodes, values are counted over a share of the alerts. */
const COUNTED = 10_000

/**
 * Counts what a filter finds. One pass over the narrow columns of what `from` and `to` leave, then
 * two over at most about 10,000 episodes of it: ids are hashes, so a range of them is a fair share.
 */
export async function countFacets(store: Store, filter: AlertFilter): Promise<AlertFacets> {
  const when = whenOf(filter)
  const where = [stateOf(filter), severityOf(filter), ...flagsOf(filter), ...restOf(filter)]
  const totals = await countTotals(store, filter)
  const sample = shareOf(totals['total'] ?? 0)
  const shared = sample === 1 ? when : share(when, sample)
  const params = paramsOf([shared, ...where])
  const [values, labels, open] = await Promise.all([
    store.rows(valuesQuery(all([shared]), all(where)), params),
    store.rows(labelsQuery(all([shared]), all(where)), params),
    openValues(store, filter, shared),
  ])
  const scaled = (n: number): number => Math.round(n / sample)
  const of = (facet: string): FacetCount[] =>
    (open.get(facet) ?? values.filter((row) => row.facet === facet))
      .filter(({ value }) => value !== '')
      .slice(0, MAX_VALUES)
      .map(({ value, n }) => ({ value, count: scaled(n) }))
  const ofLabel = (label: LabelFacet): LabelFacet => {
    const rows = open.get(`label ${label.name}`)?.filter(({ value }) => value !== '')
    if (rows === undefined) return label
    return { ...label, values: rows.map(({ value, n }) => ({ value, count: scaled(n) })) }
  }
  return {
    total: totals['total'] ?? 0,
    states: { firing: totals['firing'] ?? 0, resolved: totals['resolved'] ?? 0 },
    severities: severitiesOf((name) => totals[`severity_${name}`] ?? 0),
    flags: {
      suppressed: totals['suppressed'] ?? 0,
      stale: totals['stale'] ?? 0,
      flapping: totals['flapping'] ?? 0,
      unbound: totals['unbound'] ?? 0,
    },
    scopes: of('scope'),
    sources: of('source'),
    rules: of('rule'),
    cis: of('ci'),
    labels: toLabels(labels, scaled).map(ofLabel),
    sample,
  }
}

/** A record of every severity. */
export function severitiesOf<Value>(read: (name: Severity) => Value): Record<Severity, Value> {
  return {
    critical: read('critical'),
    error: read('error'),
    warning: read('warning'),
    info: read('info'),
    none: read('none'),
    unknown: read('unknown'),
  }
}

async function countTotals(store: Store, filter: AlertFilter): Promise<Record<string, number>> {
  const when = whenOf(filter)
  const rest = restOf(filter)
  const state = stateOf(filter)
  const severity = severityOf(filter)
  const flags = flagsOf(filter)
  const count = (conditions: readonly Condition[], name: string, sql = '1'): string =>
    `countIf(${all(conditions)} AND (${sql})) AS ${name}`
  const every = [state, severity, ...flags]
  const columns = [
    count(every, 'total'),
    count([severity, ...flags], 'firing', "state = 'firing'"),
    count([severity, ...flags], 'resolved', "state = 'resolved'"),
    ...SEVERITIES.map((name) =>
      count([state, ...flags], `severity_${name}`, `severity = '${name}'`),
    ),
    ...Object.entries(FLAGS).map(([name, sql]) => count(every, name, sql)),
  ]
  const query: NamedQuery<Record<string, number>> = {
    name: 'alerts.facet_totals',
    sql: `
      SELECT ${columns.join(', ')}
      FROM alerts FINAL PREWHERE ${all([when])} WHERE ${all(rest)}`,
    row: z.record(z.string(), z.coerce.number()),
  }
  const [row = {}] = await store.rows(query, paramsOf([when, ...every, ...rest]))
  return row
}

const STEPS = 4096

function shareOf(total: number): number {
  return total <= COUNTED ? 1 : Math.max(1, Math.floor((COUNTED / total) * STEPS)) / STEPS
}

function share(when: Condition, sample: number): Condition {
  const below = (sample * 0x10000).toString(16).padStart(4, '0')
  return {
    sql: all([when, { sql: 'id < {below:String}', params: {} }]),
    params: { ...when.params, below },
  }
}

const ValueRow = z.object({ facet: z.string(), value: z.string(), n: z.coerce.number() })

function valuesQuery(when: string, where: string): NamedQuery<z.output<typeof ValueRow>> {
  return {
    name: 'alerts.facet_values',
    sql: `
      SELECT facet, value, count() AS n
      FROM (SELECT scope, source, rule, ci FROM alerts FINAL PREWHERE ${when} WHERE ${where})
      ARRAY JOIN ['scope', 'source', 'rule', 'ci'] AS facet,
        [toString(scope), toString(source), toString(rule), ci] AS value
      GROUP BY facet, value
      ORDER BY facet, n DESC, value
      LIMIT ${MAX_VALUES + 1} BY facet`,
    row: ValueRow,
  }
}

const LabelRow = z.object({
  name: z.string(),
  value: z.string(),
  n: z.coerce.number(),
  total: z.coerce.number(),
})

function labelsQuery(when: string, where: string): NamedQuery<z.output<typeof LabelRow>> {
  return {
    name: 'alerts.facet_labels',
    sql: `
      SELECT name, value, n, total FROM (
        SELECT name, value, count() AS n, sum(count()) OVER (PARTITION BY name) AS total
        FROM (SELECT labels FROM alerts FINAL PREWHERE ${when} WHERE ${where})
        ARRAY JOIN mapKeys(labels) AS name, mapValues(labels) AS value
        GROUP BY name, value
      )
      ORDER BY total DESC, name, n DESC, value
      LIMIT ${MAX_LABEL_VALUES} BY name
      LIMIT ${MAX_LABELS * MAX_LABEL_VALUES}`,
    row: LabelRow,
  }
}

interface Value {
  readonly value: string
  readonly n: number
}

/** Values of what the filter chooses values of, each counted without that choice. */
async function openValues(
  store: Store,
  filter: AlertFilter,
  when: Condition,
): Promise<ReadonlyMap<string, readonly Value[]>> {
  const { labels = [] } = filter
  const asked: (readonly [string, string, AlertFilter, Record<string, string>])[] = []
  for (const name of ['scope', 'source', 'rule', 'ci'] as const)
    if ((filter[name] ?? []).length > 0)
      asked.push([name, `toString(${name})`, { ...filter, [name]: [] }, {}])
  for (const { name } of labels) {
    const others = labels.filter((label) => label.name !== name)
    asked.push([
      `label ${name}`,
      'labels[{own:String}]',
      { ...filter, labels: others },
      { own: name },
    ])
  }
  const found = asked.map(async ([facet, column, without, own]) => {
    const where = [stateOf(without), severityOf(without), ...flagsOf(without), ...restOf(without)]
    const params = { ...paramsOf([when, ...where]), ...own }
    const query = openQuery(column, { when: all([when]), where: all(where) })
    return [facet, await store.rows(query, params)] as const
  })
  return new Map(await Promise.all(found))
}

function openQuery(
  column: string,
  { when, where }: { readonly when: string; readonly where: string },
): NamedQuery<Value> {
  return {
    name: 'alerts.facet_open',
    sql: `
      SELECT ${column} AS value, count() AS n
      FROM alerts FINAL PREWHERE ${when} WHERE ${where}
      GROUP BY value ORDER BY n DESC, value LIMIT ${MAX_VALUES + 1}`,
    row: z.object({ value: z.string(), n: z.coerce.number() }),
  }
}

function toLabels(
  rows: readonly z.output<typeof LabelRow>[],
  scaled: (n: number) => number,
): LabelFacet[] {
  const byName = new Map<string, { count: number; values: FacetCount[] }>()
  for (const { name, value, n, total } of rows) {
    const known = byName.get(name) ?? { count: scaled(total), values: [] }
    byName.set(name, known)
    known.values.push({ value, count: scaled(n) })
  }
  return [...byName].slice(0, MAX_LABELS).map(([name, facet]) => ({ name, ...facet }))
}
