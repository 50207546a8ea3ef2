/** What is inhibited, as programs see it: ours, and those that take us for an Alertmanager. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp

const INHIBIT = {
  ...{ name: 'host_down', source: ['alertname="HostDown"'], target: ['alertname="Slow"'] },
  ...{ equal: ['host'], reason: 'its host is down' },
}

beforeEach(async () => {
  app = await startApp()
  await app.journey.submit((at, scope) => ({
    ...{ kind: 'rules', at, scope, version: 'r1' },
    packs: { suppress: { inhibit: [INHIBIT] } },
  }))
  await app.post('/ingest/generic', firing('HostDown', 'h1'))
  await app.post('/ingest/generic', firing('Slow', 'h1'))
  await app.settled()
})
afterEach(() => app.stop())

it('names the alert that inhibits, and both are in one incident', async () => {
  const { body } = await app.get('/api/v1/alerts')
  const find = (name: string) => body.items.find((one: { rule: string }) => one.rule === name)
  const [source, target] = [find('HostDown'), find('Slow')]
  expect(source.suppressedBy).toBe(null)
  expect(target).toMatchObject({ incident: source.incident, outcome: 'suppressed' })
  expect(target.suppressedBy).toEqual({
    ...{ kind: 'inhibit', id: 'host_down', alert: source.key },
    reason: expect.stringMatching(/: its host is down$/),
  })
})

it('is told as Alertmanager tells it', async () => {
  const named = async (query: string): Promise<unknown[]> => {
    const { body } = await app.get(`/api/v2/alerts?${query}`)
    return body.map(({ labels }: { labels: { alertname: string } }) => labels.alertname).sort()
  }
  const { body } = await app.get('/api/v2/alerts?filter=alertname%3DSlow')
  const [{ fingerprint }] = (await app.get('/api/v2/alerts?filter=alertname%3DHostDown')).body
  expect(body).toMatchObject([
    { status: { state: 'suppressed', inhibitedBy: [fingerprint], silencedBy: [], mutedBy: [] } },
  ])
  expect(await named('inhibited=false')).toEqual(['HostDown'])
  expect(await named('muted=false&silenced=false')).toEqual(['HostDown', 'Slow'])
})
