/**
 * Names of relations in other CMDBs and the one that we mean by them. Ours read from the one that
 * suffers: `from <type> to`, a fault in `to` can hurt `from` (docs/cmdb.md).
 */

import type { RelationType } from '../core/cmdb/terms.ts'

export interface Meaning {
  readonly type: RelationType
  /** The other name goes from what is needed to what needs it: its ends change places. */
  readonly reversed: boolean
}

const forth = (type: RelationType): Meaning => ({ type, reversed: false })
const back = (type: RelationType): Meaning => ({ type, reversed: true })

/** By name in lower case: Backstage, ServiceNow (`parent::child` and both halves), CSDM, iTop, NetBox, plain words. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  depends_on: forth('depends_on'),
  'depends on': forth('depends_on'),
  dependson: forth('depends_on'),
  consumesapi: forth('depends_on'),
  uses: forth('depends_on'),
  'consumes from': forth('depends_on'),
  'receives data from': forth('depends_on'),
  calls: forth('depends_on'),
  impacts: back('depends_on'),
  dependencyof: back('depends_on'),
  'used by': back('depends_on'),
  'sends data to': back('depends_on'),
  'provides to': back('depends_on'),
  runs_on: forth('runs_on'),
  'runs on': forth('runs_on'),
  'hosted on': forth('runs_on'),
  hosted_on: forth('runs_on'),
  'virtualized by': forth('runs_on'),
  'instantiated by': forth('runs_on'),
  'located in': forth('located_in'),
  located_in: forth('located_in'),
  runs: back('runs_on'),
  hosts: back('runs_on'),
  virtualizes: back('runs_on'),
  member_of: forth('member_of'),
  'member of': forth('member_of'),
  memberof: forth('member_of'),
  partof: forth('member_of'),
  part_of: forth('member_of'),
  'part of': forth('member_of'),
  'contained by': forth('member_of'),
  contained_in: forth('member_of'),
  contains: back('member_of'),
  haspart: back('member_of'),
  hasmember: back('member_of'),
  members: back('member_of'),
  'cluster of': back('member_of'),
  connects_to: forth('connects_to'),
  'connects to': forth('connects_to'),
  connected_to: forth('connects_to'),
  'connected to': forth('connects_to'),
  'connected by': back('connects_to'),
  cable: forth('connects_to'),
}

/**
 * What a relation is called here. Of `Depends on::Used by` the first half counts: it reads from the
 * parent. `undefined` where nobody has said what it means.
 */
export function meaningOf(name: string): Meaning | undefined {
  const word = name.split('::')[0]?.trim().toLowerCase() ?? ''
  return Object.hasOwn(MEANINGS, word) ? MEANINGS[word] : undefined
}
