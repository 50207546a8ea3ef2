/** Small incidents and topologies for tests of the ranking. */
import type { Change, Ci, Relation } from '../../../src/core/model.ts'
import type { CauseInput, CauseMember } from '../../../src/core/rootcause/types.ts'
import { HOUR, MINUTE } from '../../../src/core/time.ts'
import { buildTopology, type Topology } from '../../../src/core/topology.ts'

export const NOW = 100 * HOUR

export function ci(id: string, ciClass = 'service', labels: Record<string, string> = {}): Ci {
  return { id, class: ciClass, name: id, aliases: [], labels, status: 'operational' }
}

/** `a > b`: a depends on b; `a : b`: a is an instance (member) of b; `a @ b`: a runs on b; `a - b`: a is connected to b. */
export function topologyOf(lines: readonly string[], items: readonly Ci[] = []): Topology {
  const types: Record<string, string> = {
    ...{ '>': 'depends_on', ':': 'member_of', '@': 'runs_on', '-': 'connects_to' },
  }
  const relations: Relation[] = []
  const named = new Map(items.map((item) => [item.id, item]))
  for (const line of lines) {
    const [from = '', sign = '', to = ''] = line.split(' ')
    for (const id of [from, to]) if (!named.has(id)) named.set(id, ci(id))
    relations.push({ from, type: types[sign] ?? '', to })
  }
  return buildTopology('t1', [...named.values()], relations)
}

/** A member: `Rule on ci`; ids count. */
export function alerts(...texts: readonly string[]): CauseMember[] {
  return texts.map((text, i) => {
    const [rule = '', on = ''] = text.split(' on ')
    return member({ id: `a${i}.1`, ci: on, rule })
  })
}

export function member(some: Partial<CauseMember>): CauseMember {
  const rule = some.rule ?? 'HighLatency'
  return {
    id: 'a.1',
    ci: 'a',
    signature: rule,
    rule,
    severity: 'warning',
    labels: {},
    surprise: 6,
    startsAt: NOW - MINUTE,
    suppressed: false,
    ...some,
  }
}

export function input(some: Partial<CauseInput>): CauseInput {
  return {
    at: NOW,
    members: [],
    topology: topologyOf([]),
    changes: [],
    confirmed: new Map(),
    monitored: () => false,
    ...some,
  }
}

export function change(some: Partial<Change>): Change {
  return {
    id: 'c1',
    source: 'change',
    title: 'deploy 7',
    changeKind: 'deploy',
    cis: [],
    unbound: [],
    labels: {},
    startsAt: NOW - 5 * MINUTE,
    endsAt: NOW - 4 * MINUTE,
    url: null,
    actor: null,
    ...some,
  }
}

export const SHOP = topologyOf([
  'web > orders',
  'web > users',
  'orders > db',
  'users > db',
  'orders > mq',
])
