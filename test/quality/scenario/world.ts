/**
 * A made-up estate as it really is: components, what depends on what, and how monitoring names each
 * of them. What its CMDB knows of it is another matter (`cmdb.ts`).
 */

import type { Labels } from '../../../src/core/model.ts'
import type { Random } from '../../../src/demo/random.ts'
import { letters, POD_ALPHABET } from './chance.ts'

/** Who watches it, which decides what labels its alerts have. */
export type Platform = 'kube' | 'vm' | 'device' | 'cloud'

export interface Component {
  readonly id: string
  readonly class: string
  readonly name: string
  readonly platform: Platform
  /** Labels of every series about it: cluster, namespace, site, region … */
  readonly place: Labels
  /** Pods or `host:port` of a service's processes; alerts per process name one of them. */
  readonly instances: readonly string[]
  /** Fully qualified name or address, where monitoring scrapes one. */
  readonly address: string
  readonly aliases: readonly string[]
  readonly owner: string
  readonly criticality: 1 | 2 | 3 | 4
  readonly environment: string
  /** What the CMDB keeps as labels. */
  readonly labels: Labels
}

export interface Edge {
  readonly from: string
  readonly type: string
  readonly to: string
  /** 0 to 1: how likely a fault in `to` hurts `from`: 1 is a hard need, .2 a fallback that works. */
  readonly weight: number
}

export interface World {
  readonly components: Map<string, Component>
  readonly edges: Edge[]
  /** `from to` of every edge. */
  readonly linked: Set<string>
}

type Draft = Pick<Component, 'id' | 'class' | 'platform'> & Partial<Component>

export function newWorld(): World {
  return { components: new Map(), edges: [], linked: new Set() }
}

export function add(world: World, draft: Draft): Component {
  if (world.components.has(draft.id)) throw new Error(`${draft.id} is there already`)
  const component: Component = {
    name: draft.id,
    place: {},
    instances: [],
    address: draft.id,
    aliases: [],
    owner: 'team-platform',
    criticality: 3,
    environment: 'production',
    labels: {},
    ...draft,
  }
  world.components.set(component.id, component)
  return component
}

export function link(world: World, from: string, type: string, to: string, weight = 1): void {
  if (from === to) return
  const key = `${from} ${to}`
  if (world.linked.has(key)) return
  world.linked.add(key)
  world.edges.push({ from, type, to, weight })
}

export function ofClass(world: World, ...classes: readonly string[]): Component[] {
  return [...world.components.values()].filter((component) => classes.includes(component.class))
}

export function named(world: World, id: string): Component {
  const found = world.components.get(id)
  if (found === undefined) throw new Error(`no component ${id}`)
  return found
}

/** Pod names of a Deployment: ReplicaSet hash and five letters. */
export function pods(random: Random, name: string, count: number): string[] {
  const set = letters(random, 10, '456789bcdf')
  return Array.from({ length: count }, () => `${name}-${set}-${letters(random, 5, POD_ALPHABET)}`)
}

const FIRST = [
  ...['account', 'address', 'ads', 'audit', 'basket', 'billing', 'booking', 'campaign', 'cart'],
  ...['catalog', 'checkout', 'claims', 'content', 'coupon', 'courier', 'currency', 'customer'],
  ...['delivery', 'discount', 'dispatch', 'document', 'email', 'events', 'export', 'favourites'],
  ...['feed', 'fraud', 'gift', 'identity', 'image', 'import', 'inventory', 'invoice', 'label'],
  ...['ledger', 'loyalty', 'media', 'member', 'menu', 'notification', 'offer', 'order', 'partner'],
  ...['payment', 'payout', 'picking', 'pricing', 'profile', 'quote', 'rating', 'recommend'],
  ...['refund', 'reporting', 'returns', 'review', 'risk', 'route', 'search', 'session', 'shipping'],
  ...['sms', 'stock', 'subscription', 'supplier', 'survey', 'tax', 'ticket', 'tracking', 'wallet'],
]
const SECOND = ['api', 'svc', 'worker', 'gateway', 'backend', 'manager', 'processor', 'store']

/** Different names of services, as teams choose them. */
export function serviceNames(random: Random, count: number): string[] {
  const all = FIRST.flatMap((first) => SECOND.map((second) => `${first}-${second}`))
  return random.shuffled(all).slice(0, count)
}

const TEAMS = ['atlas', 'borealis', 'cobalt', 'delta', 'ember', 'falcon', 'granite', 'harbor']

export function teamOf(index: number): string {
  return `team-${TEAMS[index % TEAMS.length]}`
}

export function criticalityOf(random: Random): 1 | 2 | 3 | 4 {
  return random.pick([1, 2, 2, 3, 3, 4])
}
