import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { armFault, faultPoint } from '../../src/store/fault.ts'
import { encodeParam, quote } from '../../src/store/literal.ts'
import { checkLimit, fromCursor, toCursor, toPage } from '../../src/store/page.ts'
import { openPool } from '../../src/store/pool.ts'
import { searchText, searchWords } from '../../src/store/stored.ts'
import { packVersion, unpackVersion } from '../../src/store/version.ts'

const anyVersion = fc.record({
  epoch: fc.integer({ min: 1, max: 65_535 }),
  seq: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
})

describe('versions', () => {
  it('are ordered by epoch, then seq, and come back whole', () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (a, b) => {
        expect(unpackVersion(packVersion(a))).toEqual(a)
        const order = a.epoch - b.epoch || a.seq - b.seq
        const [packedA, packedB] = [BigInt(packVersion(a)), BigInt(packVersion(b))]
        expect(packedA < packedB ? -1 : packedA > packedB ? 1 : 0).toBe(Math.sign(order))
      }),
    )
  })

  it.each([
    { epoch: 0, seq: 1 },
    { epoch: 65_536, seq: 1 },
    { epoch: 1.5, seq: 1 },
    { epoch: 1, seq: -1 },
    { epoch: 1, seq: 2 ** 48 },
    { epoch: 1, seq: Number.NaN },
  ])('refuse %j', (version) => {
    expect(() => packVersion(version)).toThrow(RangeError)
  })
})

describe('pages', () => {
  const shape = z.tuple([z.number(), z.string()])

  it('have cursors that come back, only to their own list', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (at, id) => {
        const cursor = toCursor('things', [at, id])
        expect(cursor).toMatch(/^[\w-]+$/)
        expect(fromCursor('things', cursor, shape)).toEqual([at, id])
        expect(() => fromCursor('others', cursor, shape)).toThrow(/not of this list/)
        expect(() => fromCursor('things', `${cursor}!`.slice(3), shape)).toThrow()
      }),
    )
  })

  it('end where there is no row too many', () => {
    const read = { item: (row: number) => row * 10, cursor: (row: number) => `after ${row}` }
    expect(toPage([], 2, read)).toEqual({ items: [] })
    expect(toPage([1, 2], 2, read)).toEqual({ items: [10, 20] })
    expect(toPage([1, 2, 3], 2, read)).toEqual({ items: [10, 20], next: 'after 2' })
  })

  it.each([0, -1, 1001, 1.5, Number.NaN])('refuse a limit of %d', (limit) => {
    expect(() => checkLimit(limit)).toThrow(/from 1 to 1000/)
  })
})

describe('search', () => {
  it('takes words apart, lower case, at most 16', () => {
    expect(searchWords('  Disk\tFULL ')).toEqual(['disk', 'full'])
    expect(searchWords(undefined)).toEqual([])
    expect(searchWords('x '.repeat(50))).toHaveLength(16)
    expect(searchText(['A', null, '', 'É'])).toBe('a\né')
  })
})

describe('literals', () => {
  it.each([
    ["it's", "'it\\'s'"],
    ['a\\b', "'a\\\\b'"],
    ['tab\t', "'tab\\t'"],
    ['', "''"],
  ])('quote %j', (text, quoted) => {
    expect(quote(text)).toBe(quoted)
  })

  it('encode lists with their texts quoted', () => {
    expect(encodeParam(["a'b", 'c'])).toBe("['a\\'b','c']")
    expect(encodeParam([1, 2])).toBe('[1,2]')
    expect(encodeParam([])).toBe('[]')
    expect(encodeParam(false)).toBe('0')
  })
})

describe('the pool', () => {
  it('runs no more at once than it has, the oldest first, and survives failures', async () => {
    const pool = openPool(['a', 'b'])
    const begun: number[] = []
    const ends: (() => void)[] = []
    let atOnce = 0
    let most = 0
    const tasks = [0, 1, 2, 3, 4].map((n) =>
      pool.run(async () => {
        begun.push(n)
        atOnce += 1
        most = Math.max(most, atOnce)
        await new Promise<void>((resolve) => ends.push(resolve))
        atOnce -= 1
        if (n === 1) throw new Error('failed')
        return n
      }),
    )
    const results = Promise.allSettled(tasks)
    const idle = pool.idle()
    expect(pool.waiting()).toBe(5)
    for (const n of [0, 1, 2, 3, 4]) {
      await expect.poll(() => ends.length).toBeGreaterThan(n)
      ends[n]?.()
    }
    expect((await results).map((r) => (r.status === 'fulfilled' ? r.value : 'failed'))).toEqual([
      0,
      'failed',
      2,
      3,
      4,
    ])
    await idle
    expect(begun).toEqual([0, 1, 2, 3, 4])
    expect(most).toBe(2)
    expect(pool.waiting()).toBe(0)
  })
})

describe('fault points', () => {
  afterEach(() => armFault(''))

  it.each(['nowhere', 'journal.before_ack:0', 'journal.before_ack:x', ':1', 'a b'])(
    'refuse %j and name those there are',
    (spec) => {
      expect(() => armFault(spec)).toThrow(
        expect.objectContaining({
          code: 'payload_invalid',
          details: { known: expect.stringContaining('fold.before_apply') },
        }),
      )
    },
  )

  it('pass others, and the armed one until it is due', () => {
    armFault('journal.before_ack:2')
    faultPoint('journal.before_insert')
    faultPoint('journal.before_ack')
    armFault('')
    faultPoint('journal.before_ack')
  })
})
