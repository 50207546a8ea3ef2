/** The command line as its users meet it: exit codes, what it says, and what it writes. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { api, run, until } from '../support/process.ts'
import { ROOT } from '../support/source.ts'
import { temporaryFolder } from '../support/store.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function faultline(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), ...args],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], ...env }, cwd: folder.path },
  )
  return { code: status, out: stdout, err: stderr }
}

function file(name: string, text: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}

const line = (at: string, labels: object, status = 'firing', id?: string): string =>
  JSON.stringify({
    at,
    source: 'generic',
    payload: { title: 'Disk full', status, severity: 'critical', labels },
    ...(id === undefined ? {} : { id }),
  })

const rows = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text))

describe('faultline replay', () => {
  it('finds the problem behind incidents that recur', () => {
    const weeks = Array.from({ length: 6 }, (_, n) => Date.UTC(2026, 2, 3 + 7 * n, 2))
    const at = (ms: number): string => new Date(ms).toISOString()
    const lines = weeks.flatMap((start) => [
      line(at(start), { host: 'db-1' }),
      line(at(start + 600_000), { host: 'db-1' }, 'resolved'),
    ])
    const last = line(at(Date.UTC(2026, 3, 20)), { host: 'web-1' })
    const events = file('weekly.ndjson', [...lines, last].join('\n'))
    const items = ['db-1', 'web-1'].map((id) => `  - { id: ${id}, class: host, name: ${id} }`)
    const cmdb = file('hosts.yaml', `items:\n${items.join('\n')}\nrelations: []\n`)
    const out = join(folder.path, 'weekly')
    expect(faultline(['replay', '--events', events, '--cmdb', cmdb, '--out', out]).code).toBe(0)
    const [problem, ...others] = rows(join(out, 'problems.ndjson'))
    expect(others).toEqual([])
    const ids = weeks.map((_, n) => `INC-00000${n + 1}`)
    expect(problem).toMatchObject({
      id: 'PRB-000001',
      title: 'Disk full on db-1, Tuesdays 02:00 UTC',
      incidents: ids,
      rootCi: 'db-1',
      monthlyCost: expect.any(Number),
    })
    const found = rows(join(out, 'incidents.ndjson')).filter((one) => one['problem'] !== undefined)
    expect(found.map(({ id }) => id)).toEqual(ids)
  })

  it('writes the four files, with ids as they came', () => {
    const events = file(
      'events.ndjson',
      [
        line('2026-03-02T08:00:00Z', { host: 'db-1' }, 'firing', 'first'),
        line('2026-03-02T08:00:05Z', { host: 'db-1', disk: 'sda' }),
        line('2026-03-02T08:10:00Z', { host: 'db-1' }, 'resolved'),
        line('2026-03-02T08:10:00Z', { host: 'db-1', disk: 'sda' }, 'resolved'),
      ].join('\n'),
    )
    const cmdb = file(
      'cmdb.yaml',
      'items:\n  - { id: db-1, class: host, name: db-1, criticality: 1 }\nrelations: []\n',
    )
    const out = join(folder.path, 'result')
    const ended = faultline(['replay', '--events', events, '--cmdb', cmdb, '--out', out])
    expect(ended).toMatchObject({ code: 0, out: '' })
    const alerts = rows(join(out, 'alerts.ndjson'))
    expect(alerts.map(({ outcome }) => outcome)).toEqual([
      'opened',
      'joined',
      'resolved',
      'resolved',
    ])
    expect(alerts[0]).toMatchObject({
      line: 1,
      index: 0,
      id: 'first',
      startsAt: '2026-03-02T08:00:00.000Z',
      ci: 'db-1',
      incident: 'INC-000001',
      incidentAtNotification: 'INC-000001',
      finalIncident: 'INC-000001',
    })
    const [incident] = rows(join(out, 'incidents.ndjson'))
    expect(incident).toMatchObject({
      id: 'INC-000001',
      status: 'resolved',
      provisionalAt: '2026-03-02T08:00:00.000Z',
      notifiedAt: '2026-03-02T08:00:00.000Z',
      resolvedAt: '2026-03-02T08:11:00.000Z',
      priority: 1,
    })
    expect(rows(join(out, 'problems.ndjson'))).toEqual([])
    const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))
    expect(summary.ledger.received).toEqual({ generic: 4 })
  })

  it.each([
    ['not JSON', '{"at":'],
    ['a time that is none', line('yesterday', { host: 'db-1' })],
    ['an unknown source', '{"at":"2026-03-02T08:00:00Z","source":"nagios3","payload":{}}'],
    ['no payload', '{"at":"2026-03-02T08:00:00Z","source":"generic"}'],
  ])('stops at a line with %s, and names it', (_name, bad) => {
    const events = file(
      'bad.ndjson',
      [line('2026-03-02T08:00:00Z', { host: 'db-1' }), bad].join('\n'),
    )
    const ended = faultline(['replay', '--events', events, '--out', join(folder.path, 'bad')])
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('line 2')
  })

  it('names the field of a CMDB it cannot read', () => {
    const events = file('one.ndjson', line('2026-03-02T08:00:00Z', { host: 'db-1' }))
    const cmdb = file('bad-cmdb.json', '{"items":[{"id":"db-1","class":"host"}]}')
    const args = ['replay', '--events', events, '--cmdb', cmdb, '--out', join(folder.path, 'x')]
    const ended = faultline(args)
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('items.0.name')
  })
})

describe('faultline serve', () => {
  it('prints every fault of its settings and exits with 2', () => {
    const ended = faultline(['serve'], {
      FAULTLINE_LISTEN: 'nowhere',
      FAULTLINE_LOG_LEVEL: 'loud',
    })
    expect(ended.code).toBe(2)
    expect(ended.err).toContain('FAULTLINE_LISTEN')
    expect(ended.err).toContain('FAULTLINE_LOG_LEVEL')
  })

  it('refuses a data folder that another process uses, and says so', async () => {
    const data = join(folder.path, 'shared-data')
    const first = await run({ data })
    const second = await run({ data }).catch((error: unknown) => String(error))
    expect(second).toMatch(/another process/i)
    await first.stop()
  })

  it('makes an admin token, shows it in the log-in link, and keeps it to itself', async () => {
    const data = join(folder.path, 'own-token')
    const running = await run({ data, env: { FAULTLINE_ADMIN_TOKEN: '' } })
    const link = await until('the link', 10_000, async () =>
      running.log.find((text) => text.includes('/login#token=')),
    )
    const token = link.split('#token=')[1] ?? ''
    expect(readFileSync(join(data, 'admin-token'), 'utf8').trim()).toBe(token)
    const answer = await fetch(`${running.url}/api/v1/ledger`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(answer.status).toBe(200)
    expect((await fetch(`${running.url}/api/v1/ledger`)).status).toBe(401)
    await running.stop()
    expect(running.log.filter((text) => text.includes(token))).toEqual([link])
  })
})

describe('faultline journal export', () => {
  it('writes what replay --journal folds to the same incidents', async () => {
    const data = join(folder.path, 'exported')
    mkdirSync(data)
    const running = await run({ data })
    for (const host of ['db-1', 'db-2'])
      await fetch(`${running.url}/ingest/generic`, {
        method: 'POST',
        body: JSON.stringify({
          title: 'Disk full',
          status: 'firing',
          severity: 'critical',
          labels: { host },
        }),
      })
    const live = await until('both', 10_000, async () => {
      const page = await api<{ items: { id: string; alertCount: number }[] }>(
        running.url,
        '/api/v1/incidents?status=open',
      )
      const count = page.items.reduce((sum, one) => sum + one.alertCount, 0)
      return count === 2 ? page.items : undefined
    })
    await running.stop()
    const journal = join(folder.path, 'journal.ndjson')
    const env = { FAULTLINE_DATA: data }
    expect(faultline(['journal', 'export', '--out', journal], env).code).toBe(0)
    const out = join(folder.path, 'from-journal')
    expect(faultline(['replay', '--journal', journal, '--out', out]).code).toBe(0)
    const replayed = rows(join(out, 'incidents.ndjson')).map(({ id }) => id)
    expect(replayed).toEqual(live.map(({ id }) => id).sort())
  })
})

describe('faultline rules check', () => {
  it('runs the shipped cases', () => {
    const ended = faultline(['rules', 'check'])
    expect(ended).toMatchObject({ code: 0, err: '' })
    expect(ended.out).toMatch(/^7 packs, \d+ mappings, \d+ cases, 0 faults\n$/)
  })
})

describe('faultline rules schema', () => {
  it('prints one, or writes all beside the packs', () => {
    const one = faultline(['rules', 'schema', 'suppress'])
    expect(one).toMatchObject({ code: 0, err: '' })
    const { title, properties } = JSON.parse(one.out)
    expect([title, Object.keys(properties)]).toEqual([
      'Rules: suppress',
      ['hours', 'rules', 'inhibit', 'changes'],
    ])
    const out = join(folder.path, 'schema')
    expect(faultline(['rules', 'schema', '--out', out]).code).toBe(0)
    expect(readFileSync(join(out, 'suppress.json'), 'utf8')).toBe(one.out)
    expect(faultline(['rules', 'schema']).code).toBe(2)
  })
})

describe('the folder of rules while faultline serves', () => {
  it('is watched, and read at once on SIGHUP', async () => {
    const rules = join(folder.path, 'rules')
    mkdirSync(rules)
    const pack = (reason: string): void =>
      writeFileSync(
        join(rules, 'suppress.yaml'),
        JSON.stringify({ rules: [{ name: 'x', when: ['a="b"'], reason }] }),
      )
    const cases = `cases: [{ name: c, alerts: [{ id: a, labels: { alertname: A, a: b } }],
      expect: { muted: { a: 'rule:x' } } }]`
    writeFileSync(join(rules, 'suppress.test.yaml'), cases)
    pack('one')
    const config = file('rules-config.yaml', 'rules: ./rules\n')
    const running = await run({
      data: join(folder.path, 'rules-data'),
      args: ['--config', config],
    })
    interface Told {
      readonly version: string
      readonly reload: { readonly by: string; readonly outcome: string }
    }
    const told = () => api<Told>(running.url, '/api/v1/rules')
    const newest = (by: string, outcome: string) =>
      until(`${outcome} by ${by}`, 20_000, async () => {
        const { version, reload } = await told()
        return reload.by === by && reload.outcome === outcome ? version : undefined
      })
    const first = await newest('start', 'unchanged')
    pack('two')
    const second = await newest('files changed', 'taken')
    expect(second).not.toBe(first)
    writeFileSync(join(rules, 'suppress.yaml'), 'rules: 7')
    running.child.kill('SIGHUP')
    expect(await newest('SIGHUP', 'refused')).toBe(second)
    await running.stop()
    const again = await run({ data: join(folder.path, 'rules-data'), args: ['--config', config] })
    const { version, reload } = await api<Told>(again.url, '/api/v1/rules')
    expect([version, reload.by, reload.outcome]).toEqual([second, 'start', 'refused'])
    await again.stop()
  })
})
