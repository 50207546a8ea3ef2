import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import type { Entry } from '../../src/core/entry.ts'
import type { EntryShape } from '../../src/journal/entry-schema.ts'
import { parseExportedLine } from '../../src/journal/export.ts'
import { upcast } from '../../src/journal/upcast.ts'

type Frozen<Value> = Value extends object
  ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
  : Value

/** Does not compile where an entry has something that the shape does not know. */
const known = (entry: Entry): Frozen<z.output<typeof EntryShape>> => entry

const TIME = { kind: 'time', at: 1, scope: 'default' } as const

describe('a line of an exported journal', () => {
  it.each([
    ['what is not JSON', '{', /is not JSON/],
    ['a line without an offset', { schema: 1, entry: TIME }, /offset: /],
    ['an unknown kind', { offset: 1, schema: 1, entry: { kind: 'x' } }, /kind: /],
    ['a missing field', { offset: 1, schema: 1, entry: { kind: 'time', at: 1 } }, /scope: /],
    ['a wrong type', { offset: 1, schema: 1, entry: { ...TIME, at: '1' } }, /at: /],
    ['an unknown field', { offset: 1, schema: 1, entry: { ...TIME, x: 1 } }, /"x"/],
    ['a newer schema', { offset: 1, schema: 2, entry: TIME }, /written by a newer program/],
    [
      'an unknown command',
      {
        offset: 1,
        schema: 1,
        entry: { ...TIME, kind: 'command', actor: 'a', command: { do: 'explode' } },
      },
      /command\.do: /,
    ],
  ])('is refused: %s', (_name, line, message) => {
    const text = typeof line === 'string' ? line : JSON.stringify(line)
    expect(() => parseExportedLine(text)).toThrow(message)
  })

  it('is read', () => {
    expect(parseExportedLine(JSON.stringify({ offset: 3, schema: 1, entry: TIME }))).toEqual({
      offset: 3,
      entry: known(TIME),
    })
  })
})

describe('upcasting', () => {
  it('takes an entry through every version up to the current one', () => {
    const upcasters = {
      1: (entry: object) => ({ ...entry, two: true }),
      2: (entry: object) => ({ ...entry, three: true }),
    }
    expect(upcast(1, TIME, { current: 3, upcasters })).toEqual({ ...TIME, two: true, three: true })
    expect(upcast(2, TIME, { current: 3, upcasters })).toEqual({ ...TIME, three: true })
    expect(upcast(3, TIME, { current: 3, upcasters })).toEqual(TIME)
  })

  it('says which version has no upcaster', () => {
    expect(() => upcast(1, TIME, { current: 2, upcasters: {} })).toThrow(/version 1/)
  })
})
