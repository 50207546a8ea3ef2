/** What a silence or a window would mute, before it is made; and the lists of them by state. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await app.post('/ingest/generic', [
    firing('DiskFull', 'db-1'),
    firing('HighLoad', 'db-1', { severity: 'warning' }),
    firing('HighLoad', 'web-1', { severity: 'warning' }),
    firing('Gone', 'web-1', { status: 'resolved' }),
  ])
  await app.settled()
})
afterAll(() => app.stop())

const preview = (body: object) => app.post('/api/v1/silences/preview', body)
const later = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString()

describe('the preview of a silence', () => {
  it.each([
    ['a value', [{ name: 'host', value: 'db-1' }], [2, [2]]],
    [
      'two of them',
      [
        { name: 'host', value: 'db-1' },
        { name: 'alertname', value: 'HighLoad' },
      ],
      [1, [2, 2]],
    ],
    ['a pattern', [{ name: 'host', value: '.*-1', isRegex: true }], [3, [3]]],
    ['what is not so', [{ name: 'host', value: 'db-1', isEqual: false }], [1, [1]]],
    ['nothing', [], [0, []]],
  ])('counts what fires: %s', async (_name, matchers, expected) => {
    const { status, body } = await preview({ matchers })
    expect([status, body.firing, [body.matched, body.byMatcher]]).toEqual([200, 3, expected])
    expect(body.alerts).toHaveLength(body.matched)
  })

  it('names the alerts, the worst first, and the incidents that fall quiet', async () => {
    const { body } = await preview({ matchers: [{ name: 'host', value: 'db-1' }] })
    expect(body.alerts).toMatchObject([
      { title: 'DiskFull on db-1', severity: 'critical', ci: 'host:db-1', muted: false },
      { title: 'HighLoad on db-1', severity: 'warning' },
    ])
    const { body: alone } = await preview({ matchers: [{ name: 'host', value: 'web-1' }] })
    const incidentOf = (one: { incident: string }) => one.incident
    expect(body.quietIncidents.length + alone.quietIncidents.length).toBeLessThanOrEqual(2)
    for (const id of body.quietIncidents) expect(body.alerts.map(incidentOf)).toContain(id)
    const { body: all } = await preview({
      matchers: [{ name: 'host', value: '.*', isRegex: true }],
    })
    expect(all.quietIncidents).toEqual([...new Set(all.alerts.map(incidentOf))].sort())
  })

  it('says where a matcher cannot be read, and what would not be taken', async () => {
    const bad = await preview({ matchers: [{ name: 'a', value: '(', isRegex: true }] })
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([400, '#/matchers/0/value'])
    const wide = await preview({ matchers: [{ name: 'host', value: '.*', isRegex: true }] })
    expect(wide.body).toMatchObject({ matched: 3, refusal: expect.stringMatching(/missing label/) })
    expect((await preview({ matchers: [{ name: 'host', value: 'x' }] })).body.refusal).toBeNull()
  })

  it('of a window looks at CIs and at what sits on them', async () => {
    const kind = 'maintenance'
    const { body } = await preview({ kind, cis: ['host:db-1'] })
    expect(body).toMatchObject({ matched: 2, refusal: null })
    const narrowed = {
      kind,
      cis: ['host:db-1'],
      matchers: [{ name: 'alertname', value: 'DiskFull' }],
    }
    expect((await preview(narrowed)).body.matched).toBe(1)
    expect((await preview({ kind, cis: ['host:none'] })).body.refusal).toMatch(/host:none/)
  })

  it('makes nothing, and agrees with what the silence then mutes', async () => {
    const before = app.journal.last()
    const matchers = [{ name: 'alertname', value: 'High.*', isRegex: true }]
    const { body: would } = await preview({ matchers })
    expect(app.journal.last()).toBe(before)
    const { body: made } = await app.post('/api/v1/silences', {
      ...{ matchers, endsAt: later(60), comment: 'load test' },
    })
    expect(made.muting).toBe(would.matched)
    expect((await preview({ matchers })).body).toMatchObject({ matched: 2, alreadyMuted: 2 })
    const { body: ended } = await app.post(`/api/v1/silences/${made.id}/expire`)
    expect(ended.muting).toBe(0)
  })
})

describe('the lists', () => {
  it('are by state and CI, with how many there are of each', async () => {
    const cis = ['host:web-1']
    const now = { cis, endsAt: later(60), comment: 'now' }
    const soon = { cis: ['host:db-1'], startsAt: later(30), endsAt: later(60), comment: 'soon' }
    for (const window of [now, soon]) await app.post('/api/v1/maintenance', window)
    const commentsOf = async (query: string) =>
      (await app.get(`/api/v1/maintenance?${query}`)).body.items.map(
        ({ comment }: { comment: string }) => comment,
      )
    expect(await commentsOf('state=active')).toEqual(['now'])
    expect(await commentsOf('state=pending')).toEqual(['soon'])
    expect(await commentsOf('state=active,pending')).toEqual(['soon', 'now'])
    expect(await commentsOf('ci=host:web-1')).toEqual(['now'])
    const { body } = await app.get('/api/v1/maintenance?state=expired')
    expect(body).toMatchObject({ items: [], counts: { active: 1, pending: 1, expired: 0 } })
    app.skip(61 * 60_000)
    const { body: after } = await app.get('/api/v1/maintenance?state=expired')
    expect(after.counts).toEqual({ active: 0, pending: 0, expired: 2 })
    expect(after.items).toHaveLength(2)
  })
})

describe('a recurring window', () => {
  const clock = (at: number) => new Date(at).toISOString().slice(11, 16)
  /** The clock of the app was moved on. */
  let told = 0
  const now = () => told
  beforeAll(async () => {
    told = Date.parse((await app.get('/api/v1/stats')).body.at)
  })
  const inMinutes = (from: number, to: number) => ({
    windows: [{ from: clock(now() + from * 60_000), to: clock(now() + to * 60_000) }],
  })
  const until = (days: number) => new Date(now() + days * 86_400_000).toISOString()

  it('is pending between its times, mutes in them, can be changed, ended, and brought back', async () => {
    await app.post('/ingest/generic', [firing('Again', 'db-1')])
    const wanted = { cis: ['host:db-1'], endsAt: until(30), comment: 'patches' }
    const { status, body: made } = await app.post('/api/v1/maintenance', {
      ...{ ...wanted, recurs: inMinutes(60, 120) },
    })
    expect([status, made.state, made.muting, made.next.length]).toEqual([200, 'pending', 0, 3])
    expect(made.recursText).toMatch(/^every day \d\d:\d\d-\d\d:\d\d \(UTC\)$/)
    const listed = async (state: string) =>
      (await app.get(`/api/v1/maintenance?state=${state}`)).body.items.map(
        ({ id }: { id: string }) => id,
      )
    const before = (await app.get('/api/v1/maintenance')).body.counts
    expect(await listed('pending')).toContain(made.id)
    expect(await listed('active')).not.toContain(made.id)

    const { body: changed } = await app.post('/api/v1/maintenance', {
      ...{ ...wanted, id: made.id, recurs: inMinutes(-10, 60) },
    })
    expect([changed.state, changed.createdBy]).toEqual(['active', made.createdBy])
    expect(changed.muting).toBeGreaterThan(0)
    expect(await listed('active')).toContain(made.id)
    const after = (await app.get('/api/v1/maintenance')).body.counts
    expect([after.active, after.pending]).toEqual([before.active + 1, before.pending - 1])

    const { body: ended } = await app.post(`/api/v1/maintenance/${made.id}/expire`)
    expect([ended.state, ended.muting, ended.next]).toEqual(['expired', 0, []])
    const { body: back } = await app.post('/api/v1/maintenance', {
      ...{ ...wanted, id: made.id, recurs: changed.recurs },
    })
    expect([back.state, back.muting]).toEqual(['active', changed.muting])
    const { body: silences } = await app.get('/api/v2/silences')
    expect(silences.map(({ id }: { id: string }) => id)).not.toContain(made.id)
    const { body: alerts } = await app.get('/api/v2/alerts?filter=alertname="Again"')
    expect(alerts[0].status.mutedBy).toHaveLength(1)
    await app.post(`/api/v1/maintenance/${made.id}/expire`)
  })

  it('has times that are skipped, moved and restored, by whom and why', async () => {
    const { body: made } = await app.post('/api/v1/maintenance', {
      ...{ cis: ['host:db-1'], endsAt: until(30), comment: 'turns', recurs: inMinutes(60, 120) },
    })
    const path = `/api/v1/maintenance/${made.id}`
    const [first, second] = made.next
    const skipped = await app.post(`${path}/skip`, { startsAt: first.startsAt, reason: 'release' })
    expect(skipped.status).toBe(200)
    expect(skipped.body.next[0]).toEqual(second)
    expect(skipped.body.exceptions).toMatchObject([
      { startsAt: first.startsAt, to: null, by: 'admin', reason: 'release' },
    ])
    const to = {
      startsAt: new Date(Date.parse(second.startsAt) + 3_600_000).toISOString(),
      endsAt: new Date(Date.parse(second.startsAt) + 5_400_000).toISOString(),
    }
    const { body: moved } = await app.post(`${path}/move`, { startsAt: second.startsAt, to })
    expect(moved.next[0]).toEqual({ ...to, was: second.startsAt })
    // by where it is now, too
    const further = { ...to, endsAt: new Date(Date.parse(to.endsAt) + 60_000).toISOString() }
    const { body: again } = await app.post(`${path}/move`, { startsAt: to.startsAt, to: further })
    expect([again.next[0].endsAt, again.exceptions]).toMatchObject([
      further.endsAt,
      [{ to: null }, { startsAt: second.startsAt, to: further }],
    ])
    const { body: calendar } = await app.get('/api/v1/changes/calendar')
    const listed = calendar.recurring.find(({ id }: { id: string }) => id === made.id)
    expect([listed.next, listed.exceptions]).toEqual([again.next, again.exceptions])
    const edited = await app.post('/api/v1/maintenance', {
      ...{ id: made.id, cis: ['host:db-1'], endsAt: until(40), comment: 'turns, longer' },
      recurs: made.recurs,
    })
    expect(edited.body.exceptions).toEqual(again.exceptions)
    for (const { startsAt } of [first, second])
      expect((await app.post(`${path}/restore`, { startsAt })).status).toBe(200)
    expect((await app.get(path)).body).toMatchObject({ next: made.next, exceptions: [] })
    await app.post(`${path}/expire`)
  })

  it('says which time there is none of', async () => {
    const { body: made } = await app.post('/api/v1/maintenance', {
      ...{ cis: ['host:db-1'], endsAt: until(3), comment: 'refused', recurs: inMinutes(60, 120) },
    })
    const path = `/api/v1/maintenance/${made.id}`
    const [{ startsAt, endsAt }] = made.next
    const to = { startsAt: endsAt, endsAt: startsAt }
    const pointerOf = async (verb: string, body: object) => {
      const answer = await app.post(`${path}/${verb}`, body)
      return [answer.status, answer.body.errors?.[0]?.pointer ?? answer.body.detail]
    }
    expect(await pointerOf('skip', { startsAt: endsAt })).toEqual([400, '#/startsAt'])
    expect(await pointerOf('move', { startsAt, to })).toEqual([400, '#/to/endsAt'])
    const late = { startsAt: until(2), endsAt: until(5) }
    expect(await pointerOf('move', { startsAt, to: late })).toEqual([400, '#/to'])
    expect((await pointerOf('restore', { startsAt }))[0]).toBe(409)
    const { body: once } = await app.post('/api/v1/maintenance', {
      ...{ cis: ['host:db-1'], endsAt: until(3), comment: 'once' },
    })
    const refused = await app.post(`/api/v1/maintenance/${once.id}/skip`, { startsAt })
    expect([refused.status, refused.body.detail]).toEqual([409, 'It does not recur.'])
    expect((await app.post('/api/v1/maintenance/none/skip', { startsAt })).status).toBe(404)
    for (const { id } of [made, once]) await app.post(`/api/v1/maintenance/${id}/expire`)
  })

  it('says what is no time, and what never comes', async () => {
    const wanted = { cis: ['host:db-1'], endsAt: until(1), comment: 'x' }
    const never = { windows: [{ dates: [new Date(now() + 10 * 86_400_000).getUTCDate()] }] }
    const refused = await app.post('/api/v1/maintenance', { ...wanted, recurs: never })
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '#/recurs'])
    const bad = await app.post('/api/v1/maintenance', {
      ...{ ...wanted, recurs: { time_zone: 'Mars/Base', windows: [{}] } },
    })
    expect([bad.status, bad.body.errors[0].pointer]).toEqual([400, '#/recurs/time_zone'])
    const kind = 'maintenance'
    const about = { kind, cis: ['host:db-1'], endsAt: until(1) }
    expect((await preview({ ...about, recurs: never })).body.refusal).toMatch(/none of its times/)
    const { body } = await preview({ ...about, endsAt: until(9), recurs: { windows: [{}] } })
    expect([body.refusal, body.recursText]).toEqual([null, 'every day 00:00-24:00 (UTC)'])
    expect(body.next).toHaveLength(1)
  })
})

describe('a window without CIs', () => {
  const kind = 'maintenance'
  it('is about a service or about labels', async () => {
    const byLabel = { matchers: [{ name: 'host', value: 'db-1' }] }
    const { body: labels } = await preview({ kind, ...byLabel })
    expect([labels.refusal, labels.matched > 0]).toEqual([null, true])
    await app.post('/ingest/generic', [firing('Slow', 'nowhere', { labels: { service: 'pay' } })])
    await app.settled()
    const { body: service } = await preview({ kind, services: ['pay'] })
    expect([service.refusal, service.matched]).toEqual([null, 1])
    const endsAt = new Date(Date.parse((await app.get('/api/v1/stats')).body.at) + 3_600_000)
    const wanted = { endsAt: endsAt.toISOString(), comment: 'pay' }
    const { status, body } = await app.post('/api/v1/maintenance', {
      ...{ ...wanted, services: ['pay'] },
    })
    expect([status, body.services, body.muting]).toEqual([200, ['pay'], 1])
    await app.post(`/api/v1/maintenance/${body.id}/expire`)
    const made = await app.post('/api/v1/maintenance', { ...wanted, ...byLabel })
    expect([made.status, made.body.muting > 0]).toEqual([200, true])
    await app.post(`/api/v1/maintenance/${made.body.id}/expire`)
  })

  it('that names nothing, or what every alert lacks, is refused', async () => {
    const wanted = { endsAt: '2100-01-01T00:00:00Z', comment: 'x' }
    const lacking = { matchers: [{ name: 'nope', value: '' }] }
    for (const [about, said] of [
      [{}, /name a CI, a service or a matcher/],
      [lacking, /at least one matcher/],
    ] as const) {
      const { status, body } = await app.post('/api/v1/maintenance', { ...wanted, ...about })
      expect([status, body.errors[0].pointer]).toEqual([400, '#/cis'])
      expect(body.errors[0].detail).toMatch(said)
      expect((await preview({ kind, ...about })).body.refusal).toMatch(said)
    }
  })
})
