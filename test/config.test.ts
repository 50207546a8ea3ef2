import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type LoadedConfig, loadConfig } from '../src/config.ts'

interface Given {
  env?: Record<string, string>
  argv?: string[]
  files?: Record<string, string>
}

function load({ env = {}, argv = [], files = {} }: Given): LoadedConfig {
  const readFile = (path: string): string => {
    const text = files[path]
    if (text !== undefined) return text
    throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' })
  }
  return loadConfig({ env, argv, readFile })
}

function settings(given: Given): Extract<LoadedConfig, { ok: true }>['config'] {
  const loaded = load(given)
  if (!loaded.ok) throw new Error(loaded.faults.join('\n'))
  return loaded.config
}

function faults(given: Given): readonly string[] {
  const loaded = load(given)
  return loaded.ok ? [] : loaded.faults
}

describe('with nothing set', () => {
  it('listens on this machine only, keeps its data in ./data and has no token', () => {
    expect(settings({})).toMatchObject({
      data: resolve('data'),
      listen: { host: '127.0.0.1', port: 7373, loopback: true },
      adminToken: null,
      store: { path: resolve('data', 'store') },
      logLevel: 'info',
      cmdb: null,
      heartbeat: null,
      channels: [],
      sourceTokens: [],
      faultPoint: null,
    })
  })

  it('takes an empty variable as not set', () => {
    expect(settings({ env: { FAULTLINE_LISTEN: '', REDIS_URL: '' } })).toEqual(settings({}))
  })
})

describe('where settings come from', () => {
  const file = { 'faultline.yaml': 'listen: 127.0.0.1:1\nlogLevel: warn\ncmdb: cmdb.yaml\n' }

  it('reads faultline.yaml where it exists', () => {
    expect(settings({ files: file })).toMatchObject({
      logLevel: 'warn',
      cmdb: resolve('cmdb.yaml'),
    })
  })

  it('lets the environment win', () => {
    const { listen, logLevel } = settings({ files: file, env: { FAULTLINE_LISTEN: '127.0.0.1:2' } })
    expect([listen.port, logLevel]).toEqual([2, 'warn'])
  })

  it.each([[['serve', '--config', '/etc/f.yaml']], [['serve', '--config=/etc/f.yaml']]])(
    'reads the file that %j names, and its paths from its folder',
    (argv) => {
      const files = { ...file, '/etc/f.yaml': 'data: state\nknowledge: /srv/runbooks\n' }
      expect(settings({ argv, files })).toMatchObject({
        data: '/etc/state',
        knowledge: '/srv/runbooks',
        logLevel: 'info',
      })
    },
  )

  it('takes paths of the environment from the working folder, whatever the file', () => {
    const given = { argv: ['--config', '/etc/f.yaml'], files: { '/etc/f.yaml': 'data: state' } }
    expect(settings({ ...given, env: { FAULTLINE_DATA: 'here' } }).data).toBe(resolve('here'))
    expect(settings({ ...given, files: { '/etc/f.yaml': '' } }).data).toBe(resolve('data'))
  })

  it('reads the fault point from the environment only', () => {
    expect(settings({ env: { FAULTLINE_FAULT: 'append' } }).faultPoint).toBe('append')
    expect(faults({ files: { 'faultline.yaml': 'faultPoint: append' } })).toHaveLength(1)
  })
})

describe('the store', () => {
  it('is a folder in the data folder', () => {
    const { data, store } = settings({ env: { FAULTLINE_DATA: '/var/lib/faultline' } })
    expect([data, store]).toEqual(['/var/lib/faultline', { path: '/var/lib/faultline/store' }])
  })

  it.each([
    ['http://h:8123', { url: 'http://h:8123' }],
    ['https://h:8443/', { url: 'https://h:8443' }],
    ['http://u@h:8123', { url: 'http://h:8123', username: 'u' }],
    [
      'http://u:p%40ss@h:8123/aiops',
      { url: 'http://h:8123', username: 'u', password: 'p@ss', database: 'aiops' },
    ],
  ])('is the server at %s', (url, store) => {
    expect(settings({ env: { CLICKHOUSE_URL: url } }).store).toEqual(store)
  })
})

describe('sources of the CMDB', () => {
  const sources = (...lines: readonly string[]) => ({
    files: { 'faultline.yaml': `cmdbSources:\n${lines.map((line) => `  - ${line}\n`).join('')}` },
  })
  const NETBOX = 'source: nb, from: netbox, settings: {url: https://n.example, tokenVariable: T}'

  it('are read every hour unless they say otherwise', () => {
    expect(settings(sources(`{${NETBOX}}`)).cmdbSources).toEqual([
      {
        ...{ source: 'nb', from: 'netbox', authority: 100, everyMinutes: 60 },
        settings: { url: 'https://n.example', tokenVariable: 'T' },
      },
    ])
  })

  it.each([
    ['{source: nb, from: nowhere}', 'cmdbSources.0.from'],
    ['{source: nb, from: netbox}', 'cmdbSources.0.settings.url'],
    [`{${NETBOX}, everyMinutes: 0}`, 'cmdbSources.0.everyMinutes'],
    [
      '{source: nb, from: netbox, settings: {url: https://n.example, tokenVariable: T, token: t}}',
      'cmdbSources.0.settings',
    ],
  ])('name what is wrong with %s', (line, field) => {
    expect(faults(sources(line)).some((text) => text.includes(`${field}:`))).toBe(true)
  })

  it('may name the authority of their certificate, beside the file of settings', () => {
    const { files } = sources(`{${NETBOX}, caFile: ca.pem}`)
    const authority = new URL('cmdb/pull/fixtures/tls/authority.cert.pem', import.meta.url)
    const read = (file: string): readonly string[] =>
      faults({ files: { ...files, [resolve('ca.pem')]: file } })
    expect(faults({ files })).toEqual(['faultline.yaml: cmdbSources.0.caFile: cannot be read'])
    expect(read('no certificate')).toEqual([
      'faultline.yaml: cmdbSources.0.caFile: must hold certificates in PEM',
    ])
    const good = { ...files, [resolve('ca.pem')]: readFileSync(authority, 'utf8') }
    expect(settings({ files: good }).cmdbSources[0]?.caFile).toBe(resolve('ca.pem'))
  })

  it('have a name of their own each', () => {
    expect(faults(sources(`{${NETBOX}}`, `{${NETBOX}}`))).toEqual([
      'faultline.yaml: cmdbSources: must have a name of its own each',
    ])
  })
})

describe('sources of changes', () => {
  const sources = (line: string) => ({ files: { 'faultline.yaml': `changeSources: [${line}]\n` } })
  const DESK = 'source: d, from: freshservice, settings: {url: https://f.example, keyVariable: K}'

  it('are read every ten minutes unless they say otherwise', () => {
    expect(settings(sources(`{${DESK}, cmdb: fs}`)).changeSources).toEqual([
      {
        ...{ source: 'd', from: 'freshservice', everyMinutes: 10, cmdb: 'fs', labels: {} },
        settings: { url: 'https://f.example', keyVariable: 'K' },
      },
    ])
  })

  it.each([
    ['{source: d, from: netbox}', 'changeSources.0.from'],
    ['{source: d, from: freshservice}', 'changeSources.0.settings.url'],
    [`{${DESK}, caFile: none.pem}`, 'changeSources.0.caFile'],
    [`{${DESK}}, {${DESK}}`, 'changeSources'],
    [`{${DESK}, idPrefix: 'a b'}`, 'changeSources.0.idPrefix'],
  ])('name what is wrong with %s', (line, field) => {
    expect(faults(sources(line)).some((text) => text.includes(`${field}:`))).toBe(true)
  })

  it('from one API have a prefix of their own each, as its desks number alike', () => {
    const other = DESK.replace('source: d', 'source: e')
    const fault =
      'faultline.yaml: changeSources: must have an idPrefix of its own each where they are from one API'
    expect(faults(sources(`{${DESK}}, {${other}}`))).toEqual([fault])
    expect(faults(sources(`{${DESK}, idPrefix: x-}, {${other}, idPrefix: x-}`))).toEqual([fault])
    const good = settings(sources(`{${DESK}}, {${other}, idPrefix: emea-}`)).changeSources
    expect(good.map(({ idPrefix }) => idPrefix)).toEqual([undefined, 'emea-'])
    const SWSD = 'source: s, from: solarwinds, settings: {tokenVariable: K}'
    expect(settings(sources(`{${DESK}}, {${SWSD}}`)).changeSources).toHaveLength(2)
  })
})

describe('listen', () => {
  it.each([
    ['127.0.0.1:0', '127.0.0.1', 0, true],
    ['localhost:8080', 'localhost', 8080, true],
    ['[::1]:7373', '::1', 7373, true],
    ['127.8.9.1:65535', '127.8.9.1', 65_535, true],
    ['0.0.0.0:7373', '0.0.0.0', 7373, false],
    ['[::]:7373', '::', 7373, false],
    ['faultline.example.org:80', 'faultline.example.org', 80, false],
    ['127.example.org:80', '127.example.org', 80, false],
  ])('%s', (text, host, port, loopback) => {
    const env = { FAULTLINE_LISTEN: text, FAULTLINE_ADMIN_TOKEN: 'long-enough' }
    expect(settings({ env }).listen).toEqual({ host, port, loopback })
  })

  it.each(['7373', ':7373', 'localhost', '127.0.0.1:65536', '::1:7373', 'http://h:1', 'a b:1'])(
    'refuses %s',
    (text) => {
      expect(faults({ env: { FAULTLINE_LISTEN: text } })).toEqual([
        'FAULTLINE_LISTEN: must be host:port, such as 127.0.0.1:7373',
      ])
    },
  )

  it('refuses to be reached from outside without a token that was set', () => {
    expect(faults({ env: { FAULTLINE_LISTEN: '0.0.0.0:7373' } })).toEqual([
      expect.stringContaining('FAULTLINE_ADMIN_TOKEN: must be set'),
    ])
  })
})

describe('faults', () => {
  it.each<[string, Given, RegExp[]]>([
    [
      'cluster mode',
      { env: { REDIS_URL: 'redis://h' } },
      [/^REDIS_URL: cluster mode is not there/],
    ],
    [
      'a store that is no URL',
      { env: { CLICKHOUSE_URL: 'host:8123' } },
      [/^CLICKHOUSE_URL: .*http/],
    ],
    ['a level', { env: { FAULTLINE_LOG_LEVEL: 'loud' } }, [/^FAULTLINE_LOG_LEVEL: .*"warn"/]],
    [
      'a token with a space',
      { env: { FAULTLINE_ADMIN_TOKEN: 'a b' } },
      [/^FAULTLINE_ADMIN_TOKEN: /],
    ],
    [
      'an unknown variable',
      { env: { FAULTLINE_TOKEN: 'x' } },
      [/^FAULTLINE_TOKEN: no such setting$/],
    ],
    ['--config without a file', { argv: ['--config'] }, [/^--config: needs/]],
    ['a file that is not there', { argv: ['--config', 'x.yaml'] }, [/^x\.yaml: cannot be read: /]],
    [
      'a file that is no YAML',
      { files: { 'faultline.yaml': 'a: [' } },
      [/^faultline\.yaml: .+ line 1/],
    ],
    ['a list', { files: { 'faultline.yaml': '- a' } }, [/^faultline\.yaml: must be a mapping/]],
    [
      'a key twice',
      { files: { 'faultline.yaml': 'data: a\ndata: b' } },
      [/^faultline\.yaml: Map keys must be unique/],
    ],
    [
      'an unknown key',
      { files: { 'faultline.yaml': 'limits: { memory: 1 }' } },
      [/^faultline\.yaml: limits\.memory: no such setting$/],
    ],
    [
      'a variable in the file',
      { files: { 'faultline.yaml': 'FAULTLINE_DATA: x' } },
      [/FAULTLINE_DATA: no such setting; in a file it is called data$/],
    ],
    [
      'numbers out of bounds',
      {
        files: { 'faultline.yaml': 'retention: { journalDays: 0 }\nlimits: { storeMemoryMb: 1 }' },
      },
      [/^faultline\.yaml: limits\.storeMemoryMb: /, /^faultline\.yaml: retention\.journalDays: /],
    ],
    [
      'a source token without its source',
      { files: { 'faultline.yaml': 'sourceTokens: [{ token: t }]' } },
      [/^faultline\.yaml: sourceTokens\.0\.source: /],
    ],
    [
      'a token for a source that is not there',
      { files: { 'faultline.yaml': 'sourceTokens: [{ source: genric, token: t }]' } },
      [/^faultline\.yaml: sourceTokens\.0\.source: must be one of alertmanager, /],
    ],
    [
      'a channel without an address',
      { files: { 'faultline.yaml': 'channels: [{ type: slack, id: ops }]' } },
      [/^faultline\.yaml: channels\.0\.url: /],
    ],
    [
      'a store with a bad %',
      { env: { CLICKHOUSE_URL: 'http://%ff@h/' } },
      [/^CLICKHOUSE_URL: must/],
    ],
    [
      'a store with a query',
      { env: { CLICKHOUSE_URL: 'http://h:8123/?database=x' } },
      [/^CLICKHOUSE_URL: must be/],
    ],
    [
      'all of them at once',
      {
        env: { FAULTLINE_LISTEN: 'x', FAULTLINE_LOG_LEVL: 'info', REDIS_URL: 'redis://h' },
        files: { 'faultline.yaml': 'heartbeat: { url: nowhere }\ncolour: red' },
      },
      [/^FAULTLINE_LOG_LEVL/, /^FAULTLINE_LISTEN/, /^REDIS_URL/, /heartbeat\.url/, /colour/],
    ],
  ])('%s', (_name, given, expected) => {
    const found = faults(given)
    expect(found).toHaveLength(expected.length)
    for (const [i, pattern] of expected.entries()) expect(found[i]).toMatch(pattern)
    for (const line of found) expect(line).not.toContain('\n')
  })

  it('never repeat a value, as it may be a secret', () => {
    const found = faults({
      env: { FAULTLINE_ADMIN_TOKEN: 's3cr3t with a space', CLICKHOUSE_URL: 'ftp://u:s3cr3t@h' },
      files: { 'faultline.yaml': 'sourceTokens: [{ source: generic, token: "s3cr3t token" }]' },
    })
    expect(found).toHaveLength(3)
    expect(found.join()).not.toContain('s3cr3t')
  })

  it.each(['FAULTLINE_PORT', 'FAULTLINE_SERVICE_HOST', 'FAULTLINE_PORT_7373_TCP_ADDR'])(
    'are not found in %s, which Kubernetes sets',
    (name) => {
      expect(faults({ env: { [name]: 'tcp://10.0.0.1:7373' } })).toEqual([])
    },
  )
})
