/**
 * Holds the architecture: floors, no cycles, sizes, a pure core. Each rule is also shown something
 * that breaks it, so that none of them can be green for the wrong reason.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, matchesGlob } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import config from '../vitest.config.ts'
import { filesBelow, ROOT, readSource, readSources, type SourceFile } from './support/source.ts'

/** The command line and what it is made of: every other file right in `src/`. */
const WIRING = 'src/main.ts'

/** Lower floors first. A file imports its own folder or a lower floor; single files are one folder. */
const FLOORS: readonly (readonly string[])[] = [
  ['src/core'],
  ['ingest', 'src/journal', 'src/store', 'src/cmdb', 'src/notify', 'src/itsm', 'src/telemetry'],
  ['src/cluster'],
  ['src/journey.ts', 'src/fold.ts'],
  ['src/jobs', 'src/server'],
  ['src/demo'],
  [WIRING],
]

const MAX_LINES = 400

/** The packages a pure file may import: they compute, and nothing else. */
const PURE_PACKAGES =
  /^(zod|re2js|@js-joda\/(core|timezone)|yaml|ml-kmeans|csv-parse\/sync|natural\/.+|turndown|@joplin\/turndown-plugin-gfm|@mixmark-io\/domino|saxes)$/

/** What a pure file must not name: time, chance, the outside, or the machine's own language. */
const IMPURE_NAMES = [
  ...['Date', 'Intl', 'process', 'performance', 'crypto', 'console', 'fetch', 'globalThis'],
  ...['require', 'setTimeout', 'setInterval', 'setImmediate', 'WebSocket', 'EventSource'],
]
const IMPURE_MEMBERS = [
  ...['Math.random', 'localeCompare', 'toLocaleString', 'toLocaleLowerCase', 'toLocaleUpperCase'],
  ...['toLocaleDateString', 'toLocaleTimeString'],
]

/** Packages with traps or connections: one folder knows them, nothing goes around it. */
const ONLY_IN: readonly { readonly package: RegExp; readonly folder: RegExp }[] = [
  { package: /^(chdb|@clickhouse\/)/, folder: /^src\/store\// },
  { package: /^ioredis/, folder: /^src\/journal\// },
  { package: /^(hono|@hono\/)/, folder: /^src\/server\// },
  { package: /^pino/, folder: /^src\/telemetry\// },
  { package: /^prom-client/, folder: /^src\/telemetry\// },
  { package: /^commander/, folder: /^src\/main\.ts$/ },
]

function homeOf(path: string): { folder: string; floor: number } | undefined {
  for (const [floor, folders] of FLOORS.entries()) {
    const folder = folders.find((home) => path === home || path.startsWith(`${home}/`))
    if (folder !== undefined) return { folder, floor }
  }
  return /^src\/[^/]+\.ts$/.test(path) ? { folder: WIRING, floor: FLOORS.length - 1 } : undefined
}

function isOurs(path: string): boolean {
  return path.startsWith('src/') || path.startsWith('ingest/')
}

function floorFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const home = homeOf(path)
    if (home === undefined) return [`${path}: its folder has no floor; give it one in FLOORS`]
    return imports.filter(isLocal).flatMap((imported) => {
      const other = homeOf(imported)
      if (other === undefined) return [`${path}: imports ${imported}, which has no floor`]
      const sameFolder =
        other.folder === home.folder || (isFile(other.folder) && isFile(home.folder))
      const allowed = other.floor < home.floor || (other.floor === home.floor && sameFolder)
      return allowed ? [] : [`${path}: must not import ${imported}`]
    })
  })
}

function isFile(home: string): boolean {
  return home.endsWith('.ts')
}

function isLocal(imported: string): boolean {
  return isOurs(imported) || /^(\.|test\/|dashboards\/|[a-z.]+\.(config|json))/.test(imported)
}

function purityFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports, names, members }) => [
    ...imports
      .filter((imported) => !isOurs(imported) && !PURE_PACKAGES.test(imported))
      .map((imported) => `${path}: imports ${imported}`),
    ...IMPURE_NAMES.filter((name) => names.has(name))
      .filter((name) => !(name === 'Date' && path === 'src/core/time.ts'))
      .map((name) => `${path}: names ${name}`),
    ...IMPURE_MEMBERS.filter((member) => members.has(member)).map(
      (member) => `${path}: uses ${member}`,
    ),
  ])
}

const Report = z.object({
  diagnostics: z.array(
    z.object({
      category: z.string(),
      severity: z.string(),
      location: z.object({ path: z.string() }),
    }),
  ),
})

/** One line for every group of files that reach each other. */
function cycles(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, file.imports]))
  const done = new Set<string>()
  const found = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) found.add([...trail.slice(at)].sort().join(' + '))
    if (at >= 0 || done.has(path)) return
    for (const next of imports.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const path of imports.keys()) visit(path, [])
  return [...found]
}

const files = readSources(['src', 'ingest'])
const pure = files.filter(({ path }) => /^(src\/core|ingest|src\/cmdb\/(?!pull\/))/.test(path))

describe('the floors', () => {
  it('are looked at in full', () => {
    expect(files.length).toBeGreaterThanOrEqual(30)
    expect(files.flatMap(({ imports }) => imports.filter(isOurs)).length).toBeGreaterThan(60)
    const known = new Set(files.map(({ path }) => path))
    const missing = files.flatMap(({ path, imports }) =>
      imports
        .filter((imported) => isOurs(imported) && !known.has(imported))
        .filter((imported) => !/\.(d\.ts|json)$/.test(imported))
        .map((imported) => `${path} → ${imported}`),
    )
    expect(missing).toEqual([])
  })

  it('only import downwards', () => {
    expect(floorFaults(files)).toEqual([])
  })

  it.each([
    ['src/core/a.ts', `import { x } from '../store/b.ts'`],
    ['src/core/a.ts', `import type { X } from '../journey.ts'`],
    ['src/core/a.ts', `export type X = import('../store/b.ts').X`],
    ['ingest/a.ts', `export { x } from '../src/journal/b.ts'`],
    ['src/notify/a.ts', `const x = await import('../store/b.ts')`],
    ['src/jobs/a.ts', `export * from '../server/b.ts'`],
    ['src/server/a.ts', `import '../config.ts'`],
    ['src/store/a.ts', `import { x } from '../../test/support/b.ts'`],
    ['src/novel/a.ts', ''],
  ])('would catch %s with "%s"', (path, text) => {
    expect(floorFaults([readSource(path, text)])).toHaveLength(1)
  })

  it('have no cycles', () => {
    expect(cycles(files)).toEqual([])
    const ring = ['a', 'b', 'c'].map((name, i) =>
      readSource(`src/core/${name}.ts`, `import type { X } from './${'bca'[i]}.ts'`),
    )
    expect(cycles(ring)).toEqual(['src/core/a.ts + src/core/b.ts + src/core/c.ts'])
  })
})

describe('the core, the sources and the importers of files', () => {
  it('are looked at in full', () => {
    expect(pure.length).toBeGreaterThanOrEqual(15)
  })

  it('name no clock, no chance and nothing outside', () => {
    expect(purityFaults(pure)).toEqual([])
  })

  it.each([
    `import { readFileSync } from 'node:fs'`,
    `import natural from 'natural'`,
    `import pino from 'pino'`,
    'export const at = Date.now()',
    'export const at = (when: Date): number => when.valueOf()',
    'export const at = performance.now()',
    'export const x = Math.random()',
    `export const x = Math['random']()`,
    'export const x = process.env',
    'export const x = globalThis.fetch',
    'export const byName = (a: string, b: string) => a.localeCompare(b)',
    'setTimeout(() => undefined, 1)',
  ])('would be caught with "%s"', (text) => {
    expect(purityFaults([readSource('src/core/a.ts', text)])).not.toEqual([])
  })

  it('may have members and keys of those names', () => {
    const text = 'export const f = (a: { process: string }) => ({ Date: a.process, fetch: 1 })'
    expect(purityFaults([readSource('src/core/a.ts', text)])).toEqual([])
  })
})

describe('every file', () => {
  it(`has at most ${MAX_LINES} lines`, () => {
    const ours = [...files, ...readSources(['test', 'dashboards/console'])]
    expect(
      ours.filter(({ lines }) => lines > MAX_LINES).map(({ path, lines }) => `${path}: ${lines}`),
    ).toEqual([])
  })

  it('but src/config.ts leaves the environment alone', () => {
    const readers = files.filter(({ members }) => members.has('process.env'))
    expect(readers.map(({ path }) => path)).toEqual(['src/config.ts'])
  })

  it('keeps to the one folder that knows a package', () => {
    const strays = files.flatMap(({ path, imports }) =>
      imports
        .filter((name) =>
          ONLY_IN.some((rule) => rule.package.test(name) && !rule.folder.test(path)),
        )
        .map((name) => `${path}: imports ${name}`),
    )
    expect(strays).toEqual([])
  })

  it('imports natural only by submodule, as the whole of it opens databases and prints', () => {
    const whole = readSources(['src', 'ingest', 'test']).filter(({ imports }) =>
      imports.some((name) => /^natural(\/lib\/natural\/(index|util))?(\.js)?\/?$/.test(name)),
    )
    expect(whole.map(({ path }) => path)).toEqual([])
  })

  it('of the console stays within the console', () => {
    const console = readSources(['dashboards/console/src'])
    expect(console.length).toBeGreaterThan(0)
    const strays = console.flatMap(({ path, imports }) =>
      imports
        .filter((name) => /^(src|ingest|test|\.\.)\//.test(name))
        .map((name) => `${path}: imports ${name}`),
    )
    expect(strays).toEqual([])
  })
})

describe('the linter', () => {
  const body = Array.from({ length: 60 }, (_, i) => `  x += ${i}`).join('\n')
  const everywhere: Readonly<Record<string, string>> = {
    noExcessiveLinesPerFunction: `export function f(): number {\n  let x = 0\n${body}\n  return x\n}`,
    useMaxParams: 'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e]',
    noExplicitAny: 'export type X = any',
    noNonNullAssertion: 'export const f = (a: string[]) => a[0]!',
    noDefaultExport: 'export default 1',
    noBarrelFile: `export * from './b.ts'\nexport * from './c.ts'`,
    useImportType: `import { X } from './b.ts'\nexport const f = (x: X) => x`,
    noConsole: 'export const f = () => console.log(1)',
    noFloatingPromises: 'const p = async () => 1\nexport const f = () => {\n  p()\n}',
    noMisusedPromises: 'const p = async () => true\nexport const f = () => (p() ? 1 : 2)',
    noUnusedVariables: 'const x = 1\nexport {}',
    noUnusedImports: `import { x } from './b.ts'\nexport {}`,
  }
  const inPureFiles: Readonly<Record<string, string>> = {
    noRestrictedImports: `import { readFileSync } from 'node:fs'\nexport const f = readFileSync`,
    noRestrictedGlobals: 'export const f = () => process.cwd()',
  }
  const folders = ['src/server', 'src/core', 'ingest']
  const hits = lint({
    ...Object.fromEntries(
      Object.entries({ ...everywhere, ...inPureFiles }).flatMap(([rule, text]) =>
        folders.map((folder) => [`${folder}/${rule}.ts`, text]),
      ),
    ),
    'src/server/ring-a.ts': `import { b } from './ring-b.ts'\nexport const a = () => b`,
    'src/server/ring-b.ts': `import { a } from './ring-a.ts'\nexport const b = () => a`,
  })

  it.each(Object.keys(everywhere))('reports %s', (rule) => {
    for (const folder of folders) expect(hits).toContain(`${folder}/${rule}.ts: ${rule}`)
  })

  it.each(Object.keys(inPureFiles))('reports %s in the core and the sources only', (rule) => {
    expect(hits).toContain(`src/core/${rule}.ts: ${rule}`)
    expect(hits).toContain(`ingest/${rule}.ts: ${rule}`)
    expect(hits).not.toContain(`src/server/${rule}.ts: ${rule}`)
  })

  it('reports noImportCycles', () => {
    expect(hits).toContain('src/server/ring-a.ts: noImportCycles')
  })
})

/** `<path>: <rule>` for every error Biome reports with our settings, on files given as texts. */
function lint(texts: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-lint-'))
  cpSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'))
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=1000', '.']
  const biome = join(ROOT, 'node_modules/.bin/biome')
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8' })
  rmSync(folder, { recursive: true, force: true })
  const { diagnostics } = Report.parse(JSON.parse(stdout))
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ category, location }) => `${location.path}: ${category.split('/').at(-1)}`)
}

describe('every test file', () => {
  it('belongs to exactly one vitest project', () => {
    const projects = (config.test?.projects ?? []).map((project) => {
      const { name, include, exclude } = (
        project as { test: { name: string; include: string[]; exclude?: string[] } }
      ).test
      return { name, include, exclude: exclude ?? [] }
    })
    const tests = filesBelow('test', /\.test\.tsx?$/)
    expect(tests.length).toBeGreaterThanOrEqual(10)
    const homes = tests.map((path) => {
      const home = projects.filter(
        ({ include, exclude }) =>
          include.some((glob) => matchesGlob(path, glob)) &&
          !exclude.some((glob) => matchesGlob(path, glob)),
      )
      return `${path}: ${home.map(({ name }) => name).join(' and ')}`
    })
    expect(homes.filter((line) => !/: (unit|system|alone)$/.test(line))).toEqual([])
  })

  it('is called <name>.test.ts, or is not in the way of one', () => {
    const odd = filesBelow('test', /\.(spec|tests?)\.(ts|tsx|js|mjs)$/).filter(
      (path) => !/\.test\.ts$/.test(path),
    )
    expect(odd).toEqual([])
  })
})
