/** Dead letters and deliveries: found, posted again once, discarded, and what was sent. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
const receiver = createServer((_request, response) => response.end('ok'))
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const address = receiver.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const secrets = [`whsec_${Buffer.alloc(32, 7).toString('base64')}`]
  const url = `http://127.0.0.1:${port}/hidden-path`
  app = await startApp({
    channels: [{ type: 'webhook', id: 'ops', url, allowPrivate: true, secrets }],
  })
})
afterAll(async () => {
  await app.stop()
  receiver.closeAllConnections()
  receiver.close()
})

const lettersOf = async (query = '') => (await app.get(`/api/v1/dead-letters?${query}`)).body
const send = async (source: string, body: unknown): Promise<void> => {
  await app.post(`/ingest/${source}`, body)
  await app.settled()
}

describe('dead letters', () => {
  it('are found by source, step and state, and counted', async () => {
    await send('generic', [{ title: 'a' }, firing('Fine', 'h1'), { title: 'b' }])
    await send('generic', [{ title: 'c' }])
    await send('change', { kind: 'deploy' })
    await app.request('/ingest/generic', { method: 'POST', body: '{broken' })
    await app.settled()
    expect((await lettersOf()).items).toHaveLength(5)
    expect((await lettersOf('source=change')).items).toMatchObject([
      { source: 'change', step: 'parse', state: 'open', marked: null },
    ])
    expect((await lettersOf('step=decode')).items).toMatchObject([{ bodyStart: '{broken' }])
    expect((await lettersOf()).groups).toEqual([
      { source: 'generic', scope: 'default', step: 'parse', count: 3 },
      { source: 'change', scope: 'default', step: 'parse', count: 1 },
      { source: 'generic', scope: 'default', step: 'decode', count: 1 },
    ])
  })

  it('of one body go with it: it is posted again once', async () => {
    const before = app.journal.last()
    const { items } = await lettersOf('source=generic&step=parse')
    const oldest = items.at(-1)
    const mended = JSON.stringify([firing('Mended', 'h2')])
    const answer = await app.post(`/api/v1/dead-letters/${oldest.id}/replay`, { body: mended })
    expect([answer.status, answer.body.accepted]).toEqual([202, 1])
    expect(app.journal.last()).toBe(before + 1)
    expect((await lettersOf('source=generic&step=parse')).items).toHaveLength(1)
    const replayed = (await lettersOf('state=replayed')).items
    expect(replayed).toHaveLength(2)
    expect(replayed[0]).toMatchObject({ receipt: oldest.receipt, marked: { by: 'admin' } })
  })

  it('are all posted again by a filter, and what fails again is not taken twice', async () => {
    await send('generic', [{ title: 'd' }, { title: 'e' }])
    const open = (await lettersOf('source=generic')).items
    expect(open).toHaveLength(4)
    const before = new Date(Date.parse(open[0].at) + 1).toISOString()
    const ask = { source: 'generic', step: 'parse', limit: 1, before }
    const all = async () => (await app.post('/api/v1/dead-letters/replay', ask)).body
    expect(await all()).toEqual({ bodies: 1, accepted: 0, rejected: 1, left: true })
    expect(await all()).toEqual({ bodies: 1, accepted: 0, rejected: 2, left: false })
    expect(await all()).toEqual({ bodies: 0, accepted: 0, rejected: 0, left: false })
    await app.settled()
    expect((await lettersOf('source=generic&step=parse')).items).toHaveLength(3)
  })

  it('are discarded one by one or by a filter, by whom is kept, and not counted any more', async () => {
    const [one] = (await lettersOf('step=decode')).items
    const by = { 'x-faultline-actor': 'ada' }
    await app.post(`/api/v1/dead-letters/${one.id}/discard`, undefined, by)
    const discarded = (await lettersOf('state=discarded')).items
    expect(discarded).toMatchObject([{ id: one.id, state: 'discarded', marked: { by: 'ada' } }])
    expect((await app.get(`/api/v1/dead-letters/${one.id}`)).body.body).toBe('{broken')
    const { body } = await app.post('/api/v1/dead-letters/discard', { source: 'generic' })
    expect(body).toEqual({ discarded: 3 })
    expect((await lettersOf()).items).toMatchObject([{ source: 'change' }])
    expect((await app.get('/api/v1/stats')).body.deadLetters).toBe(1)
    expect((await app.post('/api/v1/dead-letters/none/discard')).status).toBe(404)
  })

  it.each([
    [{ limit: 0 }, '#/limit'],
    [{ step: 'nowhere' }, '#/step'],
    [{ before: 'noon' }, '#/before'],
  ])('say what is wrong with a request for all: %j', async (body, pointer) => {
    const answer = await app.post('/api/v1/dead-letters/replay', body)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer])
  })
})

describe('a delivery', () => {
  it('shows what was sent, and neither path nor secret of its channel', async () => {
    await send('generic', firing('DatabaseDown', 'db-9'))
    await app.outbox.idle()
    const { items } = (await app.get('/api/v1/deliveries?state=delivered')).body
    const path = `/api/v1/deliveries/${encodeURIComponent(items[0].id)}`
    const { body } = await app.get(path)
    expect(body.payload).toMatchObject({
      type: 'incident.opened',
      data: { incident: { id: items[0].incident } },
    })
    expect(JSON.stringify(body)).not.toMatch(/whsec_|hidden-path/)
    expect((await app.get('/api/v1/deliveries/none')).status).toBe(404)
  })
})
