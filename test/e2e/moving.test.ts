/** Backup, restore and move of a whole store, with the built program: what it holds stays what it was. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../src/core/engine/engine.ts'
import { restoreEngine } from '../../src/core/engine/snapshot.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { decode } from '../../src/journey.ts'
import { openBare } from '../../src/store/bare.ts'
import { openStore, type StoreTarget } from '../../src/store/client.ts'
import { listTables } from '../../src/store/copy-pages.ts'
import { latestSnapshot } from '../../src/store/snapshots.ts'
import { own } from '../journey/bodies.ts'
import { startHttpClickHouse } from '../support/clickhouse-http.ts'
import { digest } from '../support/engine-digest.ts'
import { ADMIN_TOKEN, api, run, until } from '../support/process.ts'
import { ROOT } from '../support/source.ts'
import { temporaryFolder } from '../support/store.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const at = (name: string): string => join(folder.path, name)

interface Ended {
  readonly code: number | null
  readonly said: string
}

interface Call {
  readonly data: string
  readonly env?: Readonly<Record<string, string>>
}

function program(args: readonly string[], { data, env = {} }: Call) {
  return [
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), ...args],
    {
      cwd: folder.path,
      env: {
        PATH: process.env['PATH'],
        FAULTLINE_DATA: data,
        FAULTLINE_LISTEN: '127.0.0.1:9',
        FAULTLINE_ADMIN_TOKEN: ADMIN_TOKEN,
        ...env,
      },
    },
  ] as const
}

function faultline(args: readonly string[], call: Call): Ended {
  const [file, all, options] = program(args, call)
  const { status, stderr } = spawnSync(file, all, { ...options, encoding: 'utf8' })
  return { code: status, said: stderr }
}

/** Like {@link faultline}, while this process goes on: it may be what the command talks to. */
async function beside(args: readonly string[], call: Call): Promise<Ended> {
  const child = spawn(...program(args, call))
  let said = ''
  child.stderr.on('data', (part: Buffer) => {
    said += part.toString('utf8')
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}

/** The state that snapshot and journal lead to, without writing anything; `upTo` for a part of it. */
async function stateOf(
  target: StoreTarget,
  { upTo, snapshot: fromSnapshot }: { readonly upTo?: number; readonly snapshot: boolean },
): Promise<string> {
  const store = await openStore(target)
  const journal = await openJournal(store.journal)
  const snapshot = fromSnapshot ? await latestSnapshot(store) : null
  const restoring = restoreEngine()
  if (snapshot !== null) for await (const chunk of snapshot.chunks) restoring.add(chunk)
  const engine = (snapshot === null ? null : restoring.finish()) ?? new Engine()
  for await (const record of journal.read(engine.state.offset + 1, upTo))
    engine.apply(record, decode(record.entry, engine.state.rules))
  await journal.close()
  await store.close()
  return digest(engine)
}

type Rows = Readonly<Record<string, readonly string[]>>

/** All rows of all tables; without what the backup itself wrote about itself. */
async function rowsOf(target: StoreTarget): Promise<Rows> {
  const { connection, close } = await openBare(target, { store: 'there' })
  const all: Record<string, string[]> = {}
  for (const { name, replacing } of await listTables(connection)) {
    const text = await connection.text('test', `SELECT * FROM ${name}${replacing ? ' FINAL' : ''}`)
    const lines = text.split('\n').filter((line) => line !== '' && !line.includes('"key":"backup"'))
    all[name] = lines.sort()
  }
  await close()
  return all
}

const LISTS = [
  'incidents',
  'alerts',
  'problems',
  'articles',
  'cis',
  'changes',
  'ledger',
  'silences',
]

async function listsOf(url: string): Promise<unknown> {
  const answers = LISTS.map((list) => api<unknown>(url, `/api/v1/${list}`))
  return JSON.parse(
    JSON.stringify(await Promise.all(answers), (key, value) => (LIVE.has(key) ? undefined : value)),
  )
}

/** What goes on with the clock, or names the process that answers. */
const LIVE = new Set(['at', 'quietFor', 'lastSeenAt'])

const source = at('source')
const sourceStore = { path: join(source, 'store') }

/** A company with a year behind it, an open incident, and what people said to it. */
async function fill(): Promise<void> {
  const args = ['--data', source, '--listen', '127.0.0.1:0', '--after', '3600']
  await (await run({ command: 'demo', data: source, args })).stop()
  const server = await run({ data: source })
  await api(server.url, '/ingest/generic', own('firing', 'Disk full "ä" \\ud83d', 'db-1'))
  const incident = await until('an incident', 10_000, async () => {
    const { items } = await api<{ items: { id: string; title: string }[] }>(
      server.url,
      '/api/v1/incidents',
    )
    return items.find(({ title }) => title.includes('Disk full'))
  })
  await api(server.url, `/api/v1/incidents/${incident.id}/comment`, { text: 'looking at it' })
  await api(server.url, `/api/v1/incidents/${incident.id}/assign`, { to: 'dana' })
  await server.stop()
}

let before: Rows
let state: string
beforeAll(async () => {
  await fill()
  before = await rowsOf(sourceStore)
  state = await stateOf(sourceStore, { snapshot: true })
}, 300_000)

describe('a backup of a store that is stopped', () => {
  const file = at('stopped.backup')
  const restored = at('restored')
  beforeAll(() => {
    expect(faultline(['backup', file], { data: source })).toMatchObject({ code: 0 })
    const ended = faultline(['restore', file], { data: restored })
    expect(ended.said).toContain('restored')
    expect(ended.code).toBe(0)
  }, 300_000)

  it('holds every row, and leads to the same state', async () => {
    for (const name of [
      'incidents',
      'alerts',
      'problems',
      'articles',
      'cis',
      'decisions',
      'journal',
      'snapshots',
    ])
      expect(before[name]?.length, name).toBeGreaterThan(0)
    expect(await rowsOf({ path: join(restored, 'store') })).toEqual(before)
    expect(await stateOf({ path: join(restored, 'store') }, { snapshot: true })).toBe(state)
  })

  it('leaves what it was made of as it was', async () => {
    expect(await rowsOf(sourceStore)).toEqual(before)
  })

  it('is served as before: the same lists and the same ledger', async () => {
    const copies = [at('one'), at('two')]
    for (const data of copies)
      expect(faultline(['restore', file], { data })).toMatchObject({ code: 0 })
    const first = await run({ data: copies[0] ?? '' })
    const lists = await listsOf(first.url)
    await first.stop()
    const original = await run({ data: source })
    expect(lists).toEqual(await listsOf(original.url))
    await original.stop()
    before = await rowsOf(sourceStore)
    state = await stateOf(sourceStore, { snapshot: true })
  }, 180_000)

  it('is not restored into a store that is there', () => {
    const ended = faultline(['restore', file], { data: restored })
    expect(ended).toMatchObject({ code: 2, said: expect.stringContaining('not empty') })
  })

  it('restores anew after a restore that was killed, and the half of one is not served', async () => {
    const data = at('killed')
    faultline(['restore', file], { data, env: { FAULTLINE_FAULT: 'restore.chunk:4' } })
    await expect(run({ data })).rejects.toThrow('half of one')
    expect(faultline(['restore', file], { data })).toMatchObject({ code: 0 })
    const rows = await rowsOf({ path: join(data, 'store') })
    expect(rows['journal']).toEqual((await rowsOf({ path: join(restored, 'store') }))['journal'])
  }, 180_000)

  it('is not written over', () => {
    const ended = faultline(['backup', file], { data: source })
    expect(ended).toMatchObject({ code: 2, said: expect.stringContaining('is there already') })
  })
})

describe('a backup of a server that runs', () => {
  it('holds what was taken before it, as of one entry, while alerts are taken', async () => {
    const data = at('live')
    const base = at('live-base.backup')
    faultline(['backup', base], { data: source })
    faultline(['restore', base], { data })
    const server = await run({ data, env: { FAULTLINE_LOG_LEVEL: 'warn' } })
    const posts: Promise<unknown>[] = []
    let n = 0
    const timer = setInterval(() => {
      n += 1
      posts.push(api(server.url, '/ingest/generic', own('firing', `Load ${n}`, `host-${n}`)))
    }, 20)
    await until('some posts', 10_000, async () => (posts.length > 40 ? true : undefined))
    await Promise.all(posts)
    const known = n
    const file = at('live.backup')
    const ended = await beside(['backup', file, '--url', server.url], { data })
    clearInterval(timer)
    expect(ended).toMatchObject({ code: 0 })
    expect(n).toBeGreaterThan(known)
    await Promise.all(posts) // every one was accepted: api() throws otherwise
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    expect(metrics).toMatch(/^faultline_backup_last_timestamp_seconds [1-9]/m)
    const { backup } = await api<{ backup: { offset: number } }>(server.url, '/api/v1/settings')
    await server.stop()
    const restored = at('live-restored')
    expect(faultline(['restore', file], { data: restored })).toMatchObject({ code: 0 })
    const target = { path: join(restored, 'store') }
    expect(await stateOf(target, { snapshot: true })).toBe(
      await stateOf({ path: join(data, 'store') }, { snapshot: false, upTo: backup.offset }),
    )
    const taken = (await rowsOf(target))['journal']?.filter((row) => row.includes('Load '))
    expect(taken?.length).toBeGreaterThanOrEqual(known)
  }, 300_000)

  it('is for administrators, and one at a time', async () => {
    const server = await run({ data: at('empty') })
    expect((await fetch(`${server.url}/api/v1/backup`)).status).toBe(401)
    await server.stop()
  })
})

describe('a file that is not what was written', () => {
  const file = at('good.backup')
  beforeAll(() => {
    faultline(['backup', file], { data: source })
  }, 180_000)

  it.each([
    ['cut short in a chunk', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2), 'cut short'],
    [
      'without its manifest',
      (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf('{"manifest"')),
      'cut short',
    ],
    ['with one bit turned', (bytes: Buffer) => flipped(bytes, bytes.length >> 1), 'damaged'],
    [
      'with something behind it',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')]),
      'follows',
    ],
    [
      'with a figure changed',
      (bytes: Buffer) => replaced(bytes, /"rows":(\d+)/g, '"rows":1$1'),
      'manifest',
    ],
    ['of something else', () => Buffer.from('PK\x03\x04\n'), 'damaged'],
    [
      'of a newer schema',
      (bytes: Buffer) =>
        replaced(bytes, /"schema":\[/, '"schema":[{"number":999,"name":"shiny","checksum":"x"},'),
      '999-shiny|manifest',
    ],
    [
      'of another format',
      (bytes: Buffer) => replaced(bytes, /"format":1/, '"format":2'),
      'format 2',
    ],
  ])('%s is refused, and nothing is restored', (name, breakIt, why) => {
    const bad = at(`${name.replaceAll(' ', '-')}.backup`)
    writeFileSync(bad, breakIt(readFileSync(file)))
    const data = at(`into-${name.replaceAll(' ', '-')}`)
    const ended = faultline(['restore', bad], { data })
    expect(ended.code).toBe(2)
    expect(ended.said).toContain(bad)
    expect(ended.said).toMatch(new RegExp(why))
    expect(() => readdirSync(join(data, 'store'))).toThrow('ENOENT')
  })

  it('is told from a whole one', () => {
    const copy = at('copy.backup')
    copyFileSync(file, copy)
    expect(faultline(['restore', copy, '--check'], { data: at('none') })).toMatchObject({
      code: 0,
      said: expect.stringContaining('is whole'),
    })
  })
})

function flipped(bytes: Buffer, n: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[n] = (copy[n] ?? 0) ^ 1
  return copy
}

function replaced(bytes: Buffer, what: RegExp, by: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(what, by), 'latin1')
}

describe('a move to a server', () => {
  it('goes on wherever it was killed, and everything is there', async () => {
    const http = await startHttpClickHouse({ path: at('clickhouse') })
    const to = `${http.url}/moved`
    const kills = [
      'after_insert:1',
      'after_page:2',
      'after_insert:3',
      'after_insert:2',
      'before_end:1',
    ]
    for (const point of kills) {
      const env = { FAULTLINE_FAULT: `move.${point}` }
      expect((await beside(['move', '--to', to], { data: source, env })).code).toBe(null)
      const served = run({ data: at('nothing'), env: { CLICKHOUSE_URL: to } })
      await expect(served).rejects.toThrow('half of one')
    }
    const ended = await beside(['move', '--to', to], { data: source })
    expect(ended).toMatchObject({ code: 0, said: expect.stringContaining('went on and moved') })
    const target = { url: http.url, database: 'moved' }
    const moved = await rowsOf(target)
    const movedState = await stateOf(target, { snapshot: true })
    const again = await beside(['move', '--to', to], { data: source })
    expect(again).toMatchObject({ code: 2, said: expect.stringContaining('not empty') })
    const server = await run({ data: at('on-server'), env: { CLICKHOUSE_URL: to } })
    await api(server.url, '/ingest/generic', own('firing', 'After the move', 'db-9'))
    await server.stop()
    await http.close()
    expect(moved).toEqual(before)
    expect(movedState).toBe(state)
    expect(await rowsOf(sourceStore)).toEqual(before)
  }, 600_000)
})
