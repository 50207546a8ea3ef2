/** HTML as Markdown: what it says comes through, what it could do does not. */
import { expect, it } from 'vitest'
import { isTooDeep, toMarkdown } from '../../../src/cmdb/articles/html.ts'

it.each([
  ['a script', '<p>a<script>alert(1)</script>b</p>', 'ab\n'],
  ['a handler', '<p onclick="x()">a</p>', 'a\n'],
  ['a link that runs', '<a href="javascript:alert(1)">a</a>', 'a\n'],
  ['a link that runs, written oddly', '<a href=" JaVa&#x09;script:alert(1)">a</a>', 'a\n'],
  ['data', '<a href="data:text/html,<script>1</script>">a</a>', 'a\n'],
  ['a frame', '<iframe srcdoc="<script>1</script>">x</iframe>b', 'b\n'],
  ['a drawing', '<svg onload="x()"><text>t</text></svg>b', 'b\n'],
  ['a form', '<form action="//x"><input value="v"></form>b', 'b\n'],
  ['a picture', '<img src="https://tracker.test/x.png" alt="the [map]">', 'the \\[map\\]\n'],
  [
    'a tag in words',
    '<p>&lt;img src=x onerror=alert(1)&gt;</p>',
    '\\<img src=x onerror=alert(1)>\n',
  ],
  [
    'a link',
    '<a href="https://example.org/a" target="_blank">a</a>',
    '[a](https://example.org/a)\n',
  ],
  ['a link that breaks out', '<a href="https://x.test/)(javascript:1">a</a>', 'a\n'],
  ['Markdown in words', '<p>*a* [b](javascript:1)</p>', '\\*a\\* \\[b\\](javascript:1)\n'],
])('%s', (_name, html, markdown) => {
  expect(toMarkdown(html)).toBe(markdown)
})

it('says of what is nested without end, or endless, that it cannot be read', () => {
  expect(toMarkdown('<div>'.repeat(100_000))).toBeNull()
  expect(toMarkdown('<blockquote>'.repeat(1000))).toBeNull()
  expect(toMarkdown('x'.repeat(4_000_001))).toBeNull()
})

it.each([
  ['ends of what was never begun', '<div></x>'],
  ['an end in a quoted value', '<div title="</div>">'],
  ['a mark in a quoted value', `<div title='<'>`],
  ['a quote that quotes nothing', '<div a"></div">'],
  ['an end in a comment', '<div><!--</div>-->'],
  ['a comment that is over at once', '<!--><div>'],
  ['an end in a script', '<div><script></div></script>'],
  ['a slash that closes nothing', '<div/>'],
  ['an inline end over a block', '<span><div></span>'],
  ['a block end out of a cell', '<div><table><td></div>'],
  ['formatting that is opened again', '<div><b></div>'],
])('sees through %s', (_name, piece) => {
  expect(isTooDeep(piece.repeat(20_000))).toBe(true)
})

it.each([
  ['blocks in a row', '<div><p>a<br>b<img src="x"></div>'],
  ['cells and items', '<table><tr><td><ul><li>a<li>b</ul></table>'],
  ['what is closed by its parent', '<div><span>a</div>'],
  ['pictures and comments', '<!-- <div> --><svg><path d="m"/><g></g></svg>'],
  ['anchors without an end', '<a name="x"/>'],
  ['less-than signs', 'a < b <3 <= c'],
  ['a long value', `<a title="${'<div>'.repeat(20)}">a</a>`],
])('lets %s through', (_name, piece) => {
  expect(isTooDeep(piece.repeat(2000))).toBe(false)
})

it.each(['<![CDATA[', '<ac:plain-text-body>', '<ac:plain-text-body><![CDATA[', ']]>', '<!--'])(
  'takes no time that grows with the square of %s',
  (piece) => {
    const begun = performance.now()
    toMarkdown(piece.repeat(Math.floor(2_000_000 / piece.length)))
    expect(performance.now() - begun).toBeLessThan(5000)
  },
)

it('keeps code as it is, also an end that is within it', () => {
  const code = '<ac:plain-text-body> <![CDATA[if [[ a ]]> b ]]></ac:plain-text-body>'
  expect(toMarkdown(`<p>a</p>${code}`)).toBe('a\n\n```\nif [[ a ]]> b \n```\n')
  expect(toMarkdown('<p><![CDATA[<b>]]> c</p>')).toBe('\\<b> c\n')
})
