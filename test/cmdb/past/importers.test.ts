/** Past incidents of service desks: what is read of their exports, and what is said of the rest. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { priorityOf, timeOf } from '../../../src/cmdb/past/collect.ts'
import { plainOf } from '../../../src/cmdb/past/documents.ts'
import type { PastAsked } from '../../../src/cmdb/past/importer.ts'
import { PAST_IMPORTERS } from '../../../src/cmdb/past/index.ts'
import { importedId } from '../../../src/core/imported.ts'

const FOLDER = join(import.meta.dirname, 'fixtures')
const file = (name: string) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') })
const ASKED: PastAsked = { address: null, columns: {} }
/** By file: the format, and what else is said of it. */
const CASES: Readonly<Record<string, readonly [string, Partial<PastAsked>?]>> = {
  'servicenow.json': ['servicenow', { address: 'https://acme.service-now.com' }],
  'servicenow-all.json': ['servicenow'],
  'servicenow.csv': ['servicenow', { address: 'https://acme.service-now.com' }],
  'jira.json': ['jira'],
  'jira.csv': ['jira', { address: 'https://acme.atlassian.net' }],
  'freshservice.json': ['freshservice', { address: 'https://acme.freshservice.com' }],
  'freshservice.csv': ['freshservice', { address: 'https://acme.freshservice.com' }],
  'solarwinds.json': ['solarwinds'],
  'solarwinds.csv': ['solarwinds', { address: 'https://acme.samanage.com' }],
  'list.csv': [
    'csv',
    {
      columns: {
        ...{ key: 'Ticket', title: 'What happened', opened: 'From', resolved: 'Until' },
        ci: 'Machine',
      },
    },
  ],
}

function read(format: string, names: readonly string[], asked: Partial<PastAsked> = {}) {
  const found = PAST_IMPORTERS.get(format)?.read(names.map(file), { ...ASKED, ...asked })
  if (found === undefined) throw new Error(`no format ${format}`)
  return found
}

it('every fixture is read, and each has its golden answer', async () => {
  const files = readdirSync(FOLDER).filter(
    (name) => /\.(csv|json)$/.test(name) && !/golden/.test(name),
  )
  expect(files.sort()).toEqual(Object.keys(CASES).sort())
  for (const [name, [format, asked]] of Object.entries(CASES)) {
    const found = read(format, [name], asked)
    await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(
      join(FOLDER, `${name}.golden.json`),
    )
  }
})

describe('times', () => {
  it.each([
    ['2026-01-31 10:00:02', '2026-01-31T10:00:02.000Z'],
    ['2026-01-31T10:00:00.000+0000', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:00:00-05:00', '2026-01-31T15:00:00.000Z'],
    ['2026-01-31T10:00+02', '2026-01-31T08:00:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['31/Jan/26 10:00 AM', '2026-01-31T10:00:00.000Z'],
    ['31/Jan/26 12:05 am', '2026-01-31T00:05:00.000Z'],
    ['1-Feb-2026 14:00', '2026-02-01T14:00:00.000Z'],
    ['01/02/2026', null],
    ['2026-02-30 10:00', null],
    ['31/Foo/26 10:00', null],
    ['1969-01-01', null],
    ['yesterday', null],
    ['', null],
  ])('%s', (text, expected) => {
    const at = timeOf(text)
    expect(at === null ? null : new Date(at).toISOString()).toBe(expected)
  })
})

describe('priorities', () => {
  it.each([
    ['1 - Critical', 1],
    ['P2', 2],
    ['Moderate', 3],
    ['Sev 4', 4],
    ['5', 5],
    ['Lowest', 5],
    ['', 3],
    ['None', 3],
    ['10', null],
    ['Whatever', null],
  ])('%s is %s', (text, expected) => expect(priorityOf(text)).toBe(expected))
})

it.each(['servicenow', 'jira', 'freshservice', 'solarwinds'])(
  'what is %s by its API and in its table is one incident',
  (format) => {
    const keys = ['json', 'csv'].map(
      (kind) => read(format, [`${format}.${kind}`]).incidents[0]?.key,
    )
    expect(keys[0]).toBe(keys[1])
    expect(keys[0]).toBeTruthy()
  },
)

it('two files of one export are one, in any order; of two versions the later stays', () => {
  const names = ['servicenow.json', 'servicenow-all.json']
  const found = read('servicenow', names)
  expect(read('servicenow', [...names].reverse())).toEqual(found)
  expect(found.incidents).toHaveLength(1)
  expect(found.bad.filter(({ field }) => field === 'key')).toHaveLength(1)
})

it('broken and hostile files are bad, and nothing else', () => {
  const texts = [
    '{"result": [',
    '[[[[',
    '[1, null, "x", {"incident": null}]',
    '"',
    'a,a\n"open',
    `${'['.repeat(5000)}`,
    '{"result": 5}',
    '{"__proto__": {"result": []}}',
  ]
  for (const { id, read: reader } of PAST_IMPORTERS.values())
    for (const text of texts) {
      const found = reader([{ name: 'x', text }], ASKED)
      expect([id, text, found.incidents]).toEqual([id, text, []])
      expect(found.bad.length).toBeGreaterThan(0)
    }
  fc.assert(
    fc.property(fc.string(), fc.json(), (text, json) => {
      for (const { read: reader } of PAST_IMPORTERS.values())
        for (const one of [text, json]) reader([{ name: 'x', text: one }], ASKED)
    }),
  )
})

it('half a character in a key harms nothing', () => {
  const text = 'number,title,opened,resolved\n\ud800,x,2026-01-01,2026-01-02'
  const [one] = PAST_IMPORTERS.get('csv')?.read([{ name: 'x', text }], ASKED).incidents ?? []
  expect(importedId('desk', one?.key ?? '')).toBe('desk:%EF%BF%BD')
})

it('an address that is no web page is none', () => {
  const text = 'number,title,opened,resolved,url\n1,x,2026-01-01,2026-01-02,javascript:alert(1)'
  const [one] = PAST_IMPORTERS.get('csv')?.read([{ name: 'x', text }], ASKED).incidents ?? []
  expect(one).toMatchObject({ number: '1', url: null })
})

it('has no columns but those of the file', () => {
  const text = 'key,summary,resolved\n1,Disk full,2026-01-01 00:00:00\n'
  const asked = { ...ASKED, columns: { title: 'constructor' } }
  const read = PAST_IMPORTERS.get('csv')?.read([{ name: 'x.csv', text }], asked)
  expect(read?.incidents).toEqual([])
  expect(read?.bad).toMatchObject([{ field: 'title' }])
})

it.each([
  ['<p>a  </p>\n \t\n<p> b</p>', 'a\nb'],
  ['<b>x</b> &amp; <i>y</i>', 'x & y'],
  [`<b>a${' '.repeat(90_000)}b`, `a${' '.repeat(90_000)}b`],
])('takes the text of %j', (html, text) => {
  expect(plainOf(html)).toBe(text)
})

it.each([
  [
    'servicenow',
    'number,short_description,state,opened_at,resolved_at',
    '1,Full,2,2025-12-31 23:00:00,2026-01-01 00:00:00',
    0,
  ],
  [
    'servicenow',
    'number,short_description,state,opened_at,resolved_at',
    '1,Full,Closed,2025-12-31 23:00:00,2026-01-01 00:00:00',
    1,
  ],
  [
    'csv',
    'key,summary,status,opened,resolved',
    '1,Full,In progress,2025-12-31 23:00:00,2026-01-01 00:00:00',
    0,
  ],
  [
    'csv',
    'key,summary,type,opened,resolved',
    '1,Full,Hardware problem,2025-12-31 23:00:00,2026-01-01 00:00:00',
    1,
  ],
  [
    'csv',
    'key,summary,type,opened,resolved',
    '1,Full,Exchange,2025-12-31 23:00:00,2026-01-01 00:00:00',
    1,
  ],
  [
    'csv',
    'key,summary,type,opened,resolved',
    '1,Full,Problem,2025-12-31 23:00:00,2026-01-01 00:00:00',
    0,
  ],
  [
    'csv',
    'key,summary,type,opened,resolved',
    '1,Full,Service Request,2025-12-31 23:00:00,2026-01-01 00:00:00',
    0,
  ],
  [
    'csv',
    'key,summary,type,opened,resolved',
    '1,Full,Incident (change related),2025-12-31 23:00:00,2026-01-01 00:00:00',
    1,
  ],
])('of %s, %s: %s is %i to learn from', (format, head, row, count) => {
  const text = `${head}\n${row}\n`
  const read = PAST_IMPORTERS.get(format)?.read([{ name: 'x.csv', text }], ASKED)
  expect([read?.incidents.length, read?.passedOver, read?.bad]).toEqual([count, 1 - count, []])
})

it('tells a bounded number of bad rows, and how many more there are', () => {
  const text = `key,summary,resolved\n${'1\n'.repeat(10_050)}`
  const read = PAST_IMPORTERS.get('csv')?.read([{ name: 'x.csv', text }], ASKED)
  expect(read?.bad).toHaveLength(10_001)
  expect(read?.bad.find(({ where }) => where === 'the files')?.error).toContain('50 more')
})
