import { describe, expect, it } from 'vitest'
import { matches, matchesAll, parseMatcher, regexFault } from '../../src/core/matcher.ts'
import type { Labels, Matcher } from '../../src/core/model.ts'

function parsed(text: string): Matcher {
  const matcher = parseMatcher(text)
  if ('error' in matcher) throw new Error(matcher.error)
  return matcher
}

describe('a matcher', () => {
  it.each<[string, string, string, boolean, boolean]>([
    // text, name, value, isRegex, isEqual
    ['severity="critical"', 'severity', 'critical', false, true],
    ['severity=critical', 'severity', 'critical', false, true],
    [' severity != "info" ', 'severity', 'info', false, false],
    ['pod=~"web-.*"', 'pod', 'web-.*', true, true],
    ['pod!~web', 'pod', 'web', true, false],
    ['empty=""', 'empty', '', false, true],
    ['empty=', 'empty', '', false, true],
    ['"k8s.pod name"="x"', 'k8s.pod name', 'x', false, true],
    ['path="C:\\\\x\\"y\\nz"', 'path', 'C:\\x"y\nz', false, true],
    ['sum="a=b"', 'sum', 'a=b', false, true],
    ['sum=a=b', 'sum', 'a=b', false, true],
    ['"k8s.pod name"=~web', 'k8s.pod name', 'web', true, true],
    ['Überlast=ja', 'Überlast', 'ja', false, true],
    ['"a\\tb"="\\u00fc\\x41\\101"', 'a\tb', 'üAA', false, true],
    // both can read it: the classic reading keeps what it does not know
    ['path="\\d\\t"', 'path', '\\d\\t', false, true],
    ['path=C:\\', 'path', 'C:\\', false, true],
    ['foo="a b, c"', 'foo', 'a b, c', false, true],
  ])('is read: %s', (text, name, value, isRegex, isEqual) => {
    expect(parseMatcher(text)).toEqual({ name, value, isRegex, isEqual })
  })

  it.each([
    ['no operator', 'severity'],
    ['no name', '="x"'],
    ['nothing', ''],
    ['an open quote', 'severity="crit'],
    ['a quote in the middle', 'severity=cri"t'],
    ['a broken expression', 'pod=~"("'],
    ['a list', '{a="b"}'],
    ['a closing brace', 'a=b}'],
    ['a name beyond ASCII and no value', 'ü='],
    ['more than one', '"ü"="a",b="c"'],
    ['half of a surrogate pair', '"ü"="\\ud800"'],
    ['a back reference, which RE2 has not', 'pod=~"(a)\\\\1"'],
  ])('with %s is refused with a reason', (_name, text) => {
    expect(parseMatcher(text)).toEqual({ error: expect.any(String) })
  })

  it.each<[string, string, Labels, boolean]>([
    ['the same value', 'a="1"', { a: '1' }, true],
    ['another value', 'a="1"', { a: '2' }, false],
    ['a missing label is empty', 'a=""', {}, true],
    ['a missing label is not something', 'a!=""', {}, false],
    ['a missing label is not equal to a value', 'a!="1"', {}, true],
    ['an expression holds for the whole value', 'a=~"web"', { a: 'web-1' }, false],
    ['an expression with its ends open', 'a=~"web.*"', { a: 'web-1' }, true],
    ['alternatives are anchored together', 'a=~"x|y"', { a: 'xz' }, false],
    ['a dot matches a line break', 'a=~"x.y"', { a: 'x\ny' }, true],
    ['a negated expression', 'a!~"web.*"', { a: 'db-1' }, true],
    ['an expression that matches the empty text', 'a=~".*"', {}, true],
    ['case counts', 'a="X"', { a: 'x' }, false],
  ])('%s', (_name, text, labels, expected) => {
    expect(matches(parsed(text), labels)).toBe(expected)
  })

  it('that is broken never holds, so that no silence mutes everything by mistake', () => {
    const broken = { name: 'a', value: '(', isRegex: true } as const
    expect(matches({ ...broken, isEqual: true }, { a: '(' })).toBe(false)
    expect(matches({ ...broken, isEqual: false }, { a: '(' })).toBe(false)
  })

  it('takes linear time', () => {
    expect(regexFault('(a+)+$')).toBeNull()
    expect(matches(parsed('a=~"(a+)+b"'), { a: 'a'.repeat(20_000) })).toBe(false)
  })
})

describe('several matchers', () => {
  it.each<[string, string[], boolean]>([
    ['all hold', ['a="1"', 'b="2"'], true],
    ['one does not', ['a="1"', 'b="3"'], false],
    ['none hold everything', [], true],
  ])('%s', (_name, texts, expected) => {
    expect(matchesAll(texts.map(parsed), { a: '1', b: '2' })).toBe(expected)
  })
})

describe('an expression that was asked before', () => {
  it('answers the same, however many values came between', () => {
    const matcher = parsed('pod=~"web-[0-9]*[05]"')
    const values = Array.from({ length: 600 }, (_, i) => `web-${i}`)
    const answers = () => values.map((pod) => matches(matcher, { pod }))
    const expected = values.map((value) => /^web-[0-9]*[05]$/.test(value))
    expect(answers()).toEqual(expected)
    expect(answers()).toEqual(expected)
  })

  it('stays broken', () => {
    const broken: Matcher = { name: 'pod', value: '(', isRegex: true, isEqual: false }
    expect([matches(broken, { pod: 'a' }), matches(broken, { pod: 'a' })]).toEqual([false, false])
    expect([regexFault('('), regexFault('(')]).not.toContain(null)
  })
})
