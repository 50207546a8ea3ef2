import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChunkLimits, Table } from '../../src/core/table.ts'

interface Item {
  readonly key: string
  value: number
  snap: number
}

function tableOf(items: Readonly<Record<string, number>>): Table<Item> {
  const table = new Table<Item>(({ key }) => key)
  for (const [key, value] of Object.entries(items)) table.set({ key, value, snap: 0 })
  return table
}

function contents(table: Table<Item>): string[] {
  return [...table.values()].map(({ key, value }) => `${key}=${value}`).sort()
}

function upTo(records: number): ChunkLimits {
  return { records, size: Number.POSITIVE_INFINITY }
}

/** Guarantee: the line was written by a table of items. */
function asItem(line: string): Item {
  return JSON.parse(line) as Item
}

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f']

type Act =
  | { readonly do: 'set' | 'edit'; readonly key: string; readonly value: number }
  | { readonly do: 'delete'; readonly key: string }
  | { readonly do: 'chunk'; readonly limit: number }

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    do: fc.constantFrom('set' as const, 'edit' as const),
    key: fc.constantFrom(...KEYS),
    value: fc.nat(99),
  }),
  fc.record({ do: fc.constant('delete' as const), key: fc.constantFrom(...KEYS) }),
  fc.record({ do: fc.constant('chunk' as const), limit: fc.integer({ min: 1, max: 3 }) }),
)

function act(table: Table<Item>, one: Act): readonly string[] {
  switch (one.do) {
    case 'set':
      table.set({ key: one.key, value: one.value, snap: 0 })
      return []
    case 'edit': {
      const record = table.edit(one.key)
      if (record !== undefined) record.value = one.value
      return []
    }
    case 'delete':
      table.delete(one.key)
      return []
    case 'chunk':
      return table.nextChunk(upTo(one.limit)) ?? []
  }
}

describe('a table', () => {
  it('keeps records by key and hands them out to be changed', () => {
    const table = tableOf({ a: 1 })
    const record = table.edit('a')
    if (record !== undefined) record.value = 2
    table.set({ key: 'b', value: 3, snap: 0 })
    expect([contents(table), table.size, table.has('b'), table.get('x')]).toEqual([
      ['a=2', 'b=3'],
      2,
      true,
      undefined,
    ])
    expect([table.delete('a'), table.delete('a'), table.edit('a')]).toEqual([
      true,
      false,
      undefined,
    ])
  })

  it('shows one moment in its chunks, whatever is changed between them, each record once', () => {
    const anyStart = fc.dictionary(fc.constantFrom(...KEYS), fc.nat(99))
    fc.assert(
      fc.property(anyStart, fc.array(anyAct), fc.array(anyAct), (start, before, during) => {
        const table = tableOf(start)
        table.beginSnapshot(1)
        for (const one of before) act(table, one)
        table.beginSnapshot(2)
        const then = contents(table)
        const lines = during.flatMap((one) => act(table, one))
        for (let rest = table.nextChunk(upTo(2)); rest !== null; rest = table.nextChunk(upTo(2)))
          lines.push(...rest)
        const restored = tableOf({})
        restored.restore(lines.map(asItem))
        expect(contents(restored)).toEqual(then)
        expect(lines).toHaveLength(then.length)
      }),
      { numRuns: 500 },
    )
  })

  it('writes about as much in a chunk as it is asked to', () => {
    const table = tableOf({ a: 1, b: 2, c: 3, d: 4, e: 5 })
    table.beginSnapshot(1)
    expect([2, 2, 2, 2].map((limit) => table.nextChunk(upTo(limit))?.length ?? null)).toEqual([
      2,
      2,
      1,
      null,
    ])
  })

  it('ends a chunk that is long enough, and puts at least one record into each', () => {
    const table = tableOf({ a: 1, b: 2, c: 3 })
    table.beginSnapshot(1)
    const one = JSON.stringify({ key: 'a', value: 1, snap: 1 }).length
    expect([one + 1, 1].map((size) => table.nextChunk({ records: 9, size })?.length)).toEqual([
      2, 1,
    ])
  })

  it('keeps what left it as it was, without writing it at once', () => {
    const table = tableOf({ a: 1, b: 2 })
    table.beginSnapshot(1)
    table.delete('b')
    expect(table.nextChunk(upTo(9))).toHaveLength(2)
  })

  it('forgets a snapshot that was given up', () => {
    const table = tableOf({ a: 1, b: 2 })
    table.beginSnapshot(1)
    table.nextChunk(upTo(1))
    table.abortSnapshot()
    expect(table.nextChunk(upTo(1))).toBeNull()
    table.beginSnapshot(2)
    expect(table.nextChunk(upTo(5))).toHaveLength(2)
  })

  it('has no chunks without a snapshot', () => {
    expect(tableOf({ a: 1 }).nextChunk(upTo(1))).toBeNull()
  })
})
