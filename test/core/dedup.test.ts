import { describe, expect, it } from 'vitest'
import {
  type Claim,
  type DedupDecision,
  decideEvent,
  type Episode,
  isClaimed,
  lapsesAt,
  MAX_CLAIMS,
  updateClaims,
} from '../../src/core/dedup.ts'
import type { AlertEvent } from '../../src/core/model.ts'
import { instant, report } from '../support/engine.ts'

/** Reporter `a`, since 100, unless said otherwise; times are seconds. */
function claim(more: {
  readonly reporter?: string
  readonly relay?: boolean
  readonly since?: number
  readonly ended?: number
  readonly expires?: number
  readonly seen?: number
  readonly url?: string
}): Claim {
  return {
    reporter: more.reporter ?? 'a',
    relay: more.relay ?? false,
    firing: more.ended === undefined,
    startsAt: instant(more.since ?? 100),
    endedAt: more.ended === undefined ? null : instant(more.ended),
    lastSeenAt: instant(more.seen ?? more.ended ?? 100),
    expiresAt: more.expires === undefined ? null : instant(more.expires),
    generatorUrl: more.url ?? null,
  }
}

/** An episode since 100; ended at `until` where that is given. */
function episode(claims: readonly Claim[], until?: number, seenFiring = true): Episode {
  return {
    status: until === undefined ? 'firing' : 'resolved',
    startsAt: instant(100),
    endsAt: until === undefined ? null : instant(until),
    seenFiring,
    claims,
  }
}

interface Said {
  readonly relay?: boolean
  readonly url?: string
  readonly valid?: number
}

function fires(since: number, { relay, url, valid }: Said = {}): AlertEvent {
  return report('firing', 'db-1', 'down', {
    startsAt: since,
    ...(relay === undefined ? {} : { relay }),
    ...(url === undefined ? {} : { generatorUrl: url }),
    ...(valid === undefined ? {} : { endsAt: valid }),
  })
}

function ended(since: number, at: number, { relay, url }: Said = {}): AlertEvent {
  return {
    ...fires(since, { ...(relay ? { relay } : {}), ...(url ? { url } : {}) }),
    status: 'resolved',
    endsAt: instant(at),
  }
}

function told(decision: DedupDecision): string {
  const end = 'endsAt' in decision ? ` ${(decision.endsAt - instant(0)) / 1000}` : ''
  return `${decision.action} ${decision.reason}${end}`
}

const A = claim({})
const A_ENDED = claim({ ended: 200 })
const B = claim({ reporter: 'b', since: 102 })
const RELAY = claim({ reporter: 'relay', relay: true })

describe('what a firing report means', () => {
  it.each<[string, Episode | undefined, AlertEvent, string]>([
    ['of an unknown alert', undefined, fires(100), 'start first_report'],
    ['again', episode([A]), fires(100), 'repeat still_firing'],
    ['of another replica', episode([B]), fires(100), 'repeat still_firing'],
    ['with a later start while it fires', episode([A]), fires(150), 'repeat still_firing'],
    ['after its end', episode([A_ENDED], 200), fires(201), 'start fired_again'],
    [
      'that is late: its own reporter has ended it',
      episode([A_ENDED], 200),
      fires(100),
      'ignore older_than_known',
    ],
    [
      'that is late and began within',
      episode([A_ENDED], 200),
      fires(150),
      'ignore older_than_known',
    ],
    [
      'late while another replica fires',
      episode([A_ENDED, B]),
      fires(100),
      'ignore older_than_known',
    ],
    [
      'of a replica that was not heard before',
      episode([B], 200),
      fires(90),
      'revive fires_elsewhere',
    ],
    [
      'of a relay that repeats what has ended',
      episode([B], 200),
      fires(90, { relay: true }),
      'ignore older_than_known',
    ],
    ['of a relay, anew', episode([A_ENDED], 200), fires(300, { relay: true }), 'start fired_again'],
    [
      'after it had lapsed',
      episode([claim({ expires: 150 })], 160),
      fires(100),
      'revive heard_again',
    ],
    [
      'that has lapsed itself when it comes',
      episode([B], 200),
      fires(90, { valid: 250 }),
      'ignore older_than_known',
    ],
  ])('%s', (_name, known, event, expected) => {
    expect(told(decideEvent(known, event, 'a', instant(260)))).toBe(expected)
  })

  it.each<[string, Episode, AlertEvent, string]>([
    [
      'whose end came first',
      episode([A_ENDED], 200, false),
      fires(100),
      'start_ended end_overtook_start 200',
    ],
    [
      'passed on, whose end came first',
      episode([claim({ reporter: 'b', ended: 200 })], 200, false),
      fires(120, { relay: true }),
      'start_ended end_overtook_start 200',
    ],
    [
      'of another reporter, which still fires',
      episode([claim({ reporter: 'b', ended: 200 })], 200, false),
      fires(90),
      'revive fires_elsewhere',
    ],
    [
      'after an end without a start',
      episode([A_ENDED], 200, false),
      fires(300),
      'start fired_again',
    ],
    [
      'whose end came while an older one was known',
      episode([claim({ since: 300, ended: 320 })], 200),
      fires(300),
      'start_ended end_overtook_start 320',
    ],
    [
      'between two known ends',
      episode([claim({ since: 300, ended: 320 })], 200),
      fires(250),
      'start_ended end_overtook_start 250',
    ],
    [
      'passed on, which its reporter has ended',
      episode([claim({ since: 300, ended: 320, url: 'u' })], 200),
      { ...fires(300, { relay: true, url: 'u' }) },
      'start_ended end_overtook_start 320',
    ],
  ])('%s', (_name, known, event, expected) => {
    const reporter = event.relay ? 'relay' : 'a'
    expect(told(decideEvent(known, event, reporter, instant(400)))).toBe(expected)
  })

  it('of before the end counts as late for 5 minutes only, if it is still valid', () => {
    const known = episode([claim({ ended: 200, seen: 210 })], 200)
    const about = (now: number) =>
      told(decideEvent(known, fires(100, { valid: now + 60 }), 'a', instant(now)))
    expect(about(509)).toBe('ignore older_than_known')
    expect(about(510)).toBe('revive heard_again')
    expect(told(decideEvent(known, fires(100), 'a', instant(510)))).toBe('ignore older_than_known')
  })
})

describe('what an end means', () => {
  it.each<[string, Episode | undefined, AlertEvent, string]>([
    ['of an unknown alert', undefined, ended(100, 200), 'note_end end_without_start 200'],
    ['of the only reporter', episode([A]), ended(100, 200), 'resolve reporter_resolved 200'],
    ['while a replica fires', episode([A, B]), ended(100, 200), 'repeat fires_elsewhere'],
    [
      'after the replica ended',
      episode([A, claim({ reporter: 'b', ended: 220 })]),
      ended(100, 200),
      'resolve reporter_resolved 220',
    ],
    [
      'while a replica has lapsed',
      episode([A, claim({ reporter: 'b', expires: 150 })]),
      ended(100, 200),
      'resolve reporter_resolved 200',
    ],
    ['that is known', episode([A_ENDED], 200), ended(100, 200), 'repeat known_end'],
    [
      'of a later one that nobody heard begin',
      episode([A_ENDED], 200),
      ended(210, 220),
      'note_end end_without_start 220',
    ],
    ['of no span of its own', episode([A_ENDED], 200), ended(220, 220), 'repeat known_end'],
    [
      'of an older episode',
      episode([claim({ since: 300 })]),
      ended(100, 200),
      'repeat fires_elsewhere',
    ],
    [
      'of an episode before this one',
      { ...episode([claim({ since: 300 })]), startsAt: instant(300) },
      ended(100, 200),
      'ignore older_than_known',
    ],
    [
      'that names its own time as start',
      episode([A]),
      ended(200, 200),
      'resolve reporter_resolved 200',
    ],
    [
      'that names the first of two starts',
      episode([claim({ since: 160 })]),
      ended(100, 200),
      'resolve reporter_resolved 200',
    ],
    [
      'that is what a relay passed on',
      episode([A, RELAY]),
      ended(100, 200),
      'resolve reporter_resolved 200',
    ],
    [
      'that is not what a relay passed on',
      episode([A, claim({ reporter: 'r', relay: true, url: 'other' })]),
      ended(100, 200),
      'repeat fires_elsewhere',
    ],
    [
      'before its start',
      episode([claim({ since: 300 })]),
      ended(310, 200),
      'resolve reporter_resolved 310',
    ],
  ])('%s', (_name, known, event, expected) => {
    expect(told(decideEvent(known, event, 'a', instant(400)))).toBe(expected)
  })

  it('of a relay does not end what its original says', () => {
    const known = episode([A, RELAY])
    const event = ended(100, 200, { relay: true })
    expect(told(decideEvent(known, event, 'relay', instant(400)))).toBe('repeat fires_elsewhere')
  })

  it('without a time is now', () => {
    const { endsAt: _, ...event } = ended(100, 200)
    expect(told(decideEvent(episode([A]), event, 'a', instant(400)))).toBe(
      'resolve reporter_resolved 400',
    )
  })

  it('ends an older episode of a reporter, so that it cannot keep this one', () => {
    const known = { ...episode([claim({ since: 300, ended: 350 }), B]), startsAt: instant(300) }
    expect(told(decideEvent(known, ended(102, 200), 'b', instant(400)))).toBe(
      'resolve reporter_resolved 350',
    )
  })
})

describe('the claims', () => {
  const line = (claims: readonly Claim[]) =>
    claims.map(
      (one) => `${one.reporter} ${(one.startsAt - instant(0)) / 1000}${one.firing ? '' : ' ended'}`,
    )
  const after = (claims: readonly Claim[], event: AlertEvent, now = 400) =>
    line(updateClaims(claims, event, 'a', instant(now)))

  it.each<[string, readonly Claim[], AlertEvent, string[]]>([
    ['a first one', [], fires(100), ['a 100']],
    ['beside another', [B], fires(100), ['a 100', 'b 102']],
    ['a later start', [A], fires(150), ['a 150']],
    ['an older start', [claim({ since: 150 })], fires(100), ['a 150']],
    ['its end', [A], ended(100, 200), ['a 100 ended']],
    ['a late report of what ended', [A_ENDED], fires(100), ['a 100 ended']],
    ['a late report of within', [A_ENDED], fires(199), ['a 100 ended']],
    ['a report of after the end', [A_ENDED], fires(200), ['a 200']],
    ['an older end', [claim({ since: 300 })], ended(100, 200), ['a 300']],
  ])('%s', (_name, claims, event, expected) => {
    expect(after(claims, event)).toEqual(expected)
  })

  it('are the same in whatever order two reports of one reporter come', () => {
    const events = [
      fires(100),
      ended(100, 200),
      fires(150),
      fires(200),
      ended(200, 210),
      fires(300),
    ]
    for (const one of events)
      for (const other of events) {
        const both = (x: AlertEvent, y: AlertEvent) =>
          line(updateClaims(updateClaims([], x, 'a', instant(400)), y, 'a', instant(400)))
        expect(both(one, other)).toEqual(both(other, one))
      }
  })

  it('keep the latest lapse, whichever report comes last', () => {
    const [one] = updateClaims(
      [claim({ expires: 500 })],
      fires(100, { valid: 450 }),
      'a',
      instant(400),
    )
    expect(one?.expiresAt).toBe(instant(500))
  })

  it(`are at most ${MAX_CLAIMS}, the newest`, () => {
    let claims: readonly Claim[] = []
    for (let n = 0; n < 12; n++)
      claims = updateClaims(claims, fires(100), `r${n}`, instant(100 + n))
    expect(claims.map(({ reporter }) => reporter)).toEqual([
      'r11',
      'r10',
      'r9',
      'r8',
      'r7',
      'r6',
      'r5',
      'r4',
    ])
  })

  it.each<[string, readonly Claim[], number | null]>([
    ['none', [], null],
    ['one without a lapse', [A], null],
    ['the last of two', [claim({ expires: 150 }), claim({ reporter: 'b', expires: 170 })], 170],
    ['never beside one that never does', [claim({ expires: 150 }), B], null],
    ['an ended one does not count', [A_ENDED, claim({ reporter: 'b', expires: 170 })], 170],
    [
      'nor a relay whose original has ended',
      [A_ENDED, RELAY, claim({ reporter: 'b', expires: 170, url: 'v' })],
      170,
    ],
  ])('lapse: %s', (_name, claims, expected) => {
    expect(lapsesAt(claims)).toBe(expected === null ? null : instant(expected))
  })

  it.each<[string, readonly Claim[], boolean]>([
    ['one that fires', [A], true],
    ['one that lapses now', [claim({ expires: 400 })], false],
    ['one that lapses later', [claim({ expires: 401 })], true],
    ['a relay alone', [RELAY], true],
    ['a relay whose original has ended', [RELAY, A_ENDED], false],
    [
      'a relay of a later episode',
      [claim({ reporter: 'r', relay: true, since: 300 }), A_ENDED],
      true,
    ],
  ])('stand: %s', (_name, claims, expected) => {
    expect(isClaimed(claims, instant(400))).toBe(expected)
  })
})
