/** Debian's amtool takes us for an Alertmanager. */
import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { requireTool } from '../support/requirements.ts'

const amtool = requireTool('amtool')

describe.skipIf(!amtool.ok)(amtool.ok ? 'amtool' : amtool.reason, () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.stop())

  const run = async (...args: string[]): Promise<string> => {
    const path = amtool.ok ? amtool.path : ''
    const { stdout } = await promisify(execFile)(path, [`--alertmanager.url=${app.url}`, ...args])
    return stdout
  }

  it('adds alerts', async () => {
    await run('alert', 'add', 'alertname=DiskFull', 'instance=db-1', '--annotation=summary=full')
    await app.settled()
    const { body } = await app.get('/api/v1/alerts?state=firing')
    expect(body.items).toMatchObject([
      { title: 'full', source: 'prometheus', labels: { alertname: 'DiskFull', instance: 'db-1' } },
    ])
  })

  it('resolves them', async () => {
    const end = new Date().toISOString()
    await run('alert', 'add', 'alertname=DiskFull', 'instance=db-1', `--end=${end}`)
    await app.settled()
    expect((await app.get('/api/v1/alerts?state=firing')).body.items).toEqual([])
  })

  it('reads the status and the configuration', async () => {
    expect(await run('cluster', 'show')).toMatch(/disabled/)
    expect(await run('config', 'show')).toMatch(/receiver: faultline/)
    expect(await run('config', 'routes', 'show')).toMatch(/receiver: faultline/)
  })

  it('finds alerts by matchers', async () => {
    await run('alert', 'add', 'alertname=Slow', 'instance=web-1', 'severity=warning')
    await run('alert', 'add', 'alertname=Slow', 'instance=web-2', 'severity=critical')
    await app.settled()
    const names = async (...matchers: string[]): Promise<unknown[]> => {
      const found = JSON.parse(await run('-o', 'json', 'alert', 'query', ...matchers))
      return found.map((one: { labels: Record<string, string> }) => one.labels['instance']).sort()
    }
    expect(await names()).toEqual(['web-1', 'web-2'])
    expect(await names('Slow', 'severity=critical')).toEqual(['web-2'])
    expect(await names('instance=~web-[13]')).toEqual(['web-1'])
    expect(await run('alert', 'query', '-o', 'extended')).toContain('web-2')
  })

  it('makes, finds, changes, exports, imports and ends silences', async () => {
    const query = async (...args: string[]): Promise<{ id: string; comment: string }[]> =>
      JSON.parse(await run('-o', 'json', 'silence', 'query', ...args))
    const id = (
      await run('silence', 'add', 'instance=web-1', '-a', 'eve', '-c', 'known', '-d', '1h')
    ).trim()
    expect(await query()).toMatchObject([{ id, comment: 'known' }])
    expect(await run('-o', 'json', 'alert', 'query', '--silenced')).toContain('web-1')
    expect(await run('-o', 'json', 'alert', 'query')).not.toContain('web-1')
    await run('silence', 'update', '-c', 'still known', '-d', '2h', id)
    expect(await query('instance=web-1')).toMatchObject([{ comment: 'still known' }])
    expect(await query('instance=web-2')).toEqual([])

    const file = join(mkdtempSync(join(tmpdir(), 'faultline-silences-')), 'silences.json')
    writeFileSync(file, await run('-o', 'json', 'silence', 'query'))
    const [kept] = await query()
    await run('silence', 'expire', kept?.id ?? '')
    expect(await query()).toEqual([])
    expect(await run('-o', 'json', 'alert', 'query')).toContain('web-1')
    await run('silence', 'import', file)
    expect(await query()).toMatchObject([{ comment: 'still known' }])
    expect(await run('silence', 'query', '--expired', '-q')).not.toBe('')
  })
})
