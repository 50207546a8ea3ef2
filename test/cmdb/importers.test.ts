/** Laws that hold for every format of files: what is read does not depend on order, and nothing throws. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ImportFile } from '../../src/cmdb/importer.ts'
import { FILE_IMPORTERS } from '../../src/cmdb/index.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

function filesOf(folder: string): readonly ImportFile[] {
  const below = (path: string): string[] =>
    statSync(path).isDirectory()
      ? readdirSync(path).flatMap((name) => below(join(path, name)))
      : [path]
  return below(folder)
    .filter((path) => !path.endsWith('README.md'))
    .map((path) => ({ name: relative(folder, path), text: readFileSync(path, 'utf8') }))
}

const HOSTILE: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a NUL', 'name,class\n\0,host\n'],
  ['deep nesting', '['.repeat(100_000)],
  [
    'deep nesting in blocks',
    Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
  ],
  ['an open quote', 'id,name,class\n1,"a,host\n2,b,host\n'],
  [
    'a prototype',
    '{"items":[{"id":"__proto__","class":"host","name":"constructor","labels":{"__proto__":"x"}}],"__proto__":{"a":1}}',
  ],
  ['no list', '{"items": 7}'],
  ['a cycle of aliases', 'a: &a [*a]\n'],
  [
    'an alias bomb',
    `a: &a [x, x]\n${'bcdefghijklmnopqrstuvwxyz'
      .split('')
      .map((c, i) => `${c}: &${c} [${`*${'abcdefghijklmnopqrstuvwxyz'[i]},`.repeat(9)} x]`)
      .join('\n')}`,
  ],
  ['a key twice', 'kind: A\nkind: B\n'],
  ['a huge cell', `id,name,class\n1,${'x'.repeat(2_000_000)},host\n2,b,host\n`],
]

/** Lists of applications, each for itself. */
const WITHOUT_RELATIONS = new Set(['zluri'])

describe.each([...FILE_IMPORTERS])('%s', (id, importer) => {
  const files = filesOf(join(FIXTURES, id))

  it('reads its fixtures', () => {
    const read = importer.read(files)
    expect(read.items.length).toBeGreaterThan(0)
    expect(read.relations.length > 0).toBe(!WITHOUT_RELATIONS.has(id))
    expect(read.bad.length).toBeGreaterThan(0)
    const keys = new Set(read.items.map(({ key }) => key))
    expect(keys.size).toBe(read.items.length)
    for (const { from, to } of read.relations)
      expect([keys.has(from), keys.has(to)]).toEqual([true, true])
  })

  it('reads the same from the files in any order, and twice', () => {
    const read = importer.read(files)
    fc.assert(
      fc.property(fc.shuffledSubarray([...files], { minLength: files.length }), (shuffled) => {
        expect(importer.read(shuffled)).toEqual(read)
      }),
      { numRuns: 10 },
    )
  })

  it.each(HOSTILE)('answers to %s', (_what, text) => {
    const name = id === 'csv' ? 'a.csv' : 'a.yaml'
    const read = importer.read([{ name, text }])
    expect(read.items.length + read.bad.length).toBeGreaterThanOrEqual(text === '' ? 0 : 1)
    for (const { where } of read.bad) expect(where).toContain(name)
  })

  it('reads any part of its files without throwing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(3000), (file, length) => {
        importer.read([{ ...file, text: file.text.slice(0, length) }])
      }),
      { numRuns: 30 },
    )
  })
})
