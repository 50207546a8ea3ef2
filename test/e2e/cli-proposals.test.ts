/** `faultline proposals` as its users meet it: on the journal of a server that has stopped, and on a file. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { api, run, until } from '../support/process.ts'
import { ROOT } from '../support/source.ts'
import { temporaryFolder } from '../support/store.ts'

const folder = temporaryFolder()
afterAll(folder.remove)
const DATA = join(folder.path, 'data')

function faultline(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/src/main.js'), ...args],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], FAULTLINE_DATA: DATA },
      cwd: folder.path,
    },
  )
  return { code: status, out: stdout, err: stderr }
}

interface Alerts {
  readonly items: readonly { readonly incident: string | null }[]
}

/** One person says of three incidents of a kind that they are none. */
async function dismissThree(): Promise<void> {
  const server = await run({ data: DATA })
  for (const host of ['a', 'b', 'c']) {
    const labels = { alertname: 'LoadTest', host, team: 'perf' }
    const body = { title: 'Load', status: 'firing', severity: 'error', labels }
    await api(server.url, '/ingest/generic', body)
    const incident = await until('an incident', 10_000, async () => {
      const found = await api<Alerts>(server.url, `/api/v1/alerts?state=firing&q=host=${host}`)
      return found.items[0]?.incident ?? undefined
    })
    await api(server.url, `/api/v1/incidents/${incident}/dismiss`, { reason: 'a load test' })
  }
  await server.stop()
}

describe('faultline proposals', () => {
  it('prints the rule with who spoke for it, from the journal and from a file alike', async () => {
    await dismissThree()
    const { code, out, err } = faultline('proposals')
    expect([code, err]).toEqual([0, '1 proposed rules of 3 corrections\n'])
    expect(out).toMatch(/^R-[0-9a-f]{8}: LoadTest is no incident\n# 3 incidents, corrected by /)
    const [rule] = parse(out.split('\n').slice(3).join('\n'))
    expect(rule.when).toMatchObject([{ 'alert.name': 'LoadTest', team: 'perf' }])
    const file = join(folder.path, 'journal.ndjson')
    expect(faultline('journal', 'export', '--out', file).code).toBe(0)
    expect(faultline('proposals', '--journal', file).out).toBe(out)
    const line = JSON.parse(faultline('proposals', '--journal', file, '--json').out)
    expect(line).toMatchObject({ state: 'open', pack: 'suppress', rule, against: 0 })
  })
})
