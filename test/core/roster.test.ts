/** Law: what a roster says of its members is what looking at each of them says. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SEVERITIES } from '../../src/core/model.ts'
import { MAX_LOOKED_AT, type Member, type MemberChange, Roster } from '../../src/core/roster.ts'
import { compare } from '../../src/core/topology.ts'

const SERVICES = ['web', 'db', 'cache'] as const

function member(n: number, more: Partial<Member> = {}): Member {
  return {
    snap: 0,
    key: `a${n}.1`,
    incident: 'INC-000001',
    order: n,
    identity: `id-${n % 4}`,
    startsAt: 100 - (n % 5),
    fingerprint: '',
    signature: 's',
    rule: 'r',
    title: 't',
    severity: 'warning',
    labels: {},
    annotations: {},
    ci: null,
    locus: null,
    service: null,
    firing: true,
    endsAt: null,
    suppressed: false,
    stale: false,
    priorityRules: [],
    routing: [],
    flappingSince: null,
    addedAt: 0,
    changes: [],
    surprise: 1,
    side: null,
    past: null,
    ...more,
  }
}

const RULES = ['r1', 'r2']
const anyRouting = fc
  .array(fc.record({ rule: fc.constantFrom(...RULES), team: fc.constantFrom(null, 'a', 'b') }), {
    maxLength: 2,
  })
  .map((all) => [...new Map(all.map((one) => [one.rule, one])).values()])
const anyService = fc.constantFrom(null, ...SERVICES)
const anyFacts = fc.record({
  severity: fc.constantFrom(...SEVERITIES),
  firing: fc.boolean(),
  suppressed: fc.boolean(),
  stale: fc.boolean(),
  service: anyService,
  flappingSince: fc.constantFrom(null, 1, 2, 3),
  priorityRules: fc.subarray([...RULES]),
  routing: anyRouting,
  changes: fc.uniqueArray(fc.constantFrom('c1', 'c2', 'c3'), { maxLength: 2 }),
  startsAt: fc.nat(4),
})

type Act =
  | { readonly do: 'join'; readonly facts: Partial<Member> }
  | { readonly do: 'leave'; readonly at: number }
  | { readonly do: 'change'; readonly at: number; readonly change: MemberChange }

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('join' as const), facts: anyFacts }),
  fc.record({ do: fc.constant('leave' as const), at: fc.nat(20) }),
  fc.record({
    do: fc.constant('change' as const),
    at: fc.nat(20),
    change: fc.record(
      {
        firing: fc.boolean(),
        suppressed: fc.boolean(),
        stale: fc.boolean(),
        service: anyService,
        flappingSince: fc.constantFrom(null, 1, 2, 3),
        routing: anyRouting,
      },
      { requiredKeys: [] },
    ),
  }),
)

/** What the roster says. */
function said(roster: Roster): unknown {
  return {
    members: [...roster.keys()],
    size: roster.size,
    firing: roster.firingCount,
    stale: roster.staleCount,
    suppressed: roster.suppressedCount,
    span: roster.span(),
    head: roster.head()?.key ?? null,
    severity: roster.severity(),
    services: roster.serviceIds(),
    changes: roster.changeIds(),
    flappingSince: roster.flappingSince(),
    holding: RULES.map((rule) => roster.holding(rule)),
    routed: RULES.map((rule) => roster.routedBy(rule)),
  }
}

/** The same out of the members, one by one. */
function seen(members: readonly Member[]): unknown {
  const loud = members.filter(({ suppressed }) => !suppressed)
  const starts = (loud.length > 0 ? loud : members).map(({ startsAt }) => startsAt)
  const since = members.flatMap(({ flappingSince }) => flappingSince ?? [])
  const rank = ({ severity }: Member): number => SEVERITIES.indexOf(severity)
  const [head = members[0]] = [...loud].sort(
    (a, b) => rank(a) - rank(b) || a.startsAt - b.startsAt || compare(a.key, b.key),
  )
  const worst = ['critical', 'error', 'warning', 'unknown', 'info', 'none']
  return {
    members: members.map(({ key }) => key),
    size: members.length,
    firing: loud.filter(({ firing }) => firing).length,
    stale: members.filter(({ stale }) => stale).length,
    suppressed: members.length - loud.length,
    span: starts.length === 0 ? null : { first: Math.min(...starts), last: Math.max(...starts) },
    head: head?.key ?? null,
    severity: worst.find((name) => loud.some(({ severity }) => severity === name)) ?? 'none',
    services: [...new Set(loud.flatMap(({ service }) => service ?? []))],
    changes: [...new Set(members.flatMap(({ changes }) => changes))],
    flappingSince: since.length === 0 ? null : Math.min(...since),
    holding: RULES.map((rule) => {
      const held = loud.filter(({ priorityRules }) => priorityRules.includes(rule)).length
      return held === 0 ? 'none' : held === loud.length ? 'all' : 'some'
    }),
    routed: RULES.map((rule) => {
      const held = loud.flatMap(({ routing }) => routing.filter((one) => one.rule === rule))
      const extent = held.length === 0 ? 'none' : held.length === loud.length ? 'all' : 'some'
      return { extent, teams: [...new Set(held.flatMap(({ team }) => team ?? []))] }
    }),
  }
}

describe('a roster', () => {
  it('says of its members what they say, whoever joined, changed and left', () => {
    fc.assert(
      fc.property(fc.array(anyAct, { maxLength: 60 }), (acts) => {
        const roster = new Roster()
        const members: Member[] = []
        acts.forEach((act, n) => {
          if (act.do === 'join') {
            const joining = member(n, act.facts)
            members.push(joining)
            roster.join(joining)
            return
          }
          const one = members[act.at % Math.max(1, members.length)]
          if (one === undefined) return
          if (act.do === 'change') roster.change(one, act.change)
          else members.splice(members.indexOf(roster.leave(one.key) ?? one), 1)
          expect(said(roster)).toEqual(seen(members))
        })
        expect(said(roster)).toEqual(seen(members))
      }),
      { numRuns: 300 },
    )
  })

  it('finds those of an alert that flap', () => {
    const roster = new Roster()
    for (const n of [1, 2, 5, 9]) roster.join(member(n, { flappingSince: n === 9 ? null : 7 }))
    expect(roster.flappingOf('id-1').map(({ key }) => key)).toEqual(['a1.1', 'a5.1'])
  })

  it('hands out the same lists as long as nothing changes them', () => {
    const roster = new Roster()
    roster.join(member(1, { service: 'db' }))
    const before = roster.serviceIds()
    roster.join(member(2, { service: 'db' }))
    expect(roster.serviceIds()).toBe(before)
    roster.leave('a1.1')
    expect(roster.serviceIds()).toEqual(['db'])
  })

  it('looks at the most surprising ones of many, as they joined of few', () => {
    const roster = new Roster()
    const all = Array.from({ length: 1300 }, (_, n) =>
      member(n, { surprise: (n * 7919) % 1301, suppressed: n % 4 === 0 }),
    )
    for (const one of all) roster.join(one)
    // many of the foremost leave, and others are muted and unmuted
    for (const one of all) if (one.surprise > 700) roster.leave(one.key)
    const left = all.filter(({ surprise }) => surprise <= 700)
    for (const one of left.slice(0, 20)) roster.change(one, { suppressed: !one.suppressed })
    const sorted = [...left].sort((a, b) => b.surprise - a.surprise)
    const unmuted = sorted.filter(({ suppressed }) => !suppressed)
    expect(roster.lookedAt('all')).toEqual(sorted.slice(0, MAX_LOOKED_AT))
    expect(roster.lookedAt('unmuted')).toEqual(unmuted.slice(0, MAX_LOOKED_AT))
    for (const one of left.slice(120)) roster.leave(one.key)
    expect(roster.lookedAt('all')).toEqual(left.slice(0, 120))
    expect(roster.lookedAt('unmuted')).toEqual(
      left.slice(0, 120).filter(({ suppressed }) => !suppressed),
    )
  })

  it('is no part of JSON', () => {
    expect(JSON.stringify({ members: new Roster() })).toBe('{}')
  })
})
