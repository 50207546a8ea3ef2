/** `faultline backtest` as its users meet it: on a recorded stream, and on the journal of a server. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { api, run, until } from '../support/process.ts'
import { ROOT } from '../support/source.ts'
import { temporaryFolder } from '../support/store.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

function backtest(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), 'backtest', ...args],
    { encoding: 'utf8', env: { PATH: process.env['PATH'], ...env }, cwd: folder.path },
  )
  return { code: status, out: stdout, err: stderr }
}

/** Two hosts that know nothing of each other, and an alert on each. */
function events(): string {
  const line = (at: string, host: string): string =>
    JSON.stringify({
      ...{ at, source: 'generic' },
      payload: {
        ...{ title: 'Down', status: 'firing', severity: 'critical' },
        labels: { host, alertname: 'Down', team: 'shop' },
      },
    })
  const path = join(folder.path, 'events.ndjson')
  const lines = [line('2026-03-02T08:00:00Z', 'db-1'), line('2026-03-02T08:14:00Z', 'web-9')]
  writeFileSync(path, lines.join('\n'))
  return path
}

const TEAM = `{ name: team, when: ['alertname="Down"'], decide: group, by: [team] }`

describe('faultline backtest', () => {
  it('tells what other rules make of a recorded stream', () => {
    const out = join(folder.path, 'result')
    const set = `correlate.rules=[${TEAM}]`
    const ended = backtest(['--events', events(), '--set', set, '--out', out])
    expect(ended.code).toBe(0)
    expect(ended.out).toMatch(/^incidents opened +2 +1$/m)
    expect(ended.out).toMatch(/^incidents merged: 1$/m)
    expect(ended.err).toMatch(/tried in/)
    const report = JSON.parse(readFileSync(join(out, 'backtest.json'), 'utf8'))
    expect(report.totals).toMatchObject({ merged: 1, split: 0, gone: 0, fresh: 0 })
    expect(report.merged[0].before).toMatchObject([{ id: 'INC-000001' }, { id: 'INC-000002' }])
  })

  it('prints the same report each time', () => {
    const args = ['--events', events(), '--set', 'correlate.gap=5m', '--json']
    const first = backtest(args)
    expect(JSON.parse(first.out).totals).toMatchObject({ kept: 2, merged: 0 })
    expect(backtest(args).out).toBe(first.out)
  })

  it.each([
    ['nothing to try', ['--events', 'x'], /--rules, --set or both/],
    ['a setting that is none', ['--events', 'E', '--set', 'correlate.gop=5m'], /gop/],
    ['a setting without a value', ['--events', 'E', '--set', 'correlate'], /not key=value/],
    ['a wrong time', ['--events', 'E', '--set', 'a=1', '--from', 'noon'], /--from is not/],
    ['no range for the journal', ['--set', 'correlate.gap=5m'], /--from is needed/],
    ['two sources', ['--events', 'E', '--journal', 'j', '--set', 'a=1'], /either --events or/],
  ])('exits with 2 on %s', (_name, args, expected) => {
    const path = events()
    const ended = backtest(args.map((arg) => (arg === 'E' ? path : arg)))
    expect(ended.code).toBe(2)
    expect(ended.err).toMatch(expected)
  })

  it('reads the journal of a server that has stopped, and its people', async () => {
    const data = join(folder.path, 'data')
    const server = await run({ data })
    const post = (path: string, body: object) => api(server.url, path, body)
    for (const host of ['db-1', 'web-9'])
      await post('/ingest/generic', {
        ...{ title: 'Down', status: 'firing', severity: 'critical' },
        labels: { host, alertname: host, team: 'shop' },
      })
    await until('two incidents', 10_000, async () => {
      const path = '/api/v1/incidents?status=open'
      const { items } = await api<{ items: readonly unknown[] }>(server.url, path)
      return items.length === 2 ? true : undefined
    })
    await post('/api/v1/incidents/INC-000001/merge', { from: ['INC-000002'] })
    await server.stop()
    const env = { FAULTLINE_DATA: data }
    const rule = TEAM.replace('alertname="Down"', 'team="shop"')
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const tried = backtest(['--from', from, '--set', `correlate.rules=[${rule}]`, '--json'], env)
    expect(tried.err).toMatch(/^tried in/m)
    expect(tried.code).toBe(0)
    const report = JSON.parse(tried.out)
    expect(report.people).toMatchObject({ given: 1, held: 1, notCarried: 0 })
    expect(report.before.score).toMatchObject({ recall: 0 })
    expect(report.after.score).toMatchObject({ recall: 1, precision: 1 })
    const past = ['--from', '2020-01-01T00:00:00Z', '--to', '2020-01-02T00:00:00Z']
    const ended = backtest([...past, '--set', 'correlate.gap=5m'], env)
    expect(ended.code).toBe(3)
    expect(ended.err).toMatch(/nothing in this range/)
  })
})
