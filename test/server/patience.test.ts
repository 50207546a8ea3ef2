/** Waiting for what an entry brings about, and for the store, comes to an end. */
import { expect, it } from 'vitest'
import { applied, inOrder, stored } from '../../src/server/patience.ts'
import { createFakeClock } from '../support/clock.ts'

const never = <T>(): Promise<T> => new Promise<T>(() => undefined)
const turns = () => new Promise((resolve) => setImmediate(resolve))
const unavailable = expect.objectContaining({ code: 'store_unavailable' })

it('waits for the store no longer than for the engine', async () => {
  const clock = createFakeClock()
  const journey = { engine: { state: { seq: 7 } } }
  const asked: number[] = []
  const away = {
    flushed: (seq: number) => {
      asked.push(seq)
      return never<void>()
    },
  }
  const waiting = stored({ clock, journey, records: away }, Promise.resolve('x'))
  const answer = expect(waiting).rejects.toEqual(unavailable)
  await turns()
  expect(asked).toEqual([7])
  expect(clock.waiting()).toEqual([30_000])
  clock.advance(30_000)
  await answer
  const there = { flushed: () => Promise.resolve() }
  expect(await stored({ clock, journey, records: there }, Promise.resolve('x'))).toBe('x')
  expect(clock.waiting()).toEqual([])
  const late = expect(applied({ clock }, never())).rejects.toEqual(unavailable)
  clock.advance(30_000)
  await late
})

it('does one thing after the other, also where nobody waits for the first any more', async () => {
  const clock = createFakeClock()
  const after = inOrder()
  const begun: string[] = []
  let end: () => void = () => undefined
  const long = new Promise<void>((done) => {
    end = done
  })
  const work = (name: string, done: Promise<void>) => () => {
    begun.push(name)
    return done
  }
  const answers = ['a', 'b'].map((name) =>
    expect(after({ clock }, work(name, long))).rejects.toEqual(unavailable),
  )
  await turns()
  clock.advance(30_000)
  await Promise.all(answers)
  const third = after({ clock }, work('c', Promise.resolve()))
  await turns()
  expect(begun).toEqual(['a'])
  end()
  await third
  expect(begun).toEqual(['a', 'c'])
})

it('goes on after what failed', async () => {
  const clock = createFakeClock()
  const after = inOrder()
  const first = after({ clock }, () => Promise.reject(new Error('no')))
  await expect(first).rejects.toThrow('no')
  expect(await after({ clock }, () => Promise.resolve(1))).toBe(1)
})
