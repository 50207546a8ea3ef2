/** Classes and relations: one list, which binding, the topology, the importers and the documentation agree with. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FILE_IMPORTERS } from '../../src/cmdb/index.ts'
import { isKind } from '../../src/core/bind-steps.ts'
import { CLASS_TERMS, classTerm, RELATION_TERMS } from '../../src/core/cmdb/terms.ts'
import { relationKind } from '../../src/core/topology.ts'
import { ROOT } from '../support/source.ts'

const KINDS = ['pod', 'workload', 'host', 'service'] as const

describe('a class', () => {
  it.each(CLASS_TERMS.map((term) => [term.name, term] as const))(
    '%s is bound as it says',
    (name, { kind }) => {
      expect(KINDS.filter((one) => isKind(name, one))).toEqual(kind === null ? [] : [kind])
    },
  )

  it.each([
    ['cmdb_ci_linux_server', 'server'],
    ['Windows Server', 'server'],
    ['IT Services', 'service'],
    ['Network Switches', 'switch'],
    ['VMware vCenter VM', 'virtual_machine'],
    ['kubernetes_cluster', 'cluster'],
    ['Coffee Maker', undefined],
    ['', undefined],
  ])('%s of others is led to %s', (name, term) => {
    expect(classTerm(name)?.name).toBe(term)
  })

  it('has names that no other has', () => {
    const names = CLASS_TERMS.flatMap(({ name, also }) => [name, ...also])
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
    for (const { name, also } of CLASS_TERMS)
      for (const one of [name, ...also]) expect([one, classTerm(one)?.name]).toEqual([one, name])
  })
})

describe('a relation', () => {
  it.each(RELATION_TERMS.map((term) => [term.type, term] as const))(
    '%s is crossed by faults as it says, and so are its other names',
    (type, { kind, also }) => {
      for (const one of [type, ...also]) expect([one, relationKind(one)]).toEqual([one, kind])
    },
  )
})

/** Of the fixtures: a catalog's own words, and what is there to be unknown. */
const FREE = new Set(['coffee_maker', 'fax', 'sensor_hub'])

describe.each([...FILE_IMPORTERS])('what %s reads', (id, importer) => {
  const folder = join(ROOT, 'test/cmdb/fixtures', id)
  const below = (path: string): string[] =>
    statSync(path).isDirectory()
      ? readdirSync(path).flatMap((name) => below(join(path, name)))
      : [path]
  const files = below(folder)
    .filter((path) => !path.endsWith('README.md'))
    .map((path) => ({
      name: path.slice(folder.length + 1),
      text: readFileSync(path, 'utf8'),
    }))
  const { items, relations } = importer.read(files)

  it('is of classes that are known', () => {
    const unknown = items.filter((item) => classTerm(item.class) === undefined)
    expect([...new Set(unknown.map((item) => item.class))].filter((one) => !FREE.has(one))).toEqual(
      [],
    )
  })

  it('is related in ways that are known', () => {
    const known: readonly string[] = RELATION_TERMS.map(({ type }) => type)
    expect(relations.map(({ type }) => type).filter((type) => !known.includes(type))).toEqual([])
  })
})

describe('the documentation', () => {
  const text = readFileSync(join(ROOT, 'docs/cmdb.md'), 'utf8')
  const table = (heading: string): string[] => {
    const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
    const lines = section.split('\n')
    const start = lines.findIndex((line) => line.startsWith('|'))
    const rest = lines.slice(start)
    const end = rest.findIndex((line) => !line.startsWith('|'))
    return rest.slice(0, end < 0 ? undefined : end)
  }
  const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ')

  it('lists the classes', () => {
    expect(table('Classes')).toEqual([
      '| ours | meaning | an alert means it by | ITIL | CSDM | also |',
      '|---|---|---|---|---|---|',
      ...CLASS_TERMS.map(
        ({ name, meaning, kind, itil, csdm, also }) =>
          `| \`${name}\` | ${meaning} | ${kind ?? ''} | ${itil} | ${csdm} | ${code(also)} |`,
      ),
    ])
  })

  it('lists the relations', () => {
    const crossing = { call: 'as a call', host: 'as a host', member: 'as a part' }
    expect(table('Relations')).toEqual([
      '| `from … to` | meaning | a fault in `to` reaches `from` | ITIL | CSDM, `from::to` | also |',
      '|---|---|---|---|---|---|',
      ...RELATION_TERMS.map(
        ({ type, meaning, kind, itil, csdm, also }) =>
          `| \`${type}\` | ${meaning} | ${crossing[kind]} | ${itil} | ${csdm} | ${code(also)} |`,
      ),
    ])
  })
})
