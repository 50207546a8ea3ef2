/** An alert's life through the whole journey: posted, durable, decided, recorded, told. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listDeadLetters } from '../../src/store/dead-letters.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { getIncident } from '../../src/store/incidents.ts'
import { type Hook, startHook } from '../crash/hook.ts'
import { embedded, type Place } from '../support/store.ts'
import { own, prom } from './bodies.ts'
import { openProgram, type Program } from './program.ts'

let place: Place
let hook: Hook
let program: Program

beforeEach(async () => {
  place = await embedded.start()
  hook = await startHook()
  program = await openProgram(place, { hook: hook.url })
})

afterEach(async () => {
  await program.crash()
  await hook.close()
  await place.stop()
})

function told(): string[] {
  return hook.heard.map(({ body }) => {
    const { type, data } = JSON.parse(body) as { type: string; data: { headline: string } }
    return `${type}: ${data.headline}`
  })
}

async function incident(id = 'INC-000001') {
  const found = await getIncident(program.store, id)
  if (found === null) throw new Error(`there is no incident ${id}`)
  return found
}

/** The timeline, but for when causes and articles were looked for. */
async function decided(id = 'INC-000001'): Promise<string[]> {
  const { items } = await listDecisions(program.store, { incident: id, limit: 1000 })
  const said = items.filter(({ action }) => action !== 'incident.analysed')
  return said.map(({ action, actor }) => (actor === 'engine' ? action : `${action} by ${actor}`))
}

describe('an incident', () => {
  it('is told at once where it is critical, takes what joins, and ends with its last alert', async () => {
    await program.post('generic', own('firing', 'DbDown', 'db-1'))
    await program.goTo(1)
    expect(told()).toEqual(['incident.opened: INC-000001 P2 opened: DbDown on db-1'])
    await program.goTo(20)
    await program.post('generic', own('firing', 'DbSlow', 'db-1', { severity: 'warning' }))
    await program.goTo(25)
    expect(await incident()).toMatchObject({ status: 'open', alertCount: 2, firingCount: 2 })
    await program.post('generic', [
      own('resolved', 'DbDown', 'db-1', { startsAt: 0, endsAt: 25 }),
      own('resolved', 'DbSlow', 'db-1', { startsAt: 20, endsAt: 25 }),
    ])
    await program.goTo(84)
    expect(await incident()).toMatchObject({ status: 'open', firingCount: 0 })
    await program.goTo(90)
    expect(await incident()).toMatchObject({ status: 'resolved', resolvedBy: 'engine' })
    expect(told()).toEqual([
      'incident.opened: INC-000001 P2 opened: DbDown on db-1',
      expect.stringMatching(/^incident\.resolved: INC-000001 resolved after 1 min/),
    ])
    await program.goTo(90 + 86_400)
    expect(await incident()).toMatchObject({ status: 'closed' })
    expect(program.journey.engine.state.incidents.size).toBe(0)
    expect(await decided()).toEqual([
      'alert.opened',
      'incident.opened',
      'incident.notified',
      'alert.joined',
      'alert.resolved',
      'alert.resolved',
      'incident.resolving',
      'incident.resolved',
      'incident.closed',
    ])
  })

  it('waits for its group where it is not critical, however many report it', async () => {
    for (let second = 0; second < 4; second++) {
      await program.post(
        'generic',
        own('firing', 'Slow', 'web-1', { severity: 'warning', startsAt: 0 }),
      )
      await program.goTo(second + 1)
    }
    await program.goTo(19)
    expect(await incident()).toMatchObject({ status: 'open', notifiedAt: null })
    expect(told()).toEqual([])
    await program.goTo(21)
    expect(told()).toHaveLength(1)
    expect(program.journey.engine.state.ledger.outcomes['generic']).toMatchObject({
      opened: 1,
      repeated: 3,
    })
  })

  it('is reopened by what fires again shortly after, and people hear of it', async () => {
    await program.post('generic', own('firing', 'DbDown', 'db-1', { startsAt: 0 }))
    await program.post('generic', own('resolved', 'DbDown', 'db-1', { startsAt: 0, endsAt: 0 }))
    await program.goTo(62)
    await program.post('generic', own('firing', 'DbDown', 'db-1', { startsAt: 62 }))
    await program.goTo(64)
    expect(await incident()).toMatchObject({ status: 'open', reopenCount: 1 })
    expect(told().map((one) => one.split(':')[0])).toEqual([
      'incident.opened',
      'incident.resolved',
      'incident.reopened',
    ])
  })
})

describe('an answer', () => {
  it('has an item for every item, in order, and a dead letter for what cannot be read', async () => {
    const { receipt, items } = await program.post('prometheus', [
      prom('A', 'web-1'),
      { labels: 7 },
      prom('B', 'web-1'),
      null,
    ])
    expect(items.map(({ kind }) => kind)).toEqual(['alert', 'rejected', 'alert', 'rejected'])
    await program.settled()
    const letters = await listDeadLetters(program.store, { limit: 10 })
    expect(letters.items.map(({ id }) => id).sort()).toEqual([`${receipt}.1`, `${receipt}.3`])
    expect(program.journey.engine.state.ledger.received).toEqual({ prometheus: 4 })
  })

  it.each([
    ['broken JSON', '{"alerts": ['],
    ['another shape', { alerts: [] }],
    ['nothing', ''],
  ])('comes for %s, which is kept', async (_name, body) => {
    const { receipt, items } = await program.post('prometheus', body)
    expect(items).toMatchObject([{ kind: 'rejected' }])
    await program.settled()
    const letters = await listDeadLetters(program.store, { limit: 10 })
    expect(letters.items).toMatchObject([{ id: `${receipt}.0`, source: 'prometheus' }])
    expect(program.faults).toEqual([])
  })

  it('comes when the body is durable, not when it is decided', async () => {
    const posting = program.post('generic', own('firing', 'DbDown', 'db-1'))
    const { receipt } = await posting
    const entries = []
    for await (const { entry } of program.journal.read(1)) entries.push(entry)
    expect(entries.at(-1)).toMatchObject({ kind: 'received', receipt, source: 'generic' })
  })
})

describe('a command', () => {
  beforeEach(async () => {
    await program.post('generic', own('firing', 'DbDown', 'db-1'))
    await program.post('generic', own('firing', 'MailStuck', 'mail-9', { startsAt: -400 }))
    await program.goTo(1)
  })

  it('is in the timeline when it is answered, under the name of who gave it', async () => {
    expect(await program.command({ do: 'acknowledge', incident: 'INC-000001' }, 'ada')).toEqual({
      ok: true,
      incident: 'INC-000001',
    })
    expect(await incident()).toMatchObject({ acknowledgedBy: 'ada', owner: 'ada' })
    await program.command({ do: 'comment', incident: 'INC-000001', text: 'looking' }, 'bob')
    expect((await decided()).slice(-2)).toEqual([
      'incident.acknowledged by ada',
      'incident.commented by bob',
    ])
  })

  it('is refused with a reason where it makes no sense, and that is kept too', async () => {
    expect(await program.command({ do: 'resolve', incident: 'INC-000001' })).toMatchObject({
      ok: false,
      reason: 'alerts_still_fire',
    })
    expect(await program.command({ do: 'close', incident: 'INC-009999' })).toMatchObject({
      ok: false,
      reason: 'unknown_incident',
    })
    expect((await decided()).slice(-1)).toEqual(['command.refused by ada'])
  })

  it('resolves with force until something new joins', async () => {
    await program.command({ do: 'resolve', incident: 'INC-000001', force: true })
    expect(await incident()).toMatchObject({ status: 'resolved', firingCount: 1 })
    await program.post('generic', own('firing', 'DbDown', 'db-1', { startsAt: 0 }))
    await program.goTo(3)
    expect(await incident()).toMatchObject({ status: 'resolved' })
    await program.post('generic', own('firing', 'DbSlow', 'db-1'))
    await program.goTo(5)
    expect(await incident()).toMatchObject({ status: 'open', alertCount: 2 })
  })

  it('merges, and takes it back', async () => {
    expect((await incident('INC-000002')).alertCount).toBe(1)
    await program.command({ do: 'merge', incident: 'INC-000001', from: ['INC-000002'] })
    expect(await incident()).toMatchObject({ alertCount: 2 })
    expect(await incident('INC-000002')).toMatchObject({
      status: 'merged',
      mergedInto: 'INC-000001',
    })
    await program.command({ do: 'undo', incident: 'INC-000001' })
    expect(await incident('INC-000002')).toMatchObject({ status: 'open', alertCount: 1 })
  })
})
