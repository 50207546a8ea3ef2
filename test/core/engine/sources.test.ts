/** Sources and silence: what lapses, what grows stale, what we say about it. */
import { describe, expect, it } from 'vitest'
import {
  at,
  type Deed,
  fire,
  instant,
  play,
  resolve,
  restart,
  type Step,
} from '../../support/engine.ts'
import {
  check,
  expectAlert,
  expectDecided,
  expectIncident,
  expectIncidents,
} from '../../support/engine-expect.ts'

/** A report that is valid for four minutes, as Prometheus sends it. */
function valid(host: string, since: number, now: number): Deed {
  return fire(host, 'down', { startsAt: since, endsAt: now + 240 })
}

/** The source is heard every minute from `from` to `to`, about another alert. */
function heard(from: number, to: number): Step[] {
  const minutes = Math.floor((to - from) / 60) + 1
  return Array.from({ length: minutes }, (_, n) => from + n * 60).map((second) =>
    at(second, valid('other', 0, second)),
  )
}

const SILENT = 'SourceSilent'

describe('an alert that is not repeated', () => {
  it('has ended once its validity is over, if its source is heard', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      ...heard(0, 180),
      at(239, expectAlert('db-1', 'down', { status: 'firing' })),
      at(
        240,
        expectAlert('db-1', 'down', { status: 'resolved', endsAt: instant(240), stale: false }),
      ),
    )
  })

  it('stays while it is repeated, however often', () => {
    play(
      ...[0, 60, 120, 180, 240, 300, 360].map((second) => at(second, valid('db-1', 0, second))),
      at(599, expectAlert('db-1', 'down', { status: 'firing', stale: false })),
    )
  })

  it('never lapses where no validity was given', () => {
    play(
      at(0, fire('db-1', 'down')),
      at(80_000, expectAlert('db-1', 'down', { status: 'firing', stale: false })),
    )
  })

  it('grows stale where its source has fallen silent, and one alert says so', () => {
    play(
      at(0, valid('db-1', 0, 0), valid('web-1', 0, 0)),
      at(240, expectDecided('alert.stale', 'source.silent', 'alert.opened', 'alert.stale')),
      at(240, expectAlert('db-1', 'down', { status: 'firing', stale: true })),
      at(240, expectAlert('', SILENT, { status: 'firing', severity: 'error' })),
      at(9000, expectAlert('db-1', 'down', { status: 'firing', stale: true })),
      at(9000, expectIncident({ id: 'INC-000001', status: 'open', stale: 2, firing: 2 })),
    )
  })

  it('that has lapsed already when it comes ends at once, and blames no source', () => {
    play(
      at(100, fire('db-1', 'down', { startsAt: 0, endsAt: 50 })),
      at(100, expectAlert('db-1', 'down', { status: 'resolved' })),
      at(
        100,
        check((story) => expect(story.engine.state.alerts.size).toBe(1)),
      ),
    )
  })
})

describe('a source that is heard again', () => {
  it('confirms what it repeats', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      at(400, valid('db-1', 0, 400)),
      at(400, expectDecided('source.returned', 'alert.refreshed')),
      at(400, expectAlert('db-1', 'down', { status: 'firing', stale: false })),
      at(400, expectIncident({ id: 'INC-000001', stale: 0 })),
    )
  })

  it('lets what it repeats lapse again later', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      at(400, valid('db-1', 0, 400)),
      ...heard(400, 1000),
      at(701, expectAlert('db-1', 'down', { status: 'resolved' })),
    )
  })

  it('has a grace period to repeat the rest, then that has ended, and so has the alert about it', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      ...heard(400, 640),
      at(699, expectAlert('db-1', 'down', { status: 'firing', stale: true })),
      at(699, expectAlert('', SILENT, { status: 'firing' })),
      at(700, expectAlert('db-1', 'down', { status: 'resolved' })),
      at(700, expectAlert('', SILENT, { status: 'resolved' })),
    )
  })

  it('and falls silent within the grace stays reported until it is back for good', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      at(400, valid('other', 0, 400)),
      at(701, expectAlert('db-1', 'down', { status: 'firing', stale: true })),
      at(701, expectAlert('', SILENT, { status: 'firing' })),
      ...heard(800, 1160),
      at(1100, expectAlert('db-1', 'down', { status: 'resolved' })),
      at(1100, expectAlert('', SILENT, { status: 'resolved' })),
    )
  })

  it('can still say itself that a stale alert has ended', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      at(300, expectIncident({ id: 'INC-000001', stale: 1 })),
      at(400, resolve('db-1', 'down', { startsAt: 0, endsAt: 200 })),
      at(
        400,
        expectAlert('db-1', 'down', { status: 'resolved', stale: false, endsAt: instant(200) }),
      ),
      at(400, expectIncident({ id: 'INC-000001', stale: 0, firing: 0 })),
    )
  })
})

describe('after a gap of ours', () => {
  it('expiry in the gap waits a grace period', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      at(60, valid('db-1', 0, 60)),
      at(1000, restart(60)),
      at(1299, expectAlert('db-1', 'down', { status: 'firing', stale: false })),
      at(1299, expectIncidents(1)),
      at(1300, expectAlert('db-1', 'down', { stale: true })),
    )
  })

  it('what is repeated within it goes on as if nothing had been', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      at(1000, restart(60)),
      at(1060, valid('db-1', 0, 1060)),
      at(1290, expectAlert('db-1', 'down', { status: 'firing', stale: false })),
      at(
        1290,
        check((story) => expect(story.decisions('alert.stale', 'alert.resolved')).toEqual([])),
      ),
    )
  })

  it('what lapsed before the gap had lapsed', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      ...heard(60, 240),
      at(1000, restart(300)),
      at(1000, expectAlert('db-1', 'down', { status: 'resolved', endsAt: instant(240) })),
    )
  })

  it('a first start waits for nothing, and is told at its own time', () => {
    const story = play(at(5, restart()), at(5, expectDecided('engine.started')))
    expect(story.decisions('engine.started')).toMatchObject([
      { at: instant(5), reason: 'first_start' },
    ])
    expect(story.engine.state.expiryGraceUntil).toBe(0)
  })
})

describe('a lapse with several reporters', () => {
  it('waits for the last of them', () => {
    play(
      at(0, fire('db-1', 'down', { reporter: 'a', endsAt: 240 })),
      at(10, fire('db-1', 'down', { reporter: 'b', startsAt: 0, endsAt: 500 })),
      at(300, expectAlert('db-1', 'down', { status: 'firing', stale: false })),
      at(500, expectAlert('db-1', 'down', { stale: true })),
    )
  })

  it('means an end if one of them is heard', () => {
    play(
      at(0, fire('db-1', 'down', { reporter: 'a', endsAt: 240 })),
      at(0, fire('db-1', 'down', { reporter: 'b', endsAt: 240 })),
      at(200, fire('web-1', 'down', { reporter: 'b' })),
      at(240, expectAlert('db-1', 'down', { status: 'resolved' })),
    )
  })

  it('that still fires when it is heard again goes on as the same episode', () => {
    play(
      at(0, valid('db-1', 0, 0)),
      ...heard(0, 300),
      at(320, expectAlert('db-1', 'down', { status: 'resolved' })),
      at(330, valid('db-1', 0, 330)),
      at(330, expectAlert('db-1', 'down', { status: 'firing', startsAt: instant(0) })),
      at(330, expectIncident({ id: 'INC-000001', status: 'open', alerts: 2, firing: 2 })),
    )
  })
})
