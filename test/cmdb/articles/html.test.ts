/** HTML as Markdown: what it says comes through, what it could do does not. */
import { expect, it } from 'vitest'
import { toMarkdown } from '../../../src/cmdb/articles/html.ts'

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
