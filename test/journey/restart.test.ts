/** Restarts: from a snapshot taken under traffic, and after a long time in which nothing was heard. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Engine } from '../../src/core/engine/engine.ts'
import { seeded } from '../../src/demo/random.ts'
import { decode } from '../../src/journey.ts'
import { getAlert } from '../../src/store/alerts.ts'
import { latestSnapshot } from '../../src/store/snapshots.ts'
import { createWorld } from '../crash/bodies.ts'
import { type Hook, startHook } from '../crash/hook.ts'
import { digest } from '../support/engine-digest.ts'
import { embedded, overHttp, type Place } from '../support/store.ts'
import { own, prom, START } from './bodies.ts'
import { openProgram, type Program } from './program.ts'

const MINUTE = 60
const HOUR = 3600

/** The state that a fold of the whole journal, from nothing, comes to. */
async function foldedAnew({ journal }: Program): Promise<Engine> {
  const engine = new Engine()
  for await (const record of journal.read(1))
    engine.apply(record, decode(record.entry, engine.state.rules))
  return engine
}

describe('a restart', () => {
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
  const restart = async (downFor: number): Promise<void> => {
    const { clock } = program
    await program.crash()
    clock.advance(downFor * 1000)
    program = await openProgram(place, { hook: hook.url, clock })
  }

  it('from a snapshot taken under traffic is where the whole journal leads', async () => {
    const random = seeded(11)
    const worlds = [0, 1, 2].map((i) => createWorld(`w${i}`, seeded(100 + i)))
    for (let life = 0; life < 3; life++) {
      const begin = program.second()
      let snapshots = 0
      for (let step = 1; step <= 12; step++) {
        const bodies = worlds.map((world) => world.next(program.clock.now()))
        const posts = bodies.map(({ source, text }) => program.post(source, text))
        if (step % 5 === 2) {
          const taken = program.snapshots.take()
          posts.push(
            ...worlds.map((world) => {
              const { source, text } = world.next(program.clock.now())
              return program.post(source, text)
            }),
          )
          expect(await taken).not.toBeNull()
          snapshots += 1
        }
        await Promise.all(posts)
        await program.goTo(begin + step * random.int(1, 4))
      }
      expect(snapshots).toBeGreaterThan(0)
      const before = digest(program.journey.engine)
      expect(digest(await foldedAnew(program))).toBe(before)
      await restart(1)
      expect(program.recovered.from).toBeGreaterThan(0)
      expect(digest(program.journey.engine)).toBe(digest(await foldedAnew(program)))
    }
    expect(program.faults).toEqual([])
    expect(hook.contradictions).toEqual([])
  })

  it('resolves nothing that lapsed while nobody could hear of it, within the grace', async () => {
    await program.post('prometheus', [
      prom('Stays', 'web-1', { endsAt: 4 * MINUTE }),
      prom('Ends', 'web-2', { endsAt: 4 * MINUTE }),
    ])
    await program.goTo(MINUTE)
    await restart(2 * HOUR)
    const { engine } = program.journey
    const states = (): Record<string, string> =>
      Object.fromEntries([...engine.state.alerts.values()].map((one) => [one.rule, one.status]))
    const back = program.second()
    await program.goTo(back + 4 * MINUTE + 50)
    expect(states()).toEqual({ Stays: 'firing', Ends: 'firing' })
    expect(hook.heard.filter(({ body }) => body.includes('incident.resolved'))).toEqual([])
    // Prometheus repeats what still fires: what it does not repeat has ended, once the grace is over
    await program.post('prometheus', [prom('Stays', 'web-1', { endsAt: back + 20 * MINUTE })])
    await program.goTo(back + 5 * MINUTE + 1)
    expect(states()).toEqual({ Stays: 'firing', Ends: 'resolved' })
  })

  it('takes a source that is not back either for silent, not its alerts for ended', async () => {
    await program.post('prometheus', [prom('Down', 'web-1', { endsAt: 4 * MINUTE })])
    await program.goTo(MINUTE)
    await restart(2 * HOUR)
    await program.goTo(program.second() + 6 * MINUTE)
    const alerts = [...program.journey.engine.state.alerts.values()]
    expect(alerts.map(({ rule, status, stale }) => ({ rule, status, stale }))).toEqual([
      { rule: 'Down', status: 'firing', stale: true },
      { rule: 'SourceSilent', status: 'firing', stale: false },
    ])
  })

  it('does what came due in between, once', async () => {
    await program.post('generic', own('firing', 'Slow', 'web-1', { severity: 'warning' }))
    await program.goTo(15)
    expect(hook.heard).toEqual([])
    await restart(HOUR)
    await program.settled()
    await restart(1)
    await program.settled()
    expect(hook.heard.map(({ body }) => JSON.parse(body).type)).toEqual(['incident.opened'])
    expect(hook.repeats()).toBe(0)
  })

  it('does not tell again what was told, and records what was not', async () => {
    await program.post('generic', own('firing', 'DbDown', 'db-1'))
    await program.settled()
    await program.post('generic', own('resolved', 'DbDown', 'db-1', { startsAt: 0, endsAt: 0 }))
    await restart(1)
    await program.goTo(MINUTE + 5)
    await restart(1)
    await program.settled()
    expect(hook.heard.map(({ body }) => JSON.parse(body).type)).toEqual([
      'incident.opened',
      'incident.resolved',
    ])
    const [alert] = program.journey.engine.state.alerts.values()
    expect(await getAlert(program.store, alert?.id ?? '')).toMatchObject([
      { state: 'resolved', endsAt: START },
    ])
  })
})

describe('while deliveries cannot be stored', () => {
  it('no snapshot covers news, and they are told when it can', async () => {
    const place = await overHttp.start()
    const { http } = place
    if (http === null) throw new Error('it does not listen')
    const hook = await startHook()
    const program = await openProgram(place, { hook: hook.url, patienceMs: 1000 })
    const away = (sql: string): boolean => /^INSERT INTO \S*deliveries\b/.test(sql.trim())
    let refused = 0
    http.treat = (sql) => {
      if (!away(sql)) return 'run'
      refused += 1
      return 'break_before'
    }
    await program.post('generic', own('firing', 'DbDown', 'db-1'))
    const taking = program.snapshots.take()
    while (refused < 2) await new Promise((resolve) => setImmediate(resolve))
    program.clock.advance(1001)
    expect(await taking).toBeNull()
    expect(await latestSnapshot(program.store)).toBeNull()
    http.treat = null
    await program.settled()
    expect(hook.heard.map(({ body }) => JSON.parse(body).type)).toEqual(['incident.opened'])
    expect(await program.snapshots.take()).toMatchObject({ offset: program.journal.last() })
    expect(program.faults).toEqual([])
    await program.crash()
    await hook.close()
    await place.stop()
  })
})
