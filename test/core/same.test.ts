import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameJson } from '../../src/core/same.ts'

describe('two values of plain data', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['equal lists of records', [{ a: 1, b: [null] }], [{ a: 1, b: [null] }], true],
    ['another number', [{ a: 1 }], [{ a: 2 }], false],
    ['a field more', { a: 1 }, { a: 1, b: null }, false],
    ['a field that is left out as JSON does it', { a: 1, b: undefined }, { a: 1 }, true],
    ['the same fields in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, false],
    ['a list and a record', [], {}, false],
    ['a longer list', [1], [1, 1], false],
    ['null and a record', null, {}, false],
  ])('%s', (_name, a, b, same) => {
    expect(isSameJson(a, b)).toBe(same)
  })

  it('are the same where their JSON is', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(isSameJson(a, b)).toBe(JSON.stringify(a) === JSON.stringify(b))
        expect(isSameJson(a, JSON.parse(JSON.stringify(a)))).toBe(true)
      }),
    )
  })
})
