/** What runs elsewhere by now is told from what is only said seldom. */
import { expect, it } from 'vitest'
import { movedOn, type ObservedState, propose } from '../../../src/core/observed/state.ts'
import type { Thing } from '../../../src/core/observed/things.ts'
import { HOUR } from '../../../src/core/time.ts'

const FROM: Thing = { kind: 'workload', class: 'deployment', name: 'cart', realm: {} }

function runsOn(
  name: string,
  hours: readonly number[],
  source = 'prometheus',
): Readonly<ObservedState> {
  const to: Thing = { kind: 'host', class: 'node', name, realm: {} }
  const about = { kind: 'relation', tie: { from: FROM, type: 'runs_on', to } } as const
  const [at = 0] = hours
  const saying = { at: at * HOUR, rule: 'Slow', source, alert: 'a.1' }
  return { ...propose({ id: name, scope: 'default', about }, saying), times: hours }
}

const moved = (...all: readonly Readonly<ObservedState>[]): string[] => {
  const keys = movedOn(all)
  return all.filter(({ key }) => keys.has(key)).map(({ id }) => id)
}
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, n) => from + n)

it('has moved where others are said in so many hours since', () => {
  const before = runsOn('node-1', range(0, 10))
  expect(moved(before, runsOn('node-2', range(10, 13)))).toEqual(['node-1'])
  expect(moved(before, runsOn('node-2', range(10, 12)))).toEqual([])
})

it('has not moved where many others are said in a few hours', () => {
  const others = range(2, 200).map((n) => runsOn(`node-${n}`, [10, 11]))
  expect(moved(runsOn('node-1', range(0, 10)), ...others)).toEqual([])
})

it('has not moved because of what another tool says', () => {
  const before = runsOn('node-1', range(0, 10))
  expect(moved(before, runsOn('node-2', range(10, 30), 'zabbix'))).toEqual([])
})

it('is worked out of thousands at once', () => {
  const all = range(0, 4000).map((n) => runsOn(`node-${n}`, range(n % 7, 60 + (n % 7))))
  expect(moved(...all)).toEqual(
    all.filter(({ times }) => (times.at(-1) ?? 0) < 63).map(({ id }) => id),
  )
}, 2000)
