/** Alertmanager's API v2, as its clients need it: fields, filters, silences, errors in its own form. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { startApp, type TestApp } from '../support/app.ts'
import { datasets } from '../support/datasets.ts'

const HOUR = 3_600_000

const at = (app: TestApp, ms: number): string =>
  new Date(app.deps.clock.now() + ms).toISOString().replace(/\.\d+Z$/, '.000Z')

interface Wanted {
  readonly id?: string
  readonly matchers?: readonly object[]
  readonly from?: number
  readonly to?: number
}

const equal = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true })

describe("Alertmanager's API", () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
    await app.post('/api/v2/alerts', [
      { labels: { alertname: 'DiskFull', instance: 'db-1', severity: 'critical' } },
      { labels: { alertname: 'DiskFull', instance: 'db-2', severity: 'warning' } },
      { labels: { alertname: 'Slow', 'k8s.pod name': 'web-1', severity: 'warning' } },
    ])
    await app.settled()
  })
  afterAll(() => app.stop())

  const list = async (query = ''): Promise<string[]> => {
    const { status, body } = await app.get(`/api/v2/alerts${query}`)
    expect(status).toBe(200)
    const names = z.array(z.object({ labels: z.record(z.string(), z.string()) })).parse(body)
    return names.map(({ labels }) => `${labels['alertname']} ${labels['instance'] ?? ''}`).sort()
  }
  const silence = ({ id, matchers, from = 0, to = HOUR }: Wanted) =>
    app.post('/api/v2/silences', {
      ...(id === undefined ? undefined : { id }),
      matchers: matchers ?? [equal('instance', 'db-1')],
      startsAt: at(app, from),
      endsAt: at(app, to),
      createdBy: 'eve',
      comment: 'disk is being replaced',
    })
  const filter = (...texts: string[]): string =>
    `?${texts.map((text) => `filter=${encodeURIComponent(text)}`).join('&')}`

  it('lists what fires, with every field that clients read', async () => {
    const { body, headers } = await app.get('/api/v2/alerts')
    expect(headers.get('content-type')).toBe('application/json')
    expect(headers.get('cache-control')).toBe('no-store')
    const prints = body.map(({ fingerprint }: { fingerprint: string }) => fingerprint)
    expect(prints).toEqual([...prints].sort())
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    for (const alert of body) {
      expect(alert).toEqual({
        annotations: {},
        endsAt: time,
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        receivers: [{ name: 'faultline' }],
        startsAt: time,
        status: { inhibitedBy: [], mutedBy: [], silencedBy: [], state: 'active' },
        updatedAt: time,
        generatorURL: '',
        labels: expect.objectContaining({ alertname: expect.any(String) }),
      })
    }
  })

  it.each([
    [['alertname=DiskFull'], ['DiskFull db-1', 'DiskFull db-2']],
    [['alertname="DiskFull"', 'severity!=critical'], ['DiskFull db-2']],
    [['instance=~"db-.*"', 'instance!~".*2"'], ['DiskFull db-1']],
    [['"k8s.pod name"=~"web-.*"'], ['Slow ']],
    [['instance=""'], ['Slow ']],
    [['instance!=""'], ['DiskFull db-1', 'DiskFull db-2']],
    [['nothing=x'], []],
  ])('filters by %j', async (filters, expected) => {
    expect(await list(filter(...filters))).toEqual(expected)
  })

  it('reads flags leniently, an empty one as absent, and the last of several', async () => {
    expect(await list('?active=false')).toEqual([])
    expect(await list('?active=no')).toEqual([])
    expect(await list('?active=false&active=')).toHaveLength(3)
    expect(await list('?active=1&silenced=off&receiver=')).toHaveLength(3)
    expect(await list('?receiver=fault.*')).toHaveLength(3)
    expect(await list('?receiver=other')).toEqual([])
  })

  it.each([
    [`?filter=${encodeURIComponent('{a="b"}')}`, 400, 'bad matcher format: {a="b"}'],
    ['?filter=nonsense', 400, 'bad matcher format: nonsense'],
    ['?receiver=(', 400, 'failed to parse receiver param: ('],
    ['?active=perhaps', 422, { code: 601, message: expect.stringContaining('active in query') }],
  ])('refuses %s in its own form', async (query, status, expected) => {
    for (const path of ['/api/v2/alerts', '/api/v2/alerts/groups']) {
      const answer = await app.get(`${path}${query}`)
      expect([answer.status, answer.body]).toEqual([status, expected])
    }
  })

  it('groups by incident, or by the labels asked for', async () => {
    const { body: incidents } = await app.get('/api/v1/incidents?status=provisional,open')
    const { body: groups } = await app.get('/api/v2/alerts/groups')
    expect(groups.map((group: { labels: object }) => group.labels)).toEqual(
      incidents.items
        .map(({ id }: { id: string }) => ({ incident: id }))
        .sort((a: { incident: string }, b: { incident: string }) =>
          a.incident < b.incident ? -1 : 1,
        ),
    )
    const byName = await app.get('/api/v2/alerts/groups?group_by=alertname')
    const shown = byName.body.map((group: { labels: object; alerts: unknown[] }) => [
      group.labels,
      group.alerts.length,
    ])
    expect(shown).toEqual([
      [{ alertname: 'DiskFull' }, 2],
      [{ alertname: 'Slow' }, 1],
    ])
    expect(byName.body[0]).toMatchObject({ receiver: { name: 'faultline' }, routeLabels: {} })
  })

  it('has a status, a receiver, and says that its old version is gone', async () => {
    expect((await app.get('/api/v2/receivers')).body).toEqual([{ name: 'faultline', labels: {} }])
    expect((await app.get('/api/v2/status')).body).toMatchObject({
      cluster: { status: 'disabled', peers: [] },
      versionInfo: { version: '1.2.3' },
    })
    for (const path of ['/api/v1/status', '/api/v1/receivers', '/api/v1/alerts/groups']) {
      const { status, body } = await app.get(path)
      expect([path, status, body.status]).toEqual([path, 410, 'deprecated'])
    }
    expect((await app.post('/api/v1/alerts', [])).status).toBe(410)
    expect((await app.get('/metrics')).body).toContain('alertmanager_build_info{version="0.28.0"}')
  })

  it('is no Mimir: Grafana looks for one below another path', async () => {
    expect((await app.get('/alertmanager/api/v2/status')).status).toBe(404)
  })

  it('lets pages of other sites read, and ask what they may', async () => {
    const options = await app.request('/api/v2/silences', { method: 'OPTIONS' })
    expect(options.status).toBe(204)
    expect(options.headers.get('access-control-allow-methods')).toContain('DELETE')
    const page = { authorization: '', origin: 'https://elsewhere.test' }
    const refused = await app.request('/api/v2/silences', { method: 'POST', headers: page })
    expect(refused.status).toBe(403)
    const read = await app.request('/api/v2/silences', { headers: page })
    expect(read.headers.get('access-control-allow-origin')).toBe('*')
  })

  describe('silences', () => {
    beforeEach(async () => {
      const { body } = await app.get('/api/v2/silences?expired=false')
      for (const { id } of body) await app.request(`/api/v2/silence/${id}`, { method: 'DELETE' })
    })

    it('are made, mute, are listed and end', async () => {
      const { status, body } = await silence({})
      expect(status).toBe(200)
      const id = z.uuid().parse(body.silenceID)
      expect(await list('?silenced=false')).toEqual(['DiskFull db-2', 'Slow '])
      expect(await list('?active=false')).toEqual(['DiskFull db-1'])
      const [muted] = (await app.get('/api/v2/alerts?active=false')).body
      expect(muted.status).toMatchObject({ state: 'suppressed', silencedBy: [id] })
      const ours = await app.get(`/api/v1/silences/${id}`)
      expect(ours.body).toMatchObject({ state: 'active', createdBy: 'eve' })

      const ended = await app.request(`/api/v2/silence/${id}`, { method: 'DELETE' })
      expect([ended.status, await ended.text()]).toEqual([200, ''])
      const again = await app.request(`/api/v2/silence/${id}`, { method: 'DELETE' })
      expect(again.status).toBe(200)
      expect((await app.get(`/api/v2/silence/${id}`)).body).toMatchObject({
        id,
        status: { state: 'expired' },
        matchers: [equal('instance', 'db-1')],
        annotations: {},
      })
      expect(await list('?silenced=false')).toHaveLength(3)
    })

    it('are changed in place where that says the same, else replaced', async () => {
      const id = (await silence({ from: HOUR, to: 2 * HOUR })).body.silenceID
      const later = await silence({ id, from: HOUR, to: 3 * HOUR })
      expect(later.body.silenceID).toBe(id)
      const other = await silence({ id, matchers: [equal('instance', 'db-2')], to: HOUR })
      expect(other.body.silenceID).not.toBe(id)
      const states = (await app.get('/api/v2/silences')).body.map(
        (one: { id: string; status: { state: string } }) => [one.id, one.status.state],
      )
      expect(states[0]).toEqual([other.body.silenceID, 'active'])
      expect(states).toContainEqual([id, 'expired'])
    })

    it('are found by a matcher that they have, and by state', async () => {
      const id = (await silence({})).body.silenceID
      const pending = (await silence({ from: HOUR, to: 2 * HOUR })).body.silenceID
      const ids = async (query: string): Promise<string[]> =>
        (await app.get(`/api/v2/silences${query}`)).body.map((one: { id: string }) => one.id)
      expect(await ids('?expired=false')).toEqual([id, pending])
      expect(await ids('?expired=false&pending=false')).toEqual([id])
      expect(await ids(`${filter('instance=db-1')}&expired=false`)).toEqual([id, pending])
      // an equal matcher is meant, not one that would match
      expect(await ids(`${filter('instance=~"db-.*"')}&expired=false`)).toEqual([])
    })

    it.each<[string, Wanted, number, unknown]>([
      ['the end before the start', { from: HOUR, to: 0 }, 400, /start time must be before end/],
      ['the end in the past', { from: -2 * HOUR, to: -HOUR }, 400, /end time can't be in the past/],
      [
        'matchers that anything passes',
        { matchers: [{ name: 'a', value: '.*', isRegex: true }] },
        400,
        /at least one matcher must not match the empty string/,
      ],
      [
        'no expression of RE2',
        { matchers: [{ name: 'a', value: '(?=x)', isRegex: true }] },
        400,
        /invalid regular expression/,
      ],
      ['an id that nobody knows', { id: '00000000-0000-4000-8000-000000000000' }, 404, /not found/],
    ])('are refused for %s', async (_name, wanted, status, message) => {
      const answer = await silence(wanted)
      expect(answer.status).toBe(status)
      expect(z.string().parse(answer.body)).toMatch(message as RegExp)
    })

    it('are refused without what they need, with the code of a missing field', async () => {
      const { status, body } = await app.post('/api/v2/silences', { matchers: [] })
      expect(status).toBe(422)
      expect(body).toEqual({ code: expect.any(Number), message: expect.stringMatching(/in body/) })
      const missing = await app.request('/api/v2/silence/nothing')
      expect([missing.status, await missing.text()]).toEqual([404, ''])
    })
  })
})

describe('who may', () => {
  it('post alerts may not mute them: that takes the admin token once tools have their own', async () => {
    const app = await startApp({
      access: { sourceTokens: [{ source: 'prometheus', token: 'tool-token-0123' }] },
    })
    const as = (authorization: string, method: string, path: string) =>
      app.request(path, { method, headers: { authorization } })
    expect((await as('Bearer tool-token-0123', 'GET', '/api/v2/alerts')).status).toBe(200)
    expect((await as('', 'GET', '/api/v2/alerts')).status).toBe(401)
    expect((await as('Bearer tool-token-0123', 'POST', '/api/v2/silences')).status).toBe(401)
    expect((await as('Bearer tool-token-0123', 'DELETE', '/api/v2/silence/x')).status).toBe(401)
    await app.stop()
  })
})

const data = datasets()
const description =
  'folder' in data ? join(data.folder, 'payloads/alertmanager/openapi.yaml') : undefined

describe.skipIf(description === undefined || !existsSync(description))(
  'missing' in data ? data.missing : "Alertmanager's own description",
  () => {
    const Schema = z.object({
      type: z.string().optional(),
      required: z.array(z.string()).optional(),
      properties: z.record(z.string(), z.unknown()).optional(),
      allOf: z.array(z.unknown()).optional(),
      items: z.unknown().optional(),
      additionalProperties: z.unknown().optional(),
      enum: z.array(z.unknown()).optional(),
      $ref: z.string().optional(),
    })
    const Spec = z.object({ definitions: z.record(z.string(), z.unknown()) })

    it('is kept by every answer: required fields, types, closed lists', async () => {
      const { definitions } = Spec.parse(parse(readFileSync(description ?? '', 'utf8')))
      const faults = (value: unknown, raw: unknown, where: string): string[] => {
        const schema = Schema.parse(raw)
        if (schema.$ref !== undefined)
          return faults(value, definitions[schema.$ref.split('/').at(-1) ?? ''], where)
        const all = (schema.allOf ?? []).flatMap((one) => faults(value, one, where))
        if (schema.type === 'array' || Array.isArray(value)) {
          if (!Array.isArray(value)) return [...all, `${where} is no list`]
          return [...all, ...value.flatMap((one, i) => faults(one, schema.items, `${where}/${i}`))]
        }
        if (typeof value === 'object' && value !== null) {
          const record = value as Record<string, unknown>
          const missing = (schema.required ?? []).filter((name) => record[name] === undefined)
          return [
            ...all,
            ...missing.map((name) => `${where}/${name} is missing`),
            ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) =>
              record[name] === undefined ? [] : faults(record[name], one, `${where}/${name}`),
            ),
          ]
        }
        if (schema.enum !== undefined && !schema.enum.includes(value))
          return [...all, `${where} is ${value}`]
        return schema.type === undefined || typeof value === schema.type
          ? all
          : [...all, `${where} is ${typeof value}`]
      }
      const app = await startApp()
      await app.post('/api/v2/alerts', [{ labels: { alertname: 'A' } }])
      await app.post('/api/v2/silences', {
        matchers: [{ name: 'a', value: 'b', isRegex: false }],
        startsAt: at(app, 0),
        endsAt: at(app, HOUR),
        createdBy: 'x',
        comment: 'y',
      })
      await app.settled()
      for (const [path, definition] of [
        ['/api/v2/alerts', 'gettableAlerts'],
        ['/api/v2/alerts/groups', 'alertGroups'],
        ['/api/v2/silences', 'gettableSilences'],
        ['/api/v2/status', 'alertmanagerStatus'],
      ] as const) {
        const { body } = await app.get(path)
        if (Array.isArray(body)) expect(body).toHaveLength(1)
        expect(faults(body, definitions[definition], path)).toEqual([])
      }
      await app.stop()
    })
  },
)

const karma = 'folder' in data ? join(data.folder, 'payloads/karma') : undefined

describe.skipIf(karma === undefined || !existsSync(karma))(
  'missing' in data ? data.missing : 'what karma reads of an Alertmanager',
  () => {
    /** Paths of all fields, with `*` for the places of a list and the names of labels. */
    const fieldsOf = (value: unknown, at = ''): string[] => {
      if (Array.isArray(value)) return value.flatMap((one) => fieldsOf(one, `${at}/*`))
      if (typeof value !== 'object' || value === null) return [`${at}: ${typeof value}`]
      return Object.entries(value).flatMap(([name, one]) =>
        /(?:labels|annotations)$/i.test(at)
          ? fieldsOf(one, `${at}/*`)
          : fieldsOf(one, `${at}/${name}`),
      )
    }
    const recorded = (name: string): Set<string> =>
      new Set(fieldsOf(JSON.parse(readFileSync(join(karma ?? '', name), 'utf8'))))

    it('is there, field by field', async () => {
      const app = await startApp()
      await app.post('/api/v2/alerts', [
        { labels: { alertname: 'A' }, annotations: { a: 'b' }, generatorURL: 'http://x.test/' },
      ])
      await app.post('/api/v2/silences', {
        matchers: [equal('alertname', 'A')],
        startsAt: at(app, 0),
        endsAt: at(app, HOUR),
        createdBy: 'x',
        comment: 'y',
      })
      await app.settled()
      const ours = async (path: string): Promise<Set<string>> =>
        new Set(fieldsOf((await app.get(path)).body))
      const missing = (wanted: Set<string>, has: Set<string>) =>
        [...wanted].filter((field) => !has.has(field) && !/(inhibited|muted)By/.test(field))
      const groups = await ours('/api/v2/alerts/groups?group_by=alertname')
      expect(missing(recorded('v2_alerts_groups.json'), groups)).toEqual([])
      expect(missing(recorded('v2_silences.json'), await ours('/api/v2/silences'))).toEqual([])
      await app.stop()
    })
  },
)
