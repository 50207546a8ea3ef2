/** Debian's amtool takes us for an Alertmanager. */
import { execFile } from 'node:child_process'
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
})
