import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { articleId, baseName, parseArticle } from '../../src/core/article.ts'
import { blocksOf, plainText } from '../../src/core/markdown.ts'

const FULL = `---
title: Disk is filling up
alertnames: [DiskFull, DiskAlmostFull]
classes:
  - host
services: shop
tags: [storage, 7, true]
---
# Heading

Free some space.
`

describe('parseArticle', () => {
  it('reads front matter and body', () => {
    expect(parseArticle('host/disk.md', FULL)).toEqual({
      article: {
        id: 'host/disk',
        title: 'Disk is filling up',
        alertnames: ['DiskFull', 'DiskAlmostFull'],
        classes: ['host'],
        services: ['shop'],
        tags: ['storage', '7', 'true'],
        body: '# Heading\n\nFree some space.\n',
      },
      fault: null,
    })
  })

  it.each([
    ['the first heading', '\n# Queue *stuck*\n\nText', 'Queue stuck'],
    ['an underlined heading', 'Queue stuck\n===========\n\nText', 'Queue stuck'],
    ['the last part of the id', 'Only text.', 'QueueStuck'],
    ['the id for an empty file', '', 'QueueStuck'],
    ['front matter over headings', '---\ntitle: Mine\n---\n# Other', 'Mine'],
    ['the heading where the title is a list of nothing', '---\ntitle: []\n---\n# Other', 'Other'],
  ])('takes the title from %s', (_name, text, expected) => {
    expect(parseArticle('mq/QueueStuck.md', text).article.title).toBe(expected)
  })

  it.each([
    ['Windows line ends', FULL.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${FULL}`],
    ['an end of three dots', FULL.replace('\n---\n#', '\n...\n#')],
  ])('reads %s', (_name, text) => {
    expect(parseArticle('host/disk.md', text)).toEqual(parseArticle('host/disk.md', FULL))
  })

  it.each([
    ['broken YAML', '---\ntitle: [a\n---\nBody', 'the front matter is not YAML'],
    ['a list', '---\n- a\n---\nBody', 'the front matter is not a mapping'],
    ['text', '---\nhello\n---\nBody', 'the front matter is not a mapping'],
    ['aliases without end', bomb(), 'the front matter is not YAML'],
  ])('reports front matter of %s and keeps the body', (_name, text, fault) => {
    const parsed = parseArticle('a.md', text)
    expect(parsed.fault).toContain(fault)
    expect(parsed.article).toMatchObject({ id: 'a', body: 'Body', tags: [] })
  })

  it.each([
    ['no end', '---\ntitle: a\nBody'],
    ['a rule later in the text', 'Body\n\n---\n\ntitle: a\n\n---\n'],
  ])('takes %s as body', (_name, text) => {
    expect(parseArticle('a.md', text)).toMatchObject({ article: { body: text }, fault: null })
  })

  it('takes empty front matter as none', () => {
    expect(parseArticle('a.md', '---\n---\nBody').article.body).toBe('Body')
  })

  it('never throws and keeps the body of what has no front matter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { article } = parseArticle('a.md', `x${text}`)
        expect(article.body).toBe(`x${text}`.replace(/\r\n?/g, '\n'))
      }),
    )
  })

  function bomb(): string {
    const levels = Array.from({ length: 12 }, (_, n) =>
      n === 0 ? 'a0: &a0 [x, x]' : `a${n}: &a${n} [*a${n - 1}, *a${n - 1}, *a${n - 1}]`,
    )
    return `---\n${levels.join('\n')}\n---\nBody`
  }
})

describe('articleId', () => {
  it.each([
    ['host/disk.md', 'host/disk'],
    ['./host/disk.MD', 'host/disk'],
    ['host\\disk.markdown', 'host/disk'],
    ['notes.v2.md', 'notes.v2'],
    ['/abs/disk.md', 'abs/disk'],
  ])('of %s', (path, id) => {
    expect(articleId(path)).toBe(id)
  })

  it('ends in the base name', () => {
    expect(baseName('a/b/c')).toBe('c')
    expect(baseName('c')).toBe('c')
  })
})

describe('blocksOf', () => {
  it('tells headings, paragraphs and code apart', () => {
    const text = [
      '<!-- hidden -->',
      '## Meaning ##',
      'The **queue**',
      'is [stuck](https://example.com/x).',
      '',
      '- look at `queue_depth`',
      '- then restart',
      '',
      'Impact',
      '------',
      '| a | b |',
      '|---|---|',
      '',
      '```shell',
      'kubectl get pods',
      '',
      '# no heading',
      '```',
      '***',
      '> quoted',
    ].join('\n')
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', text: 'Meaning' },
      { kind: 'text', text: 'The queue is stuck.' },
      { kind: 'text', text: 'look at queue_depth then restart' },
      { kind: 'heading', text: 'Impact' },
      { kind: 'text', text: 'a b' },
      { kind: 'code', text: 'kubectl get pods\n\n# no heading' },
      { kind: 'text', text: 'quoted' },
    ])
  })

  it.each([
    ['an unclosed fence', '~~~\ncode', [{ kind: 'code', text: 'code' }]],
    ['an unclosed comment', 'a <!-- b', [{ kind: 'text', text: 'a <!-- b' }]],
    [
      'a fence in a list',
      '1. run\n   ```\n   x\n   ```',
      [
        { kind: 'text', text: 'run' },
        { kind: 'code', text: 'x' },
      ],
    ],
    ['nothing', '\n\n---\n', []],
  ])('reads %s', (_name, text, expected) => {
    expect(blocksOf(text)).toEqual(expected)
  })
})

describe('plainText', () => {
  it.each([
    ['![a graph](x.png) of it', 'a graph of it'],
    ['see [the guide][1]', 'see the guide'],
    ['an _emphasised_ snake_case_name', 'an emphasised snake_case_name'],
    ['a ~~b~~ <br/> c', 'a ~~b~~ c'],
    ['1 \\* 2', '1 * 2'],
  ])('of %s', (markdown, expected) => {
    expect(plainText(markdown)).toBe(expected)
  })
})
