/** Which incidents a list, its facets and its total are about: one filter, one SQL, typed parameters. */
import type { Severity } from '../core/model.ts'
import type { IncidentStatus } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import { type Params, sqlTime } from './query.ts'
import { SEARCH, searchWords } from './stored.ts'

/** Of each list: any of these; absent or empty: no condition. Conditions all have to be met. */
export interface IncidentConditions {
  readonly status?: readonly IncidentStatus[]
  readonly priority?: readonly number[]
  readonly severity?: readonly Severity[]
  /** Correlation scopes. */
  readonly scope?: readonly string[]
  /** Ids of service CIs. */
  readonly service?: readonly string[]
  /** `''`: nobody. */
  readonly owner?: readonly string[]
  /** The team it goes to, and owners, as the CMDB has them, of its services or of CIs of its alerts. */
  readonly team?: readonly string[]
  /** Sources, rules and CIs of its alerts. */
  readonly source?: readonly string[]
  readonly rule?: readonly string[]
  readonly ci?: readonly string[]
  readonly acknowledged?: boolean
  readonly stale?: boolean
  readonly flapping?: boolean
  readonly edited?: boolean
  readonly id?: readonly string[]
  /**
   * Words that must all occur in what the incident says of itself, in one of its alerts, or in the
   * names of one CI of it; case is ignored.
   */
  readonly q?: string
  /** Bounds of `provisionalAt`: `from` ≤ it < `to`. */
  readonly from?: EpochMs
  readonly to?: EpochMs
  /** Not over yet, or with something happening to it at or after this. */
  readonly activeSince?: EpochMs
}

/** The conditions that facets are counted for. */
export type FacetCondition =
  | 'status'
  | 'priority'
  | 'severity'
  | 'scope'
  | 'service'
  | 'owner'
  | 'team'
  | 'source'
  | 'rule'
  | 'ci'
  | 'acknowledged'
  | 'stale'
  | 'flapping'
  | 'edited'

/** When something last happened to an incident, as far as its own times say. */
export const ACTIVITY = 'activity_at'

/** Incidents of alerts that something is true of. */
function byAlerts(condition: string): string {
  return `id IN (SELECT incident FROM alerts FINAL WHERE incident != '' AND ${condition})`
}

const TEAM_CIS = 'SELECT id FROM cis FINAL WHERE has({team:Array(String)}, owner)'
const FOUND_CIS = `SELECT id FROM cis FINAL WHERE ${SEARCH}`

/** SQL over a row of `incidents`, true where it meets the condition. */
const CONDITIONS: Readonly<Record<FacetCondition, string>> = {
  status: 'has({status:Array(String)}, status)',
  priority: 'has({priority:Array(UInt8)}, priority)',
  severity: 'has({severity:Array(String)}, severity)',
  scope: 'has({scope:Array(String)}, scope)',
  service: 'hasAny(services, {service:Array(String)})',
  owner: 'has({owner:Array(String)}, owner)',
  team: `(has({team:Array(String)}, team) OR hasAny(services, (SELECT groupArray(id) FROM (${TEAM_CIS})))
    OR ${byAlerts(`ci IN (${TEAM_CIS})`)})`,
  source: byAlerts('has({source:Array(String)}, source)'),
  rule: byAlerts('has({rule:Array(String)}, rule)'),
  ci: byAlerts('has({ci:Array(String)}, ci)'),
  acknowledged: 'acknowledged = {acknowledged:Bool}',
  stale: 'stale = {stale:Bool}',
  flapping: 'flapping = {flapping:Bool}',
  edited: 'edited = {edited:Bool}',
}

const FOUND = `(${SEARCH}
  OR hasAny(services, (SELECT groupArray(id) FROM (${FOUND_CIS})))
  OR ${byAlerts(`(${SEARCH} OR ci IN (${FOUND_CIS}))`)})`

const TIMES = `provisional_at >= {from:DateTime64(3, 'UTC')}
  AND provisional_at < {to:DateTime64(3, 'UTC')}`

const ACTIVE = `(status IN ('provisional', 'open')
  OR ${ACTIVITY} >= {activeSince:DateTime64(3, 'UTC')})`

export interface FilterSql {
  /** What holds whatever a facet counts: words, times and ids. */
  readonly always: string
  /** What was asked for, by condition. */
  readonly asked: Readonly<Partial<Record<FacetCondition, string>>>
  readonly params: Params
}

/** The filter as SQL; costs a pass over narrow columns, and one over those of alerts where it asks about them. */
export function filterSql(filter: IncidentConditions): FilterSql {
  const { q, from, to, activeSince, id, ...facets } = filter
  const asked: Partial<Record<FacetCondition, string>> = {}
  const params: Record<string, Params[string]> = {}
  for (const [name, value] of Object.entries(facets)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    const condition = CONDITIONS[name as FacetCondition]
    if (condition === undefined) continue
    asked[name as FacetCondition] = condition
    params[name] = value
  }
  const words = searchWords(q)
  const always = [TIMES]
  params['from'] = sqlTime(from ?? Number.NEGATIVE_INFINITY)
  params['to'] = sqlTime(to ?? Number.POSITIVE_INFINITY)
  if (words.length > 0) {
    always.push(FOUND)
    params['words'] = words
  }
  if (activeSince !== undefined) {
    always.push(ACTIVE)
    params['activeSince'] = sqlTime(activeSince)
  }
  if (id !== undefined) {
    always.push('has({id:Array(String)}, id)')
    params['id'] = id
  }
  return { always: always.join('\n  AND '), asked, params }
}
