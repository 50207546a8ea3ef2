/** What tests of observations say: alerts at several times, what people do, and what came of it. */
import type { CommandEntry } from '../../../src/core/entry.ts'
import type { Labels } from '../../../src/core/model.ts'
import type { ObservedState } from '../../../src/core/observed/state.ts'
import { at, command, fire, resolve, rules, type Step, type Story } from '../../support/engine.ts'

export const HOUR_S = 3600
export const DAY_S = 24 * HOUR_S
export const POD = { namespace: 'shop', pod: 'cart-7d9f8b6c5d-x2x4z', node: 'node-1' }
export const CONFIRM = rules({ bind: { observe: { mode: 'confirm' } } })

/** Fires and ends, once each hour. */
export function times(
  count: number,
  labels: Labels = POD,
  names = ['Slow', 'Errors'],
  since = 0,
): Step[] {
  return Array.from({ length: count }, (_, n) => {
    const rule = names[n % names.length] ?? ''
    const start = since + 10 + n * HOUR_S
    return [at(start, fire('', rule, { labels })), at(start + 60, resolve('', rule, { labels }))]
  }).flat()
}

const textOf = ({ about, status }: Readonly<ObservedState>): string =>
  about.kind === 'item'
    ? `${status} ${about.thing.class} ${about.thing.name}`
    : `${status} ${about.tie.from.name} ${about.tie.type} ${about.tie.to.name}`
export const table = ({ engine }: Story): string[] =>
  [...engine.state.observed.values()].map(textOf).sort()
export const items = ({ engine }: Story): string[] =>
  [...engine.state.topology.items.values()]
    .map((one) => `${one.id} ${one.class} ${one.status}`)
    .sort()
export const relations = ({ engine }: Story): string[] =>
  engine.state.topology.relations.map(({ from, type, to }) => `${from} ${type} ${to}`)
const idOf = (story: Story, text: string): string =>
  [...story.engine.state.observed.values()].find((one) => textOf(one).endsWith(text))?.id ?? ''

export function say(
  what: 'confirm' | 'reject' | 'undo',
  ...texts: readonly string[]
): ReturnType<typeof command> {
  return command((story): CommandEntry['command'] => ({
    do: `observed.${what}`,
    observed: texts.map((text) => idOf(story, text)),
  }))
}

export const CART = 'observed/workload:cart namespace=shop'
export const NODE = 'observed/host:node-1'
export const RUNS = 'cart runs_on node-1'
export const later = (second: number): Step[] => [at(second, { kind: 'check', check: () => {} })]
