/** What an import of past incidents changes of those that are kept. */
import { decideBinding, type Known } from './bind.ts'
import { recordId, type SourceRecord } from './cmdb/model.ts'
import {
  type Bound,
  type CiName,
  type ImportedIncident,
  type ImportedState,
  type ImportInto,
  importedId,
} from './imported.ts'
import type { Table } from './table.ts'
import type { EpochMs } from './time.ts'
import { compare } from './topology.ts'

/** What names are looked up in. */
export interface Naming extends Known {
  readonly sourceRecords: Pick<Table<SourceRecord>, 'get'>
}

export interface BoundIncident {
  readonly incident: ImportedIncident
  readonly bound: Bound
}

export interface ChangedIncident extends BoundIncident {
  /** Names of fields that differ; `binding`: its names mean something else by now. */
  readonly changed: readonly string[]
}

export interface PastPlan {
  readonly added: readonly BoundIncident[]
  readonly changed: readonly ChangedIncident[]
  readonly same: number
}

/**
 * Compares what is given with what is kept of the source. O(incidents)
 *
 * @param incidents each key once
 * @param cmdb the source of the CMDB that keys of CIs are of
 */
export function planPast(
  kept: Pick<Table<ImportedState>, 'get'>,
  {
    into,
    cmdb,
    incidents,
  }: {
    readonly into: ImportInto
    readonly cmdb: string
    readonly incidents: readonly ImportedIncident[]
  },
  naming: Naming,
): PastPlan {
  const added: BoundIncident[] = []
  const changed: ChangedIncident[] = []
  let same = 0
  for (const incident of incidents) {
    const bound = bindImported(incident, cmdb, naming)
    const known = kept.get(importedId(into.source, incident.key))
    const fields = known === undefined ? null : differing(known, bound, into)
    if (fields === null) added.push(bound)
    else if (fields.length > 0) changed.push({ ...bound, changed: fields })
    else same += 1
  }
  return { added, changed, same }
}

const FIELDS = [
  ...['number', 'url', 'title', 'openedAt', 'resolvedAt', 'priority', 'ci', 'service', 'team'],
  ...['resolver', 'resolution', 'resolutionCode', 'category'],
] as const satisfies readonly (keyof ImportedIncident)[]

function differing(
  known: Omit<ImportedState, 'snap'>,
  { incident, bound }: BoundIncident,
  { realm }: ImportInto,
): readonly string[] {
  const fields = FIELDS.filter(
    (name) => JSON.stringify(known.incident[name]) !== JSON.stringify(incident[name]),
  )
  const { ci, service } = known.bound
  return [
    ...fields,
    ...(known.realm === realm ? [] : ['scope']),
    ...(ci === bound.ci && service === bound.service ? [] : ['binding']),
  ]
}

/** What its names mean: by the key in the source's own CMDB, else by the name as alerts are bound. */
export function bindImported(
  incident: ImportedIncident,
  cmdb: string,
  naming: Naming,
): BoundIncident {
  const at = incident.openedAt
  const ci = ciOf(incident.ci, { cmdb, at, naming })
  const service = ciOf(incident.service, { cmdb, at, naming })
  const items = [ci, service].flatMap((id) =>
    id === null ? [] : (naming.topology.items.get(id) ?? []),
  )
  const names = [
    ...items.flatMap((item) => [item.id, item.name, ...item.aliases.slice(0, MAX_ALIASES)]),
    ...[incident.ci?.name, incident.service?.name].flatMap((name) => name ?? []),
  ]
  const ciClass = ci === null ? null : (naming.topology.items.get(ci)?.class ?? null)
  return { incident, bound: { ci, ciClass, service, names: [...new Set(names)].sort(compare) } }
}

/** Of a CI: more than those are looked for in no title. */
const MAX_ALIASES = 8

function ciOf(
  named: CiName | null,
  { cmdb, at, naming }: { readonly cmdb: string; readonly at: EpochMs; readonly naming: Naming },
): string | null {
  if (named === null) return null
  const said = named.key === null ? undefined : naming.sourceRecords.get(recordId(cmdb, named.key))
  if (said !== undefined && !said.retired && naming.topology.items.has(said.ci)) return said.ci
  const { name } = named
  if (name === null) return null
  const labels = { faultline_ci: name, host: name, service: name }
  const decision = decideBinding({ labels, at }, naming)
  return decision.action === 'bind' ? decision.binding.ci : null
}

/** Whether it names something, and whether that is known. */
export function bindingOf({
  incident,
  bound: { ci, service },
}: BoundIncident): 'bound' | 'unbound' | 'unnamed' {
  if (ci !== null || service !== null) return 'bound'
  return incident.ci === null && incident.service === null ? 'unnamed' : 'unbound'
}
