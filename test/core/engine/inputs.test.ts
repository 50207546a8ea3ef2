/** New versions of the CMDB, the rules and the articles. */
import { describe, expect, it } from 'vitest'
import type { Article } from '../../../src/core/model.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  depends,
  fire,
  instant,
  play,
  resolve,
  rules,
} from '../../support/engine.ts'
import { check, expectAlert, expectDecided, expectIncident } from '../../support/engine-expect.ts'
import { expectSound } from './invariants.ts'

const NONE = cmdb({ items: [], relations: [] })
const sound = check(({ engine }) => expectSound(engine))

describe('a new CMDB version', () => {
  it('binds what was unbound, as a recorded decision', () => {
    play(
      at(1, fire('web-1', 'down')),
      at(10, expectAlert('web-1', 'down', { binding: null, locus: '~host=web-1' })),
      at(20, cmdb({ items: [ci('web-1')], relations: [] })),
      at(20, expectDecided('topology.changed', 'alert.rebound')),
      at(
        20,
        expectAlert('web-1', 'down', ({ binding, locus }) =>
          expect([binding?.ci, locus]).toEqual(['web-1', 'web-1']),
        ),
      ),
      at(20, sound),
    )
  })

  it('leaves what is bound where it is, even if another CI would fit better now', () => {
    play(
      at(0, cmdb({ items: [ci('shop', { class: 'service' })], relations: [] })),
      at(1, fire('web-1', 'down', { labels: { service: 'shop' } })),
      at(20, cmdb({ items: [ci('shop'), ci('web-1')], relations: [] })),
      at(
        20,
        expectAlert('web-1', 'down', ({ binding }) => expect(binding?.ci).toBe('shop')),
      ),
      at(20, expectDecided('topology.changed')),
    )
  })

  it.each<[string, Deed]>([
    ['retired', cmdb({ items: [ci('web-1', { status: 'retired' })], relations: [] })],
    ['gone', NONE],
  ])('unbinds an alert whose CI is %s', (_name, deed) => {
    play(
      at(0, cmdb({ items: [ci('web-1')], relations: [] })),
      at(1, fire('web-1', 'down')),
      at(20, deed),
      at(20, expectDecided('topology.changed', 'alert.rebound')),
      at(20, expectAlert('web-1', 'down', { binding: null, locus: '~host=web-1' })),
      at(20, expectIncident({ alerts: 1, firing: 1 }), sound),
    )
  })

  it('moves no alert out of its incident', () => {
    const story = play(
      at(0, cmdb({ items: [ci('web-1'), ci('web-2')], relations: [depends('web-1', 'web-2')] })),
      at(1, fire('web-1', 'down'), fire('web-2', 'down')),
      at(30, command({ do: 'acknowledge', incident: 'INC-000001' })),
      at(40, NONE),
      at(40, expectIncident({ alerts: 2 }), sound),
    )
    expect(story.decisions('alert.moved')).toEqual([])
  })

  it('that is added to the one before keeps what it does not name', () => {
    const story = play(
      at(0, cmdb({ items: [ci('a'), ci('b')], relations: [depends('a', 'b')] })),
      at(
        1,
        cmdb(
          {
            items: [ci('b', { name: 'new' }), ci('c')],
            relations: [depends('b', 'c'), depends('a', 'b')],
          },
          { mode: 'upsert', version: 't2' },
        ),
      ),
    )
    const { topology } = story.engine.state
    expect([...topology.items.values()].map(({ id, name }) => `${id} ${name}`)).toEqual([
      'a a',
      'b new',
      'c c',
    ])
    expect(topology.relations).toHaveLength(2)
    expect(topology.version).toBe('t2')
  })

  it('is used for alerts that come after it, and named with their decisions', () => {
    play(
      at(
        0,
        cmdb(
          { items: [ci('web-1'), ci('db-1')], relations: [depends('web-1', 'db-1')] },
          { version: 't7' },
        ),
      ),
      at(1, fire('web-1', 'down')),
      at(
        2,
        fire('db-1', 'down'),
        expectAlert('db-1', 'down', ({ evidence }) =>
          expect(evidence).toMatchObject({
            method: 'score',
            versions: { rules: 'default', topology: 't7' },
          }),
        ),
      ),
    )
  })
})

describe('new rules', () => {
  it('that were accepted before hours had to have names of their own still hold, by the first ones', () => {
    const night = { name: 'night', windows: [{ from: '08:00', to: '09:00' }] }
    const day = { name: 'night', windows: [{ from: '10:00', to: '11:00' }] }
    const muting = { name: 'backup', when: ['host="web-1"'], during: ['night'], reason: 'backups' }
    const story = play(
      at(0, cmdb({ items: [ci('web-1')], relations: [] })),
      at(1, {
        kind: 'entry',
        entry: (now) => ({
          ...{ kind: 'rules', at: now, scope: 'default', version: 'old' },
          packs: {
            route: { hours: [night, day] },
            suppress: { hours: [night, day], rules: [muting] },
          },
        }),
      }),
      at(10, fire('web-1', 'down')),
      // stories begin at 08:00
      at(
        11,
        expectAlert('web-1', 'down', ({ suppressedBy }) => expect(suppressedBy?.id).toBe('backup')),
      ),
      at(
        2.5 * 3600,
        expectAlert('web-1', 'down', ({ suppressedBy }) => expect(suppressedBy).toBeNull()),
      ),
    )
    expect(story.decisions('command.refused')).toEqual([])
    expect(story.decisions('rules.changed').at(-1)?.text).toBe(
      'Rules old are in force; of hours that are twice in route and suppress, the first ones count',
    )
    expect(story.engine.state.rules.route.hours).toHaveLength(1)
  })

  it('are in force from their entry on', () => {
    play(
      at(0, rules({ lifecycle: { open_severity: 'critical' } }, 'r7')),
      at(1, fire('web-1', 'down', { severity: 'error' })),
      at(60, expectIncident({ status: 'provisional' })),
      at(
        60,
        check(({ engine }) => expect(engine.state.rulesVersion).toBe('r7')),
      ),
    )
  })

  it.each<[string, unknown]>([
    ['broken', { lifecycle: { open_wait: 'soon' } }],
    ['no map at all', 'nonsense'],
  ])('that are %s change nothing', (_name, packs) => {
    const entry = { kind: 'rules', scope: 'default', version: 'r8', packs } as const
    const deed: Deed = { kind: 'entry', entry: (when) => ({ ...entry, at: when }) }
    const story = play(at(0, rules({ dedup: { grace: '1m' } }, 'r7')), at(1, deed))
    expect(story.engine.state.rulesVersion).toBe('r7')
    expect(story.engine.state.rules.dedup.grace).toBe(60_000)
    expect(story.decisions('command.refused')).toMatchObject([{ reason: 'rules_invalid' }])
  })
})

describe('articles', () => {
  const article = (id: string): Article => ({
    id,
    title: `What to do when ${id}`,
    alertnames: [id],
    classes: [],
    services: [],
    tags: [],
    body: `Restart what is ${id}.`,
  })
  const articles = (mode: 'replace' | 'upsert', ...ids: string[]): Deed => ({
    kind: 'entry',
    entry: (when) => ({
      kind: 'articles',
      at: when,
      scope: 'default',
      version: `v${ids.length}`,
      mode,
      articles: ids.map(article),
    }),
  })

  it('are suggested once people are told', () => {
    const story = play(
      at(0, articles('replace', 'down', 'slow')),
      at(1, fire('web-1', 'down')),
      at(30, expectIncident({ notifiedAt: 21 })),
    )
    expect(story.incident().articles[0]?.id).toBe('down')
  })

  it('are replaced or added to', () => {
    const idsAfter = (mode: 'replace' | 'upsert') => [
      ...play(
        at(0, articles('replace', 'a', 'b')),
        at(1, articles(mode, 'c')),
      ).engine.state.articles.keys(),
    ]
    expect(idsAfter('replace')).toEqual(['c'])
    expect(idsAfter('upsert')).toEqual(['a', 'b', 'c'])
  })
})

describe('an article that was made from a version', () => {
  const write = (body: string, ifRevision?: number): Deed => ({
    kind: 'entry',
    entry: (when) => ({
      ...{ kind: 'articles', at: when, scope: 'default', version: body, mode: 'upsert' },
      articles: [
        { id: 'a', title: 'A', alertnames: [], classes: [], services: [], tags: [], body },
      ],
      ...(ifRevision === undefined ? {} : { ifRevision, actor: 'ann' }),
    }),
  })

  it.each([
    ['is taken where that is the newest', [write('1', 0), write('2', 1)], '2', 0],
    ['is refused where another one was ordered before it', [write('1'), write('2', 0)], '1', 1],
    ['is refused where it was changed since', [write('1'), write('2'), write('3', 1)], '2', 1],
    ['is taken without one', [write('1'), write('2')], '2', 0],
  ] as const)('%s', (_name, deeds, body, refused) => {
    const story = play(...deeds.map((deed, second) => at(second, deed)))
    expect(story.engine.state.articles.get('a')?.body).toBe(body)
    expect(story.engine.state.articlesVersion).toBe(body)
    const refusals = story.decisions('command.refused')
    expect(refusals).toHaveLength(refused)
    for (const { reason, actor } of refusals)
      expect([reason, actor]).toEqual(['another_revision', 'ann'])
  })
})

describe('similar incidents', () => {
  it('are found among those that were resolved', () => {
    const story = play(
      at(0, cmdb({ items: [ci('web-1')], relations: [] })),
      at(1, fire('web-1', 'down')),
      at(100, resolve('web-1', 'down')),
      at(1000, fire('web-1', 'down')),
      at(1100, expectIncident({ id: 'INC-000002', status: 'open' })),
    )
    expect(story.incident('INC-000002').similar.map(({ incident }) => incident)).toEqual([
      'INC-000001',
    ])
  })

  it('tell that it is the same fault with the same cause, what ended it, when, how long and by whom', () => {
    const force = { do: 'resolve', incident: 'INC-000001', force: true } as const
    const story = play(
      at(0, cmdb({ items: [ci('web-1')], relations: [] })),
      at(1, fire('web-1', 'down')),
      at(50, command({ do: 'confirm_cause', incident: 'INC-000001', ci: 'web-1' })),
      at(61, command({ ...force, resolution: 'restarted it' }, 'ann')),
      at(100, resolve('web-1', 'down')),
      at(1000, fire('web-1', 'down')),
      at(1100, command({ do: 'confirm_cause', incident: 'INC-000002', ci: 'web-1' })),
      at(1110, fire('web-1', 'slow')),
      at(1200, expectIncident({ id: 'INC-000002', status: 'open' })),
    )
    const [found] = story.incident('INC-000002').similar
    expect(found).toMatchObject({
      ...{ incident: 'INC-000001', resolution: 'restarted it', by: 'ann' },
      ...{ closedAt: instant(61), tookMs: 60_000 },
    })
    const terms = (found?.terms ?? []).map(({ name }) => name)
    expect(terms).toEqual(expect.arrayContaining(['signature', 'ci', 'cause', 'family']))
  })
})
