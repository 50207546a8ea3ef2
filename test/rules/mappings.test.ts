/** The shipped mappings do what their cases say, and a folder of mappings is checked. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { MappingCases } from '../../src/mapping-case.ts'
import { checkMappings } from '../../src/mapping-check.ts'
import { ROOT } from '../support/source.ts'

const FOLDER = join(ROOT, 'rules')
const NAMES = readdirSync(join(FOLDER, 'ingest'))
  .filter((name) => name.endsWith('.test.yaml'))
  .map((name) => name.replace('.test.yaml', ''))

describe('the shipped mappings', () => {
  it('do what their cases say', () => {
    const { mappings, cases, faults } = checkMappings(FOLDER)
    expect(faults).toEqual([])
    expect(mappings).toBe(NAMES.length)
    expect(cases).toBeGreaterThanOrEqual(NAMES.length)
    expect(mappings).toBeGreaterThanOrEqual(6)
  })

  it.each(NAMES)('%s says where its shape comes from, and ends what it begins', (name) => {
    const text = readFileSync(join(FOLDER, 'ingest', `${name}.yaml`), 'utf8')
    expect(parse(text).description).toMatch(/^https:\/\//)
    const document = readFileSync(join(FOLDER, 'ingest', `${name}.test.yaml`), 'utf8')
    const expected = MappingCases.parse(parse(document)).cases.flatMap((one) => one.expect)
    const states = expected.map((one) => ('status' in one ? one.status : undefined))
    expect(states).toEqual(expect.arrayContaining(['firing', 'resolved']))
  })
})

describe('a folder of mappings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-mappings-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const GOOD = 'identity: [id]\nrule: r\ntitle: "{{ id }}"\n'
  const TEST = 'cases: [{ name: one, body: { id: x }, expect: [{ title: x }] }]\n'
  let count = 0

  const check = (files: Readonly<Record<string, string>>) => {
    count += 1
    const home = join(folder, `${count}`)
    mkdirSync(join(home, 'ingest'), { recursive: true })
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(home, 'ingest', name), text)
    return checkMappings(home)
  }

  it('in order has no faults', () => {
    expect(check({ 'beacon.yaml': GOOD, 'beacon.test.yaml': TEST })).toEqual({
      mappings: 1,
      cases: 1,
      faults: [],
    })
    expect(checkMappings(join(folder, 'nowhere'))).toEqual({ mappings: 0, cases: 0, faults: [] })
  })

  it.each<[string, Readonly<Record<string, string>>, string, string]>([
    ['no test', { 'a.yaml': GOOD }, 'a.test.yaml beside it', 'no such file'],
    ['a test alone', { 'a.test.yaml': TEST }, 'a.yaml beside it', 'no such file'],
    ['another ending', { 'a.yml': GOOD }, 'a name that ends in .yaml', 'a.yml'],
    ['a name of a source', { 'zabbix.yaml': GOOD }, 'a name that no source has', 'zabbix'],
    ['a bad name', { 'A b.yaml': GOOD }, 'small letters', 'A b.yaml'],
    ['no YAML', { 'a.yaml': 'identity: [' }, 'a valid mapping', 'not YAML'],
    ['a strange field', { 'a.yaml': `${GOOD}labls: {}\n` }, 'a valid mapping', 'labls'],
    [
      'a broken test',
      { 'a.yaml': GOOD, 'a.test.yaml': 'cases: []' },
      'a valid test file',
      'cases: ',
    ],
    [
      'a case that does not come true',
      {
        'a.yaml': GOOD,
        'a.test.yaml': 'cases: [{ name: c, body: { id: x }, expect: [{ title: y }] }]',
      },
      'item 0: title y',
      'x',
    ],
    [
      'a case with fewer items',
      {
        'a.yaml': GOOD,
        'a.test.yaml': 'cases: [{ name: c, body: { id: x }, expect: [] }]',
      },
      '0 items',
      '1 items',
    ],
    [
      'a report that is not rejected',
      {
        'a.yaml': GOOD,
        'a.test.yaml': 'cases: [{ name: c, body: { id: x }, expect: [{ rejected: id }] }]',
      },
      'item 0: rejected: id',
      'a alert',
    ],
  ])('with %s is told so', (_name, files, expected, got) => {
    expect(check(files).faults).toContainEqual(
      expect.objectContaining({
        expected: expect.stringContaining(expected),
        got: expect.stringContaining(got),
      }),
    )
  })
})
