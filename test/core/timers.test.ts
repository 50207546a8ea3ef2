import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TIMER_KINDS, type Timer, Timers } from '../../src/core/timers.ts'
import { compare } from '../../src/core/topology.ts'

function drain(timers: Timers, now: number): Timer[] {
  const out: Timer[] = []
  for (let timer = timers.popDue(now); timer !== null; timer = timers.popDue(now)) out.push(timer)
  return out
}

const anyTimer: fc.Arbitrary<Timer> = fc.record({
  at: fc.nat(20),
  kind: fc.constantFrom(...TIMER_KINDS),
  id: fc.constantFrom('a', 'b', 'c'),
})

describe('timers', () => {
  it('fire by time, then kind, then id, whatever the order in which they were set', () => {
    fc.assert(
      fc.property(fc.array(anyTimer), (all) => {
        const timers = new Timers()
        for (const { at, kind, id } of all) timers.add(at, kind, id)
        const sorted = [...all].sort(
          (a, b) =>
            a.at - b.at ||
            TIMER_KINDS.indexOf(a.kind) - TIMER_KINDS.indexOf(b.kind) ||
            compare(a.id, b.id),
        )
        expect(drain(timers, 20)).toEqual(sorted)
      }),
    )
  })

  it('fire only when due, and the next one is known', () => {
    const timers = new Timers()
    expect(timers.next()).toBeNull()
    timers.add(7, 'open', 'x')
    timers.add(5, 'close', 'y')
    expect(timers.next()).toBe(5)
    expect(drain(timers, 4)).toEqual([])
    expect(drain(timers, 5)).toEqual([{ at: 5, kind: 'close', id: 'y' }])
    expect([timers.next(), timers.size]).toEqual([7, 1])
  })

  it('that are set while others fire come in their place', () => {
    const timers = new Timers()
    timers.add(5, 'open', 'x')
    expect(timers.popDue(9)?.id).toBe('x')
    timers.add(5, 'notify', 'x')
    timers.add(4, 'expire', 'y')
    expect(drain(timers, 9).map(({ id, at }) => `${id}${at}`)).toEqual(['y4', 'x5'])
  })
})
