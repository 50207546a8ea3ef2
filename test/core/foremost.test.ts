/** Law: the foremost of a set are what sorting all of it puts first, whatever came and left before. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Foremost } from '../../src/core/foremost.ts'

const anyAct = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('add' as const), at: fc.nat(1000) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('list' as const), at: fc.constant(0) }) },
)

it('says what sorting says, and looks at all of them only once in a while', () => {
  fc.assert(
    fc.property(fc.nat(4), fc.array(anyAct, { maxLength: 200 }), (more, acts) => {
      const limit = more + 1
      const foremost = new Foremost<number>(limit, (a, b) => a - b)
      const all = new Set<number>()
      let looks = 0
      const list = (): readonly number[] =>
        foremost.list(() => {
          looks += 1
          return all
        })
      for (const { do: act, at } of acts) {
        if (act === 'add' && !all.has(at)) {
          all.add(at)
          foremost.add(at)
        } else if (act === 'remove') {
          const one = [...all][at % Math.max(1, all.size)]
          if (one !== undefined && all.delete(one)) foremost.remove(one)
        } else if (act === 'list') {
          expect(list()).toEqual([...all].sort((a, b) => a - b).slice(0, limit))
        }
      }
      expect(list()).toEqual([...all].sort((a, b) => a - b).slice(0, limit))
      expect(looks).toBeLessThanOrEqual(
        1 + acts.filter(({ do: act }) => act === 'remove').length / limit,
      )
    }),
    { numRuns: 300 },
  )
})
