/** Correlation scopes: alerts of different scopes never meet, whatever they share. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { toIncidentRecord } from '../../../src/core/project.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  depends,
  fire,
  incidentsOf,
  play,
  report,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'
import { expectSound } from './invariants.ts'
import { RUNS } from './streams.ts'

const ESTATE = cmdb({
  items: ['web', 'shop', 'db', 'node'].map((id) => ci(id)),
  relations: [depends('web', 'shop'), depends('shop', 'db'), depends('db', 'node', 'runs_on')],
})
const BACKUP = { name: 'backup', when: ['alertname="backup"'], decide: 'group', by: ['alertname'] }
const DOWN = {
  ...{ name: 'down', source: ['alertname="down"'], target: ['alertname="slow"'] },
  ...{ equal: ['host'], reason: 'it is down' },
}
const START = at(
  0,
  ESTATE,
  rules({ correlate: { scope: ['tenant'], rules: [BACKUP] }, suppress: { inhibit: [DOWN] } }),
)

interface Shot {
  readonly gap: number
  readonly tenant: 'a' | 'b' | ''
  readonly host: string
  readonly rule: string
  readonly ends: boolean
  readonly ago: number
}

const anyShots: fc.Arbitrary<readonly Shot[]> = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 1, 2, 7, 40, 90, 400),
    tenant: fc.constantFrom('a', 'b', ''),
    host: fc.constantFrom('web', 'shop', 'db', 'node', 'stranger'),
    rule: fc.constantFrom('slow', 'down', 'backup'),
    ends: fc.boolean(),
    ago: fc.constantFrom(0, 0, 0, 2, 4),
  }),
  { maxLength: 40, size: 'max' },
)

function labelsOf(tenant: string): { readonly labels: Readonly<Record<string, string>> } {
  return { labels: tenant === '' ? {} : { tenant } }
}

/** Plays what is kept of the shots, each at its own time, and then some time. */
function storyOf(shots: readonly Shot[], keeps: (shot: Shot) => boolean): Story {
  let second = 10
  const steps = shots.flatMap((shot): Step[] => {
    second += shot.gap
    if (!keeps(shot)) return []
    const { host, rule, ends, ago, tenant } = shot
    const options = labelsOf(tenant)
    const deed = ends
      ? resolve(host, rule, options)
      : fire(host, rule, { ...options, startsAt: second - ago })
    return [at(second, deed)]
  })
  const end: Deed = { kind: 'check', check: ({ engine }) => expectSound(engine) }
  return play(START, ...steps, at(second + 200, end))
}

/** What became of a scope: its incidents, and what was decided about them. */
function become({ engine, applied }: Story, scope: string): unknown {
  const { incidents } = engine.state
  const isOwn = (id: string | undefined): boolean => incidents.get(id ?? '')?.scope === scope
  return {
    incidents: [...incidents.values()]
      .filter((one) => one.scope === scope)
      .map((one) => toIncidentRecord(one, engine.state)),
    decisions: applied
      .flatMap(({ decisions }) => decisions)
      .filter(({ incident }) => isOwn(incident))
      .map(({ seq: _, ...decision }) => decision),
  }
}

describe('scopes', () => {
  it('that come mixed become what each becomes alone', () => {
    fc.assert(
      fc.property(anyShots, (shots) => {
        const mixed = storyOf(shots, () => true)
        for (const [tenant, scope] of [
          ['a', 'a'],
          ['b', 'b'],
          ['', 'default'],
        ])
          expect(become(mixed, scope ?? '')).toEqual(
            become(
              storyOf(shots, (shot) => shot.tenant === tenant),
              scope ?? '',
            ),
          )
      }),
      RUNS,
    )
  })

  it('never share an incident, and are in a snapshot with all they count', () => {
    fc.assert(
      fc.property(anyShots, (shots) => {
        const { engine } = storyOf(shots, () => true)
        for (const { id, scope, members } of engine.state.incidents.values())
          for (const { labels } of members.values())
            expect([id, scope]).toEqual([id, labels['tenant'] ?? 'default'])
        const snapshot = beginSnapshot(engine, 1)
        const { add, finish } = restoreEngine()
        for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) add(chunk)
        const restored = finish()
        if (restored === null) throw new Error('the snapshot is of another format')
        expect(digest(restored)).toBe(digest(engine))
        expectSound(restored)
      }),
      RUNS,
    )
  })

  it('count their incidents each by itself, with their name in front', () => {
    const { engine } = play(
      START,
      at(1, fire('db', 'down', labelsOf('a')), fire('db', 'down', labelsOf('b'))),
      at(900, fire('db', 'down'), fire('stranger', 'down', labelsOf('a'))),
    )
    expect(incidentsOf(engine).map(({ id }) => id)).toEqual([
      'INC-000001',
      'a-INC-000001',
      'a-INC-000002',
      'b-INC-000001',
    ])
  })

  it('tell apart what has one identity, and an end without labels finds the one that is meant', () => {
    const shared = (status: 'firing' | 'resolved', tenant: string): Deed => ({
      kind: 'items',
      source: 'prometheus',
      items: (startsAt) => [
        {
          ...report(status, 'db', 'down', { ...labelsOf(tenant), startsAt }),
          identity: { check: '5' },
          ...(status === 'resolved' ? { endsAt: Date.UTC(2026, 2, 2, 8, 1) } : {}),
        },
      ],
    })
    const firing = ({ engine }: Story): string[] =>
      [...engine.state.alerts.values()]
        .filter(({ status }) => status === 'firing')
        .map(({ scope }) => scope)
    const both = play(START, at(1, shared('firing', 'a')), at(2, shared('firing', 'b')))
    expect(firing(both)).toEqual(['a', 'b'])
    expect(
      firing(play(START, at(1, shared('firing', 'a')), at(60, shared('resolved', '')))),
    ).toEqual([])
  })

  it('are not merged by people, nor are alerts moved between them', () => {
    const story = play(
      START,
      at(1, fire('db', 'down', labelsOf('a')), fire('db', 'down', labelsOf('b'))),
      at(2, fire('db', 'slow', labelsOf('a'))),
    )
    const key = (rule: string) => story.key('db', rule)
    const refused = (deed: Deed): unknown => {
      if (deed.kind !== 'entry') throw new Error('not a command')
      return story.apply(deed.entry(story.engine.state.now, story)).result
    }
    const answer = { ok: false, reason: 'other_scope' }
    const ids = { incident: 'a-INC-000001' }
    expect(refused(command({ do: 'merge', ...ids, from: ['b-INC-000001'] }))).toMatchObject(answer)
    const move = { do: 'move', ...ids, members: [key('slow')], to: 'b-INC-000001' } as const
    expect(refused(command(move))).toMatchObject(answer)
    expectSound(story.engine)
  })

  it('know one change each, or all of them one that names none', () => {
    const deploy = (labels: Readonly<Record<string, string>>): Deed => ({
      kind: 'items',
      source: 'change',
      items: () => [
        {
          ...{
            kind: 'change',
            source: 'change',
            changeId: 'c',
            title: 'deploy',
            changeKind: 'deploy',
          },
          ...{ cis: ['db'], labels, startsAt: Date.UTC(2026, 2, 2, 8) },
        },
      ],
    })
    const seen = (labels: Readonly<Record<string, string>>): number =>
      incidentsOf(
        play(START, at(1, deploy(labels)), at(9, fire('db', 'down', labelsOf('a')))).engine,
      ).flatMap(({ changes }) => changes).length
    expect([seen({ tenant: 'a' }), seen({ tenant: 'b' }), seen({})]).toEqual([1, 0, 1])
  })
})
