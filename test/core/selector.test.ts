import { describe, expect, it } from 'vitest'
import { parseSelector } from '../../src/core/selector.ts'

describe('a selector', () => {
  it.each([
    ['words alone', 'disk full', 'disk full', []],
    ['nothing', '', '', []],
    ['empty braces', '{}', '', []],
    ['matchers', '{a="1", b=~"x.*"}', '', ['a', 'b']],
    ['matchers without quotes', '{a=1,b!=2,}', '', ['a', 'b']],
    ['words around', 'disk {a="1"} full', 'disk  full', ['a']],
    ['a comma and a brace in a value', '{a="x,} \\" y", b="2"} end', 'end', ['a', 'b']],
  ])('is read: %s', (_name, text, words, names) => {
    const read = parseSelector(text)
    if ('error' in read) throw new Error(read.error)
    expect([read.words, read.matchers.map(({ name }) => name)]).toEqual([words, names])
  })

  it.each([
    ['an open brace', '{a="1"'],
    ['an open quote', '{a="1}'],
    ['no matcher in it', '{disk}'],
    ['a broken expression', '{a=~"("}'],
    ['too many of them', `{${Array.from({ length: 17 }, (_, n) => `a${n}=1`).join(',')}}`],
  ])('with %s is refused with a reason', (_name, text) => {
    expect(parseSelector(text)).toEqual({ error: expect.any(String) })
  })
})
