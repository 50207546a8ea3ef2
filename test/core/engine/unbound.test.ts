import { expect, it } from 'vitest'
import type { AlertName } from '../../../src/core/aliases.ts'
import { Engine } from '../../../src/core/engine/engine.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { AliasCommand, Entry } from '../../../src/core/entry.ts'
import type { Ci } from '../../../src/core/model.ts'
import { missingCi, suggestCis } from '../../../src/core/suggest.ts'
import { buildTopology } from '../../../src/core/topology.ts'
import { ci, instant, report } from '../../support/engine.ts'

const ITEMS: readonly Ci[] = [
  ci('orders-db', { class: 'database', labels: { namespace: 'shop' } }),
  ci('web-12', { class: 'host', aliases: ['10.0.0.12'] }),
  ci('web-21', { class: 'host' }),
  ci('gone', { status: 'retired' }),
]

interface Play {
  readonly engine: Engine
  readonly apply: (entry: Entry, host?: string) => ReturnType<Engine['apply']>
}

function begin(): Play {
  const engine = new Engine()
  let offset = 0
  const apply = (entry: Entry, host?: string): ReturnType<Engine['apply']> => {
    offset += 1
    const items = host === undefined ? [] : [report('firing', host, 'Down', { startsAt: offset })]
    return engine.apply({ offset, entry }, items)
  }
  apply({
    ...{ kind: 'topology', at: instant(0), scope: 'default', version: 't', mode: 'replace' },
    ...{ items: ITEMS, relations: [] },
  })
  return { engine, apply }
}

function fire({ apply }: Play, second: number, host: string) {
  const received: Entry = {
    ...{ kind: 'received', at: instant(second), scope: 'default', source: 'generic' },
    ...{ receipt: `r${second}`, body: '' },
  }
  return apply(received, host)
}

function say({ apply }: Play, second: number, command: AliasCommand) {
  return apply({
    ...{ kind: 'command', at: instant(second), scope: 'default', actor: 'ann', command },
  }).result
}

const bindings = ({ engine }: Play): string[] =>
  [...engine.state.alerts.values()].map(
    ({ labels, binding }) => `${labels['host']} ${binding?.ci ?? '-'} ${binding?.rule ?? '-'}`,
  )
const unbound = ({ engine }: Play): string[] =>
  [...engine.state.unbound.values()].map(({ name, count }) => `${name} ${count}`)
const named = (name: string): AlertName => ({ label: 'host', kind: 'host', name, realm: {} })

it('counts names that no CI has', () => {
  const play = begin()
  fire(play, 1, 'frontend')
  fire(play, 2, 'backend')
  fire(play, 3, 'web-12')
  expect(unbound(play)).toEqual(['frontend 1', 'backend 1'])
})

it('binds open alerts at once to what a person says, and those to come; taken back, no longer', () => {
  const play = begin()
  fire(play, 1, 'frontend')
  const result = say(play, 2, { do: 'alias.learn', name: named('frontend'), ci: 'web-12' })
  expect(result).toEqual({ ok: true, alias: 'A-1' })
  expect(bindings(play)).toEqual(['frontend web-12 learned_alias'])
  expect(unbound(play)).toEqual([])
  fire(play, 3, 'FrontEnd')
  expect(bindings(play)[1]).toBe('FrontEnd web-12 learned_alias')
  say(play, 4, { do: 'alias.forget', alias: 'A-1' })
  expect(bindings(play)).toEqual(['frontend - -', 'FrontEnd - -'])
  expect(unbound(play)).toEqual(['frontend 1'])
})

it('corrects a binding, and gives the old one back', () => {
  const play = begin()
  fire(play, 1, 'web-12')
  say(play, 2, { do: 'alias.learn', name: named('web-12'), ci: 'web-21', correction: true })
  expect(bindings(play)).toEqual(['web-12 web-21 learned_alias'])
  say(play, 3, { do: 'alias.forget', alias: 'A-1' })
  expect(bindings(play)).toEqual(['web-12 web-12 exact_name'])
})

it('counts within its realm only', () => {
  const play = begin()
  const name = { ...named('frontend'), realm: { cluster: 'blue' } }
  say(play, 1, { do: 'alias.learn', name, ci: 'web-12' })
  fire(play, 2, 'frontend')
  expect(bindings(play)).toEqual(['frontend - -'])
})

it.each<[string, AliasCommand, string]>([
  ['a CI nobody knows', { do: 'alias.learn', name: named('x'), ci: 'none' }, 'unknown_ci'],
  ['a retired CI', { do: 'alias.learn', name: named('x'), ci: 'gone' }, 'unknown_ci'],
  ['an alias that is none', { do: 'alias.forget', alias: 'A-9' }, 'unknown_alias'],
])('refuses %s', (_name, command, reason) => {
  expect(say(begin(), 1, command)).toMatchObject({ ok: false, reason })
})

it('keeps names and aliases in a snapshot', () => {
  const play = begin()
  fire(play, 1, 'frontend')
  say(play, 2, { do: 'alias.learn', name: named('other'), ci: 'web-12' })
  const { next } = beginSnapshot(play.engine, 1)
  const restored = restoreEngine()
  for (let chunk = next(); chunk !== null; chunk = next()) restored.add(chunk)
  const engine = restored.finish()
  expect(engine?.state.aliases.size).toBe(1)
  expect([...(engine?.state.unbound.values() ?? [])].map(({ name }) => name)).toEqual(['frontend'])
})

it('suggests what is called alike, is where it is, or has its address', () => {
  const topology = buildTopology('t', ITEMS, [])
  const asked = { kind: 'host', realm: {}, labels: {}, lastAt: 0 } as const
  const found = (name: string, more = {}) =>
    suggestCis({ ...asked, name, ...more }, topology).map((one) => one.ci)
  expect(found('order-db', { kind: 'any', realm: { namespace: 'shop' } })).toEqual(['orders-db'])
  expect(found('order-db', { kind: 'any', realm: { namespace: 'test' } })).toEqual([])
  expect(found('webserver-12')[0]).toBe('web-12')
  expect(found('frontend', { labels: { ip: '10.0.0.12' } })).toContain('web-12')
  expect(found('gone')).toEqual([])
  for (const { score, reasons } of suggestCis({ ...asked, name: 'web-13' }, topology))
    expect(Math.abs(score - reasons.reduce((sum, { points }) => sum + points, 0))).toBeLessThan(
      0.006,
    )
})

it.each([
  ['host', {}, 'host:x'],
  ['workload', {}, 'deployment:shop:x'],
  ['workload', { statefulset: 'x' }, 'statefulset:shop:x'],
] as const)('proposes the missing %s', (kind, labels, id) => {
  const realm = kind === 'host' ? {} : { namespace: 'shop' }
  expect(missingCi({ name: 'x', kind, realm, labels, lastAt: 0 }).id).toBe(id)
})
