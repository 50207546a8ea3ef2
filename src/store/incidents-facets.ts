/** How many incidents there are under a filter, and how many of each value of every facet. */
import { z } from 'zod'
import type { Store } from './client.ts'
import { type FacetCondition, filterSql, type IncidentConditions } from './incidents-filter.ts'
import type { NamedQuery, Params } from './query.ts'
import { SEARCH, searchWords } from './stored.ts'

export const INCIDENT_FACETS = [
  'status',
  'priority',
  'severity',
  'scope',
  'service',
  'owner',
  'team',
  'source',
  'rule',
  'ci',
  'acknowledged',
  'stale',
  'flapping',
  'edited',
] as const satisfies readonly FacetCondition[]
export type IncidentFacet = (typeof INCIDENT_FACETS)[number]

export interface FacetCount {
  readonly value: string
  readonly count: number
}

export interface FacetCounts {
  /** Incidents that meet the whole filter. */
  readonly total: number
  /**
   * By facet, the values of incidents that meet every other condition, most frequent first, of
   * equal ones by value; `more` where there are others.
   */
  readonly facets: readonly {
    readonly name: IncidentFacet
    readonly values: readonly FacetCount[]
    readonly more: boolean
  }[]
}

export interface FacetRequest extends IncidentConditions {
  /** Most values of a facet, 1 … 100. */
  readonly values: number
  /** Only values of this facet that hold `text`, in themselves or in the words of the CI they name. */
  readonly find?: { readonly facet: IncidentFacet; readonly text: string }
}

/** Most values of one facet that are looked at in one incident. */
const OF_ONE = 1000

/** Values of a facet in one row, as an array of text. */
const VALUES: Readonly<Record<IncidentFacet, string>> = {
  status: '[toString(status)]',
  priority: '[toString(priority)]',
  severity: '[toString(severity)]',
  scope: '[toString(scope)]',
  service: 'services',
  owner: '[owner]',
  team: `arrayDistinct(arrayConcat(
    arrayFilter(one -> one != '', arrayPushFront(
      arrayMap(one -> transform(one, owned.1, owned.2, ''), services), toString(team))),
    teams))`,
  source: 'sources',
  rule: 'rules',
  ci: 'places',
  acknowledged: '[toString(acknowledged)]',
  stale: '[toString(stale)]',
  flapping: '[toString(flapping)]',
  edited: '[toString(edited)]',
}

const Row = z.object({ facet: z.string(), value: z.string(), n: z.coerce.number() })

/** Of the alerts of every incident that can count. */
function alertFacts(which: string): string {
  return `
    SELECT incident AS of,
      groupUniqArray(${OF_ONE})(toString(source)) AS sources,
      groupUniqArray(${OF_ONE})(toString(rule)) AS rules,
      groupUniqArrayIf(${OF_ONE})(ci, ci != '') AS places,
      arrayFilter(one -> one != '', arrayDistinct(
        arrayMap(one -> transform(one, owned.1, owned.2, ''), places))) AS teams
    FROM alerts FINAL
    WHERE incident IN (${which})
    GROUP BY incident`
}

function query(
  where: string,
  asked: Readonly<Partial<Record<FacetCondition, string>>>,
  found: string,
): NamedQuery<z.output<typeof Row>> {
  const names = Object.keys(asked)
  const missed = names.length === 0 ? '0' : names.map((name) => `(NOT meets_${name})`).join(' + ')
  const counted = INCIDENT_FACETS.map((facet) => {
    // what this very facet asks for does not narrow it
    const others = facet in asked ? `misses - (NOT meets_${facet})` : 'misses'
    return `if(${others} = 0, arrayMap(one -> ('${facet}', one), ${VALUES[facet]}), [])`
  })
  const meets = Object.entries(asked).map(([name, sql]) => `, ${sql} AS meets_${name}`)
  const which = `SELECT id FROM incidents FINAL WHERE ${[where, ...ofItself(asked)].join(' AND ')}`
  return {
    name: 'incidents.facets',
    sql: `
      WITH (
        SELECT (groupArray(id), groupArray(owner)) FROM cis FINAL WHERE owner != ''
      ) AS owned
      SELECT pair.1 AS facet, pair.2 AS value, count() AS n
      FROM (
        SELECT arrayJoin(arrayConcat(
          if(misses = 0, [('total', '')], []),
          ${counted.join(',\n')}
        )) AS pair
        FROM (
          SELECT *, ${missed} AS misses FROM (
            SELECT id, scope, status, priority, severity, services, owner, team,
              acknowledged, stale, flapping, edited ${meets.join('\n')}
            FROM incidents FINAL WHERE ${where}
          )
        ) AS one
        LEFT JOIN (${alertFacts(which)}) AS facts ON facts.of = one.id
      )
      WHERE ${found}
      GROUP BY facet, value
      ORDER BY n DESC, value
      LIMIT {most:UInt32} BY facet`,
    row: Row,
  }
}

/**
 * Facets of alerts only count where every condition on the incident itself is met: alerts of other
 * incidents need not be read.
 */
function ofItself(asked: Readonly<Partial<Record<FacetCondition, string>>>): string[] {
  const { team, source, rule, ci, ...itself } = asked
  return Object.values(itself)
}

const FOUND = `(facet != {facet:String} OR positionCaseInsensitive(value, {text:String}) > 0
  OR value IN (SELECT id FROM cis FINAL WHERE ${SEARCH.replaceAll('words', 'found')}))`

/**
 * Total and facets in one statement: a pass over the narrow columns of incidents and one over those
 * of the alerts in them. At most `values` of each facet.
 */
export async function incidentFacets(store: Store, request: FacetRequest): Promise<FacetCounts> {
  const { values: most, find, ...conditions } = request
  const { always, asked, params } = filterSql(conditions)
  const finding: Params =
    find === undefined ? {} : { facet: find.facet, text: find.text, found: searchWords(find.text) }
  const sql = query(always, asked, find === undefined ? 'true' : FOUND)
  const rows = await store.rows(sql, { ...params, ...finding, most: most + 1 })
  const of = (facet: IncidentFacet) => {
    const counts = rows.filter((row) => row.facet === facet)
    const shown = counts.slice(0, most)
    return {
      values: shown.map(({ value, n }) => ({ value, count: n })),
      more: counts.length > most,
    }
  }
  return {
    total: rows.find(({ facet }) => facet === 'total')?.n ?? 0,
    facets: INCIDENT_FACETS.map((name) => ({ name, ...of(name) })),
  }
}
