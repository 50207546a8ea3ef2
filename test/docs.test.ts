/** Documentation that names something must name something that exists. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { SOURCES } from '../ingest/index.ts'
import { loadConfig } from '../src/config.ts'
import { createMetrics } from '../src/telemetry/metrics.ts'
import { filesBelow, ROOT } from './support/source.ts'

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const ROOT_DOCS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
const docs = [...ROOT_DOCS.filter((path) => existsSync(join(ROOT, path))), ...docsBelow()]
const texts = docs.map((path) => ({ path, text: read(path) }))

function docsBelow(): string[] {
  return ['docs', 'rules', 'dashboards'].flatMap((folder) => filesBelow(folder, /\.md$/))
}

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')))

/** Code spans, and lines of shell blocks. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console)?\n([\s\S]*?)^```/gm)]
  const rest = text.replace(/^```[\s\S]*?^```/gm, '')
  const spans = [...rest.matchAll(/`([^`\n]+)`/g)]
  return [...spans, ...blocks].map((match) => match[1] ?? '')
}

const TOP = /^(?:src|ingest|rules|dashboards|test|docs|docker|\.ci|\.github)\//
const TOP_FILES =
  /^(?:[A-Z][A-Z]+(?:\.md)?|Dockerfile|docker-compose\.yml|(?:package|package-lock|tsconfig|biome|knip)\.json)$/

/** Names in the text that claim to be paths of this project; `<id>`, `*` and `…` stand for any name. */
function pathsIn(text: string): string[] {
  return codeOf(text)
    .flatMap((code) => code.split(/\s+/))
    .map((word) => word.replace(/[,;:.)]+$/, '').replace(/#.*$/, ''))
    .filter((word) => TOP.test(word) || TOP_FILES.test(word))
    .filter((word) => !/^[A-Z]+$/.test(word) || word === 'LICENSE')
}

function missingPaths(text: string): string[] {
  return pathsIn(text).filter((path) => {
    const wildcard = path.search(/[<*…{]/)
    const known = wildcard < 0 ? path : path.slice(0, path.lastIndexOf('/', wildcard) + 1)
    return !existsSync(join(ROOT, known))
  })
}

function brokenLinks(path: string, text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : posix.join(dirname(path), file)
      if (!existsSync(join(ROOT, target))) return true
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor)
    })
}

/** Anchors as forges make them from headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}

function missingScripts(text: string): string[] {
  return [...text.matchAll(/npm run ([a-z][a-z:-]*)/g)]
    .map((match) => match[1] ?? '')
    .filter((name) => !(name in scripts))
}

describe('the documentation', () => {
  it('is looked at in full', () => {
    expect(docs).toEqual(expect.arrayContaining([...ROOT_DOCS, 'docs/concepts.md']))
    expect(texts.flatMap(({ text }) => pathsIn(text)).length).toBeGreaterThan(30)
    expect(texts.flatMap(({ text }) => [...text.matchAll(/npm run /g)]).length).toBeGreaterThan(2)
  })

  it('names files and folders that exist', () => {
    expect(
      texts.flatMap(({ path, text }) => missingPaths(text).map((p) => `${path}: ${p}`)),
    ).toEqual([])
    expect(missingPaths('see `src/gone.ts`, `test/gone/<id>.json` and `GONE.md`')).toHaveLength(3)
    expect(missingPaths('see `src/core/`, `src/core/*.ts` and `LICENSE`')).toEqual([])
  })

  it('links to what exists', () => {
    expect(
      texts.flatMap(({ path, text }) => brokenLinks(path, text).map((l) => `${path}: ${l}`)),
    ).toEqual([])
    expect(brokenLinks('docs/a.md', '[x](gone.md) [y](concepts.md#gone)')).toHaveLength(2)
  })

  it('names commands that exist', () => {
    expect(
      texts.flatMap(({ path, text }) => missingScripts(text).map((s) => `${path}: ${s}`)),
    ).toEqual([])
    expect(missingScripts('npm run gone')).toEqual(['gone'])
  })

  it('names settings that exist', () => {
    const named = new Set(texts.flatMap(({ text }) => text.match(/\bFAULTLINE_[A-Z_]+\b/g) ?? []))
    expect(named.size).toBeGreaterThan(3)
    const env = Object.fromEntries([...named].map((name) => [name, '']))
    const loaded = loadConfig({ env, readFile: () => '' })
    expect(loaded.ok ? [] : loaded.faults).toEqual([])
  })

  it('shows settings files that load', () => {
    const files = texts.flatMap(({ text }) => [
      ...text.matchAll(/^```yaml\n(# faultline\.yaml[\s\S]*?)^```/gm),
    ])
    expect(files.length).toBeGreaterThan(0)
    for (const [, text = ''] of files) {
      const loaded = loadConfig({ env: {}, readFile: () => text })
      expect(loaded.ok ? [] : loaded.faults).toEqual([])
    }
  })

  it('names metrics that exist', async () => {
    const known = await metricNames()
    const named = [...docs, 'docker/prometheus/rules.yml'].flatMap(
      (path) => read(path).match(/\bfaultline_[a-z_]+/g) ?? [],
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  it('has the settings of every tool that can post', () => {
    const pages = filesBelow('docs/sources', /\.md$/).map((path) => path.slice(13, -3))
    expect(pages.filter((id) => id !== 'vmalert').sort()).toEqual([...SOURCES.keys()].sort())
    for (const id of SOURCES.keys()) {
      const text = read(`docs/sources/${id}.md`)
      // the console puts its own address where this one stands
      expect(text).toContain('faultline.example.org')
      expect(text).toMatch(new RegExp(`/ingest/${id}\\b|/v2/`))
      expect(text).toMatch(/a-long-random-text|token|secret/i)
      expect(text.split('\n').length).toBeGreaterThan(12)
    }
  })

  it('is short where it must be read whole', () => {
    expect(read('CONTRIBUTING.md').split('\n').length).toBeLessThan(100)
  })
})

async function metricNames(): Promise<ReadonlySet<string>> {
  const { registry } = createMetrics({ version: '0', sources: [] })
  const all = await registry.getMetricsAsJSON()
  const parts = ['', '_bucket', '_sum', '_count']
  return new Set(all.flatMap(({ name }) => parts.map((part) => `${name}${part}`)))
}

describe('every decision record', () => {
  const records = filesBelow('docs/adr', /\.md$/)

  it('is numbered without gaps', () => {
    expect(records.length).toBeGreaterThanOrEqual(9)
    for (const [i, path] of records.entries()) {
      expect(path).toMatch(
        new RegExp(`^docs/adr/${String(i + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`),
      )
    }
  })

  it.each(records)('%s fits on a page and names the test or lint rule that keeps it', (path) => {
    const text = read(path)
    expect(text).toContain(`# ${path.slice('docs/adr/'.length).slice(0, 4)} `)
    expect(text.split('\n').length).toBeLessThanOrEqual(60)
    expect(text).toMatch(/^# \d{4} .+\n\n/)
    const confirmation = /^\*Confirmation:\* ([\s\S]+?)(\n\n|$)/m.exec(text)?.[1] ?? ''
    expect(pathsIn(confirmation), 'a test or a settings file by its path').not.toEqual([])
  })

  it('that the sources refer to exists', () => {
    const sources = ['src', 'ingest', 'test', 'rules'].flatMap((f) =>
      filesBelow(f, /\.(ts|sql|yaml)$/),
    )
    const others = sources.filter((path) => path !== 'test/docs.test.ts')
    const named = others.flatMap((path) => read(path).match(/docs\/[a-z0-9/-]+\.md/g) ?? [])
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

describe('what is written in the project', () => {
  const OURS = /^(?!.*\/fixtures\/).*\.(ts|tsx|md|ya?ml|sql|json|mjs|css|html)$/
  const folders = [
    'src',
    'ingest',
    'rules',
    'dashboards',
    'test',
    'docs',
    'docker',
    '.ci',
    '.github',
  ]
  const all = [
    ...folders.flatMap((folder) => filesBelow(folder, OURS)),
    ...ROOT_DOCS,
    'Dockerfile',
    'docker-compose.yml',
  ]

  /** A home folder or work folder on somebody's machine; a ticket; a note to self. */
  const UNFIT: readonly RegExp[] = [
    /(?<![\w.)}\]/:-])\/(?:home|root|work|Users)\/[a-z]/,
    /\bissue #?\d+\b/i,
    /\b(?:TODO|FIXME|XXX|HACK)\b(?!\|)/,
  ]

  it('names no machine of ours, no tickets and nothing left to do', () => {
    expect(all.length).toBeGreaterThan(60)
    const found = all.flatMap((path) =>
      read(path)
        .split('\n')
        .filter(
          (line) => path !== 'test/docs.test.ts' && UNFIT.some((pattern) => pattern.test(line)),
        )
        .map((line) => `${path}: ${line.trim().slice(0, 100)}`),
    )
    expect(found).toEqual([])
    for (const text of ['see /home/me/x', 'as in issue 12', '// TODO later']) {
      expect(
        UNFIT.some((pattern) => pattern.test(text)),
        text,
      ).toBe(true)
    }
  })
})

describe('the containers', () => {
  const Compose = z.object({
    services: z.record(
      z.string(),
      z.object({ image: z.string().optional(), ports: z.array(z.string()).default([]) }),
    ),
  })
  const { services } = Compose.parse(parse(read('docker-compose.yml')))

  it('have fixed versions and are open to this machine only', () => {
    const images = Object.values(services).flatMap(({ image }) => image ?? [])
    const bases = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map((match) => match[1] ?? '')
    expect([...images, ...bases].length).toBeGreaterThan(4)
    for (const image of [...images, ...bases]) expect(image).toMatch(/:v?\d+\.\d+[\w.-]*$/)
    for (const { ports } of Object.values(services)) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
    }
  })

  it('run with settings that load', () => {
    const env = {
      FAULTLINE_LISTEN: '0.0.0.0:7373',
      FAULTLINE_ADMIN_TOKEN: 'x',
      CLICKHOUSE_URL: 'http://u:p@h:8123',
    }
    const loaded = loadConfig({ env, readFile: () => read('docker/faultline.yaml') })
    expect(loaded.ok ? [] : loaded.faults).toEqual([])
  })
})
