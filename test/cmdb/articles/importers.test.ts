/** Articles of other knowledge bases, as their exports and APIs have them. */
import { describe, expect, it } from 'vitest'
import { ARTICLE_IMPORTERS } from '../../../src/cmdb/articles/index.ts'
import type { ImportFile } from '../../../src/cmdb/importer.ts'
import { ENTITIES, HTML_PAGE } from './confluence.ts'

function read(format: string, files: readonly ImportFile[]) {
  const importer = ARTICLE_IMPORTERS.get(format)
  if (importer === undefined) throw new Error(`there is no ${format}`)
  return importer.read(files, 'kb')
}

const json = (value: unknown): ImportFile => ({ name: 'export.json', text: JSON.stringify(value) })

describe('a space of Confluence', () => {
  it('is read from the pages of an HTML export', () => {
    const { articles, bad } = read('confluence', [
      { name: 'OPS/Disk-full_1058537560.html', text: HTML_PAGE },
      { name: 'OPS/index.html', text: '<html><body>contents</body></html>' },
      { name: 'OPS/odd_1.html', text: '<html><body>nothing</body></html>' },
    ])
    expect(articles).toEqual([
      {
        ...{ id: 'kb/1058537560', title: 'Disk full', alertnames: [], classes: [], services: [] },
        tags: ['runbook', 'disk'],
        body: [
          '### **Look first**',
          '',
          '1\\. On `host=db-1` see `df -h` & clear /var/log  \n\n\\<script> is no tag here',
          '',
          '| Volume | Grow by |\n| --- | --- |\n| data | 10 GB |',
          '',
          '```\nlogrotate -f\n```\n',
        ].join('\n'),
      },
    ])
    expect(bad).toEqual([
      { where: 'OPS/odd_1.html', error: 'has no #main-content, as pages of an export do' },
    ])
  })

  it('is read from entities.xml: current pages with their labels, not old versions nor drafts', () => {
    const { articles, bad } = read('confluence', [{ name: 'entities.xml', text: ENTITIES }])
    expect(bad).toEqual([])
    expect(articles).toMatchObject([{ id: 'kb/98', title: 'Queue grows', tags: ['mq', 'runbook'] }])
    expect(articles[0]?.body).toBe(
      [
        'Add consumers, see Capacity plan.',
        '',
        '```\nkubectl scale deploy/worker --replicas=8\nif [[ $n -gt 1 ]]; then echo "<ok>"; fi\n```',
        '',
        '> Never purge it.\n',
      ].join('\n'),
    )
  })

  it('has a bad row for a page that is deep in a way that no look at its tags tells', () => {
    const deep = `<svg><br>${'<path/>'.repeat(50_000)}`
    const { articles, bad } = read('confluence', [
      { name: 'OPS/Disk-full_1058537560.html', text: HTML_PAGE },
      { name: 'OPS/deep_2.html', text: `<div id="main-content">${deep}</div>` },
    ])
    expect(articles).toHaveLength(1)
    expect(bad).toMatchObject([{ where: 'OPS/deep_2.html' }])
  })

  it.each([
    ['no XML', 'hello', /^is no XML of an export/],
    ['cut off', ENTITIES.slice(0, 1200), /^is no XML of an export/],
    ['no pages', '<hibernate-generic/>', /^has no pages/],
    [
      'entities that grow',
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><hibernate-generic>&b;</hibernate-generic>',
      /document type/,
    ],
  ])('says what is wrong with %s', (_name, text, error) => {
    const { articles, bad } = read('confluence', [{ name: 'entities.xml', text }])
    expect(articles).toEqual([])
    expect(bad).toEqual([{ where: 'entities.xml', error: expect.stringMatching(error) }])
  })
})

// hand-written after the fields of the Table API's documentation for kb_knowledge
const KB = {
  number: 'KB0010023',
  sys_id: '0123456789abcdef0123456789abcdef',
  short_description: 'VPN does not connect',
  text: '<p>Restart the <b>client</b>.</p>',
  workflow_state: 'published',
  valid_to: '2027-03-31',
  author: {
    display_value: 'Beth Anglin',
    link: 'https://x.service-now.com/api/now/table/sys_user/1',
  },
  meta: 'vpn, remote',
  kb_category: { display_value: 'Network', value: 'abc' },
}
const VPN = {
  ...{ id: 'kb/KB0010023', title: 'VPN does not connect', alertnames: [], classes: [] },
  ...{ services: [], tags: ['vpn', 'remote', 'Network'], body: 'Restart the **client**.\n' },
  ...{ owner: 'Beth Anglin', reviewOn: '2027-03-31' },
}

describe('knowledge of ServiceNow', () => {
  it('is read from answers of the Table API and of the list, published articles alone', () => {
    const draft = { ...KB, number: 'KB0010024', workflow_state: 'draft' }
    expect(read('servicenow', [json({ result: [KB, draft] })])).toEqual({
      articles: [VPN],
      bad: [],
    })
    expect(read('servicenow', [json({ records: [KB] })]).articles).toEqual([VPN])
  })

  it('is read from CSV, by names or labels', () => {
    const text = [
      'Number,Short description,Article body,Workflow,Valid to,Author,Meta,Category',
      'KB0010023,VPN does not connect,"<p>Restart the <b>client</b>.</p>",Published,2027-03-31,Beth Anglin,"vpn, remote",Network',
      'KB0010025,,"<p>x</p>",Published,,,,',
    ].join('\n')
    expect(read('servicenow', [{ name: 'kb.csv', text }])).toEqual({
      articles: [VPN],
      bad: [{ where: 'kb.csv row 3', field: 'title', error: 'has no title' }],
    })
  })
})

describe('solutions of service desks', () => {
  it('are read from Freshservice', () => {
    // after the attributes of https://api.freshservice.com/#solution_article_attributes
    const article = {
      ...{ id: 18000063600, title: 'My New Solution Article', status: 2, folder_id: 18000066002 },
      ...{ description: '<p>This is how you fix stuff</p>', article_type: 1, keywords: ['fix'] },
      ...{ tags: ['printer'], review_date: '2026-12-29T16:44:26Z', url: null, views: 0 },
    }
    const articles = [article, { ...article, id: 2, status: 1 }, { id: null }]
    expect(read('freshservice', [json({ articles })])).toMatchObject({
      articles: [
        {
          ...{ id: 'kb/18000063600', title: 'My New Solution Article', tags: ['printer', 'fix'] },
          ...{ body: 'This is how you fix stuff\n', reviewOn: '2026-12-29' },
        },
      ],
      bad: [{ where: 'export.json article 3', field: 'id' }],
    })
    expect(read('freshservice', [json({ article })]).articles).toHaveLength(1)
  })

  it('are read from SolarWinds', () => {
    // after https://apidoc.samanage.com/: lists are arrays, one object stands under its name
    const solution = {
      ...{ id: 11, name: 'Reset a password', description: '<ol><li>Open it</li></ol>' },
      ...{ state: 'Approved', category: { name: 'Accounts' }, subcategory: null },
      href: 'https://api.samanage.com/solutions/11.json',
    }
    const draft = { ...solution, id: 12, state: 'Draft' }
    expect(read('solarwinds', [json([solution, { solution: draft }])])).toMatchObject({
      articles: [
        {
          ...{ id: 'kb/11', title: 'Reset a password', tags: ['Accounts'], body: '1.  Open it\n' },
          url: 'https://api.samanage.com/solutions/11',
        },
      ],
      bad: [],
    })
  })
})

describe('Markdown', () => {
  it('is read as in a folder', () => {
    const files = [
      { name: 'db/Disk.md', text: '---\nowner: dba\n---\n# Disk\n\nx' },
      { name: 'logo.txt', text: 'x' },
    ]
    expect(read('markdown', files)).toMatchObject({
      articles: [{ id: 'db/Disk', title: 'Disk', owner: 'dba' }],
      bad: [{ where: 'logo.txt', error: 'is no Markdown file' }],
    })
  })
})

describe('any format', () => {
  const hostile = [
    ...['', '{', '[', 'null', '[null]', '{"result":{}}', '{"articles":[[[]]]}', 'a,b\n1,2,3'],
    `${'['.repeat(100_000)}`,
    `{"result":[{"text":"${'<div>'.repeat(50_000)}","number":"1","short_description":"x"}]}`,
    `<html><div id="main-content">${'<b>'.repeat(50_000)}x</div></html>`,
    `<hibernate-generic>${'<object>'.repeat(5000)}`,
    `<div id="main-content">${'<div></x>'.repeat(20_000)}</div>`,
    `<div id="main-content">${'<div title="<">'.repeat(20_000)}</div>`,
  ]
  it.each([...ARTICLE_IMPORTERS.keys()])('%s never throws', (format) => {
    for (const name of ['a.json', 'a.html', 'a.xml', 'a.md', 'a.csv'])
      for (const text of hostile) expect(() => read(format, [{ name, text }])).not.toThrow()
  })

  it.each([...ARTICLE_IMPORTERS.keys()])('%s does not depend on the order of files', (format) => {
    const files = [
      { name: 'b.json', text: JSON.stringify({ result: [KB] }) },
      { name: 'a.json', text: JSON.stringify({ result: [{ ...KB, text: '<p>other</p>' }] }) },
      { name: 'c.md', text: '# C\n\nx' },
    ]
    expect(read(format, [...files].reverse())).toEqual(read(format, files))
  })
})
