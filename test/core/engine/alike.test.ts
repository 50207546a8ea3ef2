import { expect, it } from 'vitest'
import { forgetOldest, indexByScope } from '../../../src/core/engine/alike.ts'

const profiles = (scope: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({
    ...{ snap: 0, scope, incident: `${scope}-${n}` },
    profile: {
      ...{ incident: `${scope}-${n}`, closedAt: n, title: 't', resolution: null },
      features: { 'ci:db-1': 1 },
    },
  }))

it('past incidents of all scopes together are bounded: the oldest of the largest scope leave first', () => {
  const all = [...profiles('small', 3), ...profiles('large', 6)]
  const similar = indexByScope(all)
  expect(forgetOldest(similar, all.length, 9)).toEqual([])
  expect(forgetOldest(similar, all.length, 7)).toEqual(['large-0', 'large-1'])
  expect([...similar].map(([scope, { kept }]) => [scope, kept.size])).toEqual([
    ['small', 3],
    ['large', 4],
  ])
  // of equals the first by name
  expect(forgetOldest(similar, 7, 5)).toEqual(['large-2', 'large-3'])
})

it('nothing is left to forget where nothing is kept', () => {
  expect(forgetOldest(new Map(), 3, 1)).toEqual([])
})
