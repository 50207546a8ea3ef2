/** Problems over HTTP: found, shown with their incidents, and steered by people. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'
import { recur } from '../support/recurring.ts'

let app: TestApp
/** That of the full disk, and that of the fan. */
let disk = ''
let fan = ''
let PRB = ''

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await recur(
    app,
    [
      { rule: 'DiskFull', host: 'db-1' },
      { rule: 'FanBroken', host: 'web-1' },
    ],
    { times: 6 },
  )
  const { items } = (await app.get('/api/v1/problems')).body
  const of = (rule: string): string =>
    items.find(({ title }: Listed) => title.startsWith(rule))?.id ?? 'none'
  disk = of('DiskFull')
  fan = of('FanBroken')
  PRB = `/api/v1/problems/${disk}`
}, 60_000)
afterAll(() => app.stop())

interface Listed {
  readonly id: string
  readonly title: string
  readonly incidentCount: number
}
const list = async (query = ''): Promise<readonly Listed[]> =>
  (await app.get(`/api/v1/problems${query}`)).body.items
const addsUp = (terms: readonly { x: number; w: number }[]): number =>
  terms.reduce((sum, { x, w }) => sum + x * w, 0)

describe('problems', () => {
  it('are listed in pages, by status, words, CI and order', async () => {
    const all = await list()
    expect(all.map(({ id }) => id).sort()).toEqual([disk, fan].sort())
    expect(await list('?status=proposed')).toHaveLength(2)
    expect(await list('?status=known_error,open')).toEqual([])
    expect((await list('?q=diskfull')).map(({ title }) => title)).toEqual([
      expect.stringContaining('DiskFull on host:db-1'),
    ])
    expect(await list('?ci=host:web-1')).toHaveLength(1)
    expect(await list('?scope=acme&scope=default')).toHaveLength(2)
    expect(await list('?scope=acme')).toEqual([])
    const { scopes } = (await app.get('/api/v1/problems?scope=acme')).body
    expect(scopes).toEqual([{ scope: 'default', count: 2 }])
    for (const order of ['cost', 'recent', 'newest', 'incidents']) {
      const first = await app.get(`/api/v1/problems?limit=1&order=${order}`)
      const rest = `?limit=5&order=${order}&cursor=${encodeURIComponent(first.body.next)}`
      const ids = [...first.body.items, ...(await list(rest))].map(({ id }: Listed) => id)
      expect(ids.sort()).toEqual([disk, fan].sort())
    }
    const wrong = await app.get('/api/v1/problems?order=beauty')
    expect([wrong.status, wrong.body.code]).toEqual([400, 'payload_invalid'])
  })

  it('come with their incidents, and with evidence and a cost that add up', async () => {
    const { body } = await app.get(PRB)
    expect(body).toMatchObject({ status: 'proposed', kind: 'family', incidentCount: 6 })
    expect(body.incidents).toHaveLength(6)
    expect(body.incidents[0]).toMatchObject({
      id: expect.stringMatching(/^INC-/),
      startedAt: expect.stringMatching(/Z$/),
      resolvedAt: expect.stringMatching(/Z$/),
    })
    expect(addsUp(body.evidence)).toBeCloseTo(body.score, 9)
    expect(addsUp(body.figures.costTerms)).toBeCloseTo(body.figures.monthlyCost, 9)
    expect(body.hypothesis).toContain('DiskFull')
    const { status } = await app.get('/api/v1/problems/PRB-999999')
    expect(status).toBe(404)
  })

  it('are known to their incidents, also to those that were closed long before', async () => {
    const { body } = await app.get(PRB)
    const oldest = body.incidents.at(-1).id
    expect((await app.get(`/api/v1/incidents/${oldest}`)).body.problem).toBe(disk)
    const { items } = (await app.get('/api/v1/incidents')).body
    const mine = items.filter(({ problem }: { problem: string }) => problem === disk)
    expect(mine).toHaveLength(6)
  })

  it('recognise a new incident at once', async () => {
    await app.post('/ingest/generic', firing('DiskFull', 'db-1'))
    app.skip(5000)
    await app.journey.submit((at, scope) => ({ kind: 'time', at, scope }))
    await app.settled()
    const [newest] = (await app.get('/api/v1/incidents?status=open')).body.items
    expect(newest.problem).toBe(disk)
    const { items } = (await app.get(`/api/v1/incidents/${newest.id}/timeline`)).body
    expect(items.map(({ action }: { action: string }) => action)).toContain('problem.linked')
  })
})

describe('people', () => {
  const say = (verb: string, body?: unknown) => app.post(`${PRB}/${verb}`, body)

  it('accept, assign, comment, find a workaround, resolve, close and undo', async () => {
    expect((await say('accept')).body).toMatchObject({ problem: disk, status: 'open' })
    expect((await say('assign', { to: 'storage team' })).body.owner).toBe('storage team')
    expect((await say('comment', { text: 'the log rotation?' })).status).toBe(200)
    expect((await say('workaround', { text: 'empty /var/log' })).body).toMatchObject({
      status: 'known_error',
      workaround: 'empty /var/log',
    })
    expect((await say('undo')).body).toMatchObject({ status: 'open', workaround: null })
    expect((await say('resolve', { resolution: 'rotates now' })).body.status).toBe('resolved')
    expect((await say('close')).body.status).toBe('closed')
    expect((await say('reopen')).body.status).toBe('open')
    const { items } = (await app.get(`${PRB}/timeline?order=newest`)).body
    expect(items.slice(0, 3).map(({ action }: { action: string }) => action)).toEqual([
      'problem.reopened',
      'problem.closed',
      'problem.resolved',
    ])
    expect(items.every(({ problem }: { problem: string }) => problem === disk)).toBe(true)
  })

  it('note tasks, and which changes and articles belong to it', async () => {
    const due = '2026-05-01T23:59:59.000Z'
    const made = await say('task', { text: 'rotate the logs', assignee: 'ann', due })
    expect(made.body.tasks).toMatchObject([{ id: 'T1', assignee: 'ann', due, doneAt: null }])
    const done = await say('task', { task: 'T1', done: true })
    expect(done.body.tasks[0]).toMatchObject({ text: 'rotate the logs', due, doneBy: 'admin' })
    await say('task', { text: 'buy a disk, or two' })
    for (const [what, id] of [
      ['changes', 'change:CHG-7'],
      ['articles', 'disks'],
    ] as const) {
      const refused = await say('relate', { [what]: [id] })
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, `#/${what}/0`])
    }
    await app.post('/ingest/change', { id: 'CHG-7', title: 'a larger disk' })
    await app.post('/api/v1/articles', {
      articles: [{ id: 'disks', title: 'Disks', body: 'Look.' }],
    })
    await app.settled()
    const related = (await say('relate', { changes: ['change:CHG-7'] })).body.changes
    expect(related).toEqual(['change:CHG-7'])
    expect((await say('relate', { articles: ['disks'] })).body.articles).toEqual(['disks'])
    expect((await say('unrelate', { changes: related })).body.changes).toEqual([])
    expect((await say('undo')).body.changes).toEqual(related)
    expect((await say('drop-task', { task: 'T1' })).body.tasks).toHaveLength(1)
  })

  it('publish the workaround as an article, which is theirs to change at the problem alone', async () => {
    const id = `known-errors/${disk}`
    const path = `/api/v1/articles/${encodeURIComponent(id)}`
    expect((await say('workaround', { text: 'Empty /var/log.' })).body.workaroundArticle).toBe(id)
    expect((await app.get(path)).body).toMatchObject({
      ...{ source: 'problems', body: 'Empty /var/log.', updatedBy: 'admin', retired: false },
      ...{ owner: 'storage team', alertnames: ['DiskFull'] },
    })
    const found = (await app.get('/api/v1/article-search?q=empty')).body.items
    expect(found.map((one: { id: string }) => one.id)).toEqual([id])
    const { items } = (await app.get('/api/v1/incidents?status=open')).body
    const mine = items.find(({ problem }: { problem: string }) => problem === disk)
    expect((await app.get(`/api/v1/incidents/${mine.id}`)).body.status).toBe('open')
    for (const post of [
      () =>
        app.request(path, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ title: 'mine', body: 'mine' }),
        }),
      () => app.post(`${path}/retire`, {}),
    ])
      expect((await post()).status).toBe(409)
    const posted = { articles: [{ id, title: 'x', body: 'x' }], source: 'problems' }
    expect((await app.post('/api/v1/articles', posted)).body.errors[0].pointer).toBe('#/source')
    await say('workaround', { text: null })
    expect((await app.get(path)).body).toMatchObject({ retired: true })
    expect((await app.post(`${path}/restore`, { revision: 1 })).status).toBe(409)
  })

  it('take a report and a table to a meeting', async () => {
    await app.post(`${PRB}/workaround`, { text: '=SUM(1), "twice"' })
    const report = await app.get('/api/v1/problem-report')
    expect(report.headers.get('content-type')).toContain('text/markdown')
    expect(report.body).toContain('# Problem review, ')
    expect(report.body).toContain(`## ${disk}: DiskFull on host:db-1`)
    expect(report.body).toContain('- [ ] buy a disk, or two')
    expect(report.body).toMatch(/costs [\d.]+ h \([\d.]+ h to [\d.]+ h\) of people's time a month/)
    const table = await app.get('/api/v1/problem-report?format=csv&q=diskfull')
    const [head, line, ...others] = String(table.body).trimEnd().split('\r\n')
    expect(head).toMatch(/^id,status,title,owner,/)
    expect(line).toContain(`${disk},known_error,`)
    // a spreadsheet takes it for words
    expect(line).toContain(`"'=SUM(1), ""twice"""`)
    expect(others).toEqual([])
    expect((await app.get('/api/v1/problem-report?format=pdf')).status).toBe(400)
    await say('undo')
  })

  it('see what problems cost, by month and by service', async () => {
    const { months, services } = (await app.get('/api/v1/problem-costs')).body
    expect(months).toHaveLength(12)
    const minutes = (list: readonly { minutes: number }[]): number =>
      list.reduce((sum, one) => sum + one.minutes, 0)
    // twelve incidents of ten minutes each and more
    expect(minutes(months)).toBeGreaterThan(100)
    expect(Math.abs(minutes(services) - minutes(months))).toBeLessThan(services.length + 12)
    const mine = (await app.get('/api/v1/problem-costs?q=diskfull')).body
    expect(minutes(mine.months)).toBeLessThan(minutes(months))
    const none = (await app.get('/api/v1/problem-costs?owner=nobody-at-all')).body
    expect([none.services, minutes(none.months)]).toEqual([[], 0])
  })

  it('take incidents out, split and merge', async () => {
    const { incidents, incidentCount } = (await app.get(PRB)).body
    const [one, two, three] = incidents.slice(2).map(({ id }: { id: string }) => id)
    expect((await say('unlink', { incidents: [one] })).body.incidentCount).toBe(incidentCount - 1)
    expect((await app.get(`/api/v1/incidents/${one}`)).body.problem).toBe(null)
    expect((await say('link', { incidents: [one] })).body.incidentCount).toBe(incidentCount)
    const split = await say('split', { incidents: [two, three] })
    expect(split.body).toMatchObject({ incidentCount: 2, splitFrom: disk })
    const merged = await say('merge', { from: [split.body.problem] })
    expect(merged.body).toMatchObject({ problem: disk, incidentCount })
  })

  it('dismiss for good, and incidents are of none then', async () => {
    const { body } = await app.post(`/api/v1/problems/${fan}/dismiss`, { reason: 'known' })
    expect(body.status).toBe('dismissed')
    const { incidents } = (await app.get(`/api/v1/problems/${fan}`)).body
    expect((await app.get(`/api/v1/incidents/${incidents[0].id}`)).body.problem).toBe(null)
    await app.post(`/api/v1/problems/${fan}/undo`)
    expect((await app.get(`/api/v1/incidents/${incidents[0].id}`)).body.problem).toBe(fan)
  })

  it.each([
    ['accept', undefined, 409, 'already_accepted'],
    ['close', undefined, 409, 'not_resolved'],
    ['split', { incidents: ['INC-999999'] }, 409, 'bad_split'],
    ['assign', {}, 400, undefined],
    ['merge', { from: [] }, 400, undefined],
    ['workaround', { text: '' }, 400, undefined],
  ])('are told why not: %s', async (verb, body, status, reason) => {
    const answer = await say(verb, body)
    expect([answer.status, answer.body.reason]).toEqual([status, reason])
  })

  it('cannot command what never was', async () => {
    expect((await app.post('/api/v1/problems/PRB-7/accept')).status).toBe(404)
  })

  it('are watched: metrics say how many problems there are', async () => {
    const text = (await app.get('/metrics')).body
    expect(text).toMatch(/faultline_problems\{status="proposed"\} 1/)
    expect(text).toContain('faultline_problems_proposed_total 2')
  })
})
