/** The folder of rules while Faultline runs: taken over, or refused as a whole. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startWithRules, type WatchedRules } from '../../src/rules-reload.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { temporaryFolder } from '../support/store.ts'

let folder: ReturnType<typeof temporaryFolder>
let app: TestApp
const lines: string[] = []

const PACK = (job: string): string =>
  `rules: [{ name: quiet, when: ['job="${job}"'], reason: nobody minds }]`
const CASES = (job: string): string =>
  `cases: [{ name: muted, alerts: [{ id: a, labels: { alertname: A, job: ${job} } }],
     expect: { muted: { a: 'rule:quiet' } } }]`

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
}

function rules(): WatchedRules {
  const { rules: found } = app
  if (found === undefined) throw new Error('the app has no folder of rules')
  return found
}

beforeEach(async () => {
  lines.length = 0
  folder = temporaryFolder()
  write({ 'suppress.yaml': PACK('old'), 'suppress.test.yaml': CASES('old') })
  app = await startApp({ rulesFolder: folder.path, onLog: (line) => lines.push(line) })
  await startWithRules(rules(), app)
})
afterEach(async () => {
  await app.stop()
  folder.remove()
})

const reload = () => app.post('/api/v1/rules/reload', {}, { 'x-faultline-actor': 'ada' })
const metric = async (name: string): Promise<string | undefined> =>
  (await (await app.request('/metrics')).text()).match(new RegExp(`^${name} (.*)$`, 'm'))?.[1]
const OK = 'faultline_rules_last_reload_successful'

it('takes over what is new and in order, as an entry of the journal', async () => {
  const before = app.journey.engine.state.rulesVersion
  await app.post('/ingest/generic', firing('A', 'h', { labels: { job: 'new' } }))
  write({ 'suppress.yaml': PACK('new'), 'suppress.test.yaml': CASES('new') })
  const { status, body } = await reload()
  expect([status, body]).toMatchObject([200, { outcome: 'taken', by: 'ada', cases: 1, faults: [] }])
  expect(app.journey.engine.state.rulesVersion).toBe(body.version)
  expect(body.version).not.toBe(before)
  const entries: unknown[] = []
  for await (const { entry } of app.journal.read(1)) entries.push(entry)
  expect(entries.at(-1)).toMatchObject({ kind: 'rules', version: body.version, actor: 'ada' })
  await app.settled()
  const { body: alerts } = await app.get('/api/v1/alerts?suppressed=true')
  expect(alerts.items).toHaveLength(1)
  expect((await app.get('/api/v1/rules')).body).toMatchObject({
    version: body.version,
    reload: { outcome: 'taken' },
  })
})

it('says that nothing has changed, and appends nothing', async () => {
  const last = app.journal.last()
  expect((await reload()).body).toMatchObject({ outcome: 'unchanged', cases: 0 })
  expect(app.journal.last()).toBe(last)
})

describe('what is at fault', () => {
  const BAD: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
    ['a pack of the wrong form', { 'suppress.yaml': 'rules: [{ name: x }]' }, 'suppress.yaml: '],
    ['a text that is no YAML', { 'suppress.yaml': 'rules: [' }, 'suppress.yaml: '],
    ['a case that does not come true', { 'suppress.yaml': PACK('other') }, 'case "muted"'],
    ['a pack without cases', { 'lifecycle.yaml': 'close: 2d' }, 'lifecycle.test.yaml beside it'],
  ]

  it.each(BAD)('is refused and named everywhere: %s', async (_name, files, named) => {
    const before = app.journey.engine.state
    const { rulesVersion, offset } = before
    write(files)
    const { status, body } = await reload()
    expect([status, body.code, body.reason]).toEqual([409, 'conflict', 'rules_refused'])
    expect(body.errors.map(({ detail }: { detail: string }) => detail).join()).toContain(named)
    expect(app.journey.engine.state).toMatchObject({ rulesVersion, offset })
    expect(await metric(OK)).toBe('0')
    expect(await metric('faultline_rules_reloads_total\\{outcome="refused"\\}')).toBe('1')
    const { body: settings } = await app.get('/api/v1/settings')
    expect(settings.rules).toMatchObject({ version: rulesVersion, reload: { outcome: 'refused' } })
    expect(settings.rules.reload.faults.length).toBeGreaterThan(0)
    expect(lines.join('\n')).toMatch(/refused.*stay in force/)
  })

  it('is forgotten once the folder is in order again', async () => {
    write({ 'suppress.yaml': 'rules: 7' })
    expect((await reload()).status).toBe(409)
    write({ 'suppress.yaml': PACK('old') })
    expect((await reload()).body).toMatchObject({ outcome: 'unchanged' })
    expect(await metric(OK)).toBe('1')
    expect(rules().fingerprint()).toBe(rules().looked())
  })

  it('keeps no restart from going on, but stops a first start', async () => {
    write({ 'suppress.yaml': 'rules: 7' })
    await startWithRules(rules(), app)
    expect(rules().last()).toMatchObject({ outcome: 'refused', by: 'start' })
    await app.stop()
    app = await startApp({ rulesFolder: folder.path })
    await expect(startWithRules(rules(), app)).rejects.toMatchObject({
      code: 'payload_invalid',
      message: /suppress/,
    })
  })
})

describe('a route to a channel that is not in the settings', () => {
  const routeTo = (channel: string) =>
    `rules: [{ name: x, when: ['a="b"'], channels: [${channel}], reason: so }]`
  const CASE = `cases:
  - name: goes there
    alerts: [{ id: one, severity: critical, labels: { alertname: A, a: b } }]
    expect: { incidents: [{ alerts: [one], channels: [ops], routed_by: [x] }] }`

  it('is refused with the rule, and the rules before it stay; one that is there is taken', async () => {
    await app.stop()
    const channels = [{ id: 'ops', type: 'slack', url: 'https://chat.example/x' }]
    app = await startApp({ rulesFolder: folder.path, channels })
    write({ 'route.yaml': routeTo('ops'), 'route.test.yaml': CASE })
    expect((await reload()).body).toMatchObject({ outcome: 'taken', cases: 2 })
    const before = app.journey.engine.state.rulesVersion
    write({ 'route.yaml': routeTo('opps') })
    expect((await reload()).status).toBe(409)
    expect(rules().last()?.faults).toMatchObject([
      { file: 'route.yaml', got: 'x: channels: there is no channel opps: there are ops' },
    ])
    expect(app.journey.engine.state.rulesVersion).toBe(before)
  })

  it('stops a first start', async () => {
    write({ 'suppress.yaml': PACK('old'), 'route.yaml': routeTo('nowhere') })
    await app.stop()
    app = await startApp({ rulesFolder: folder.path })
    await expect(startWithRules(rules(), app)).rejects.toMatchObject({
      code: 'payload_invalid',
      message: /there is no channel nowhere: the settings have none/,
    })
  })
})

it('hands out the schema of a kind of file', async () => {
  const one = await app.get('/api/v1/rules/schemas/suppress')
  expect([one.status, one.body]).toMatchObject([200, { title: 'Rules: suppress', type: 'object' }])
  expect((await app.get('/api/v1/rules/schemas/..%2Fsuppress')).status).toBe(400)
})

it('is for those who have the admin token', async () => {
  const answer = await app.request('/api/v1/rules/reload', {
    method: 'POST',
    headers: { authorization: 'Bearer wrong' },
  })
  expect(answer.status).toBe(401)
})

it('says who would be told at a time, and why, without keeping anything', async () => {
  const pack = {
    hours: [{ name: 'office', windows: [{ days: ['mon-fri'], from: '08:00', to: '18:00' }] }],
    rules: [
      {
        ...{ name: 'pay', when: ['app="pay"'], team: 'pay', reason: 'theirs' },
        routes: [
          { name: 'pay_night', when: ['app="pay"'], outside: ['office'], channels: ['pager'] },
        ].map((rule) => ({ ...rule, reason: 'late' })),
      },
    ],
  }
  const ask = (more: object) =>
    app.post('/api/v1/rules/route-preview', { labels: { app: 'pay' }, pack, ...more })
  const night = await ask({ at: '2026-03-06T02:10:00Z' })
  expect([night.status, night.body]).toMatchObject([
    200,
    {
      ...{ at: '2026-03-06T02:10:00.000Z', ci: null, team: 'pay', channels: ['pager'] },
      ...{ rules: ['pay', 'pay_night'], version: null },
      text: 'Goes to pay, told on pager: rule pay (theirs), rule pay_night (late; 02:10 on Fri is outside office)',
      asked: [
        { rule: 'pay', depth: 0, holds: true, why: 'theirs' },
        { rule: 'pay_night', depth: 1, holds: true, why: 'late; 02:10 on Fri is outside office' },
      ],
    },
  ])
  const noon = await ask({ at: '2026-03-06T12:00:00Z', severity: 'critical', priority: 1 })
  expect(noon.body).toMatchObject({ channels: null, rules: ['pay'], priority: 1 })
  const strange = await ask({ pack: { rules: [{ ...pack.rules[0], during: ['noon'] }] } })
  expect([strange.status, strange.body.detail]).toEqual([
    400,
    'The pack is at fault: route.rules: rule pay: there are no hours noon; route.rules: rule pay_night: there are no hours office.',
  ])
  const { body } = await ask({ pack: undefined, at: '2026-03-06T12:00:00Z' })
  expect(body.version).toBe(app.journey.engine.state.rulesVersion)
  expect(app.journey.engine.state.alerts.size).toBe(0)
})
