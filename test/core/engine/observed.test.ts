/** What alerts say of the world is proposed, confirmed by people or by repetition, and gives way. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ImportPlan, planImport } from '../../../src/core/cmdb/plan.ts'
import { emptyOutput } from '../../../src/core/engine/context.ts'
import { lookThrough, noteObserved } from '../../../src/core/engine/observed.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { Labels, Relation } from '../../../src/core/model.ts'
import {
  at,
  ci,
  cmdb,
  command,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'
import {
  CART,
  CONFIRM,
  DAY_S,
  HOUR_S,
  items,
  later,
  NODE,
  POD,
  RUNS,
  relations,
  say,
  table,
  times,
} from './observed-story.ts'

describe('what alerts say', () => {
  it('is proposed, with what speaks for it, and changes nothing', () => {
    const story = play(...times(3), at(4 * HOUR_S, fire('', 'Slow', { labels: POD })))
    expect(table(story)).toEqual([
      'proposed cart runs_on node-1',
      'proposed deployment cart',
      'proposed node node-1',
    ])
    const [one] = [...story.engine.state.observed.values()]
    expect(one).toMatchObject({ count: 4, rules: ['Errors', 'Slow'], sources: ['prometheus'] })
    expect(one?.times).toHaveLength(4)
    expect(items(story)).toEqual([])
    expect(story.last.alerts[0]?.binding).toBeNull()
  })

  it('is not counted where it is switched off', () => {
    const off = rules({ bind: { observe: { mode: 'off' } } })
    expect(table(play(at(0, off), ...times(2)))).toEqual([])
  })

  it('is no news where the CMDB has it, or has the name twice or retired', () => {
    const known = [
      ci('cart', { class: 'deployment' }),
      ci('node-1'),
      ci('web-1', { status: 'retired' }),
      ci('web-2'),
      ci('other', { name: 'web-2' }),
    ]
    const estate = (all: Relation[]) => at(0, cmdb({ items: known, relations: all }))
    const hosts = ['web-1', 'web-2'].map((host) => at(5, fire(host, 'Down')))
    expect(table(play(estate([]), ...times(1), ...hosts))).toEqual([`proposed ${RUNS}`])
    const tied = [{ from: 'cart', type: 'runs_on', to: 'node-1' }]
    expect(table(play(estate(tied), ...times(1)))).toEqual([])
  })

  it('is looked for by the rules in force', () => {
    const rule = { name: 'x', label: 'host', extract: '^x-(.*)$' }
    const story = play(
      at(0, cmdb({ items: [ci('web')], relations: [] }), rules({ bind: { rules: [rule] } })),
      at(5, fire('x-web', 'Down')),
      at(6, rules({ bind: {} }, 'r3')),
      at(7, fire('x-web', 'Slow')),
    )
    expect(table(story)).toEqual(['proposed host x-web'])
  })

  it('is the same after a restart', () => {
    const steps = [...times(5), at(6 * HOUR_S, say('confirm', RUNS))]
    const whole = play(at(0, CONFIRM), ...steps)
    const { next } = beginSnapshot(whole.engine, 1)
    const restored = restoreEngine()
    for (let chunk = next(); chunk !== null; chunk = next()) restored.add(chunk)
    const engine = restored.finish()
    expect(engine === null ? '' : digest(engine)).toBe(digest(whole.engine))
    expect(engine?.nextDeadline()).toBe(whole.engine.nextDeadline())
  })
})

describe('a person', () => {
  it('confirms: alerts bind to it at once, marked; a relation brings its ends', () => {
    const story = play(at(10, fire('', 'Slow', { labels: POD })), at(20, say('confirm', RUNS)))
    expect(items(story)).toEqual([`${NODE} node observed`, `${CART} deployment observed`])
    expect(relations(story)).toEqual([`${CART} runs_on ${NODE}`])
    expect(story.last.estate.items.size).toBe(2)
    const [alert] = [...story.engine.state.alerts.values()]
    expect(alert?.binding).toMatchObject({ ci: CART, rule: 'observed:kubernetes_workload' })
  })

  it('rejects: it is not proposed again, and the CMDB lets go of it', () => {
    const story = play(
      at(10, fire('', 'Slow', { labels: POD })),
      at(20, say('confirm', RUNS)),
      at(30, say('reject', 'deployment cart')),
      ...times(2, POD, ['Slow', 'Errors'], 100),
    )
    expect(items(story)).toEqual([`${NODE} node observed`, `${CART} deployment retired`])
    expect(relations(story)).toEqual([])
    expect(table(story)).toContain('rejected deployment cart')
  })

  it('takes back what people said', () => {
    const story = play(
      at(10, fire('', 'Slow', { labels: POD })),
      at(20, say('reject', 'deployment cart')),
      at(30, say('undo', 'deployment cart')),
      at(40, say('confirm', 'node node-1')),
      at(50, say('undo', 'node node-1')),
    )
    expect(table(story)).toContain('proposed deployment cart')
    expect(table(story)).toContain('proposed node node-1')
    expect(items(story)).toEqual([`${NODE} node retired`])
  })

  it('is told why not', () => {
    const none = play(at(0, command({ do: 'observed.confirm', observed: ['O-9'] })))
    expect(none.last.result).toMatchObject({ ok: false, reason: 'unknown_observation' })
    const again = play(
      at(10, fire('web-1', 'Down')),
      at(20, say('confirm', 'host web-1')),
      at(30, say('confirm', 'host web-1')),
    )
    expect(again.last.result).toMatchObject({ ok: false, reason: 'nothing_to_do' })
  })
})

describe('repetition', () => {
  it('confirms what several alerts say at several times, and only then', () => {
    expect(items(play(at(0, CONFIRM), ...times(4), ...later(5 * HOUR_S)))).toEqual([])
    expect(items(play(at(0, CONFIRM), ...times(9, POD, ['Slow']), ...later(DAY_S)))).toEqual([])
    expect(items(play(...times(9), ...later(DAY_S)))).toEqual([])
    const story = play(at(0, CONFIRM), ...times(5), ...later(6 * HOUR_S))
    expect(items(story)).toEqual([`${NODE} node observed`, `${CART} deployment observed`])
    expect(relations(story)).toEqual([`${CART} runs_on ${NODE}`])
  })

  it('counts an hour once, whatever a tool claims of its times', () => {
    const flood = Array.from({ length: 40 }, (_, n) =>
      at(10 + n, fire('web-1', `Rule ${n}`, { startsAt: -n * DAY_S })),
    )
    expect(items(play(at(0, CONFIRM), ...flood, ...later(6 * HOUR_S)))).toEqual([])
  })

  it('never takes a group over by itself', () => {
    const labels = { host: 'db-1', hostgroup: 'Linux' }
    const story = play(at(0, CONFIRM), ...times(9, labels), ...later(DAY_S))
    expect(items(story)).toEqual(['observed/host:db-1 host observed'])
  })

  it('leaves room for what people confirm', () => {
    const { state, ix } = play(at(0, CONFIRM)).engine
    const ctx = { state, ix, explains: false, out: emptyOutput() }
    for (let n = 0; n < 5; n++) {
      state.now += HOUR_S * 1000
      for (let host = 0; host < 1100; host++)
        noteObserved(
          ctx,
          { labels: { host: `h-${host}` }, rule: `Down ${n}`, source: 'prometheus' },
          { scope: 'default', alert: 'a' },
        )
    }
    lookThrough(ctx, { at: state.observeAt ?? 0 })
    const confirmed = [...state.observed.values()].filter(({ status }) => status === 'confirmed')
    expect(confirmed).toHaveLength(1000)
  })

  it('lets go of what it confirmed after a person took a rejection back, too', () => {
    const story = play(
      at(0, CONFIRM),
      ...times(5, { host: 'web-1' }),
      at(6 * HOUR_S, say('reject', 'host web-1')),
      at(3 * DAY_S, say('undo', 'host web-1')),
      at(3 * DAY_S + 1, {
        kind: 'check',
        check: (told) => expect(table(told)).toEqual(['confirmed host web-1']),
      }),
      ...later(30 * DAY_S),
    )
    expect(table(story)).toEqual([])
  })

  it('lets go of what nobody says any more; what a person confirmed stays', () => {
    const story = play(
      at(0, CONFIRM),
      ...times(5),
      at(6 * HOUR_S, say('confirm', 'node node-1')),
      ...later(30 * DAY_S),
    )
    expect(items(story)).toEqual([`${NODE} node observed`, `${CART} deployment retired`])
    expect(table(story)).toEqual(['confirmed node node-1'])
    expect(table(play(...times(3), ...later(16 * DAY_S)))).toEqual([])
  })
})

describe('an authoritative CMDB', () => {
  const confirmed = [at(10, fire('', 'Slow', { labels: POD })), at(20, say('confirm', RUNS))]

  it.each([
    ['by its name', { key: 'd1', class: 'server', name: 'node-1', aliases: [], labels: {} }],
    [
      'by its full name',
      { key: 'd2', class: 'vm', name: 'x', aliases: ['node-1.eu.example'], labels: {} },
    ],
  ])('is found to speak of the observed CI by an import: %s', (_name, item) => {
    const story = play(...confirmed)
    const asked = { source: 'netbox', rank: 100, keysAreIds: false, relations: [], bad: [] }
    const plan = planOf(story, { ...asked, items: [item] })
    expect(plan.records).toMatchObject([{ ci: NODE, retired: false }])
    story.apply({
      ...{ kind: 'cmdb', at: story.engine.state.now, scope: 'default', import: 'i1', part: 0 },
      ...{ source: 'netbox', rank: 100, format: 'csv', actor: 'ada', records: plan.records },
      ...{ link: [], unlink: [], end: { counts: plan.counts, diff: plan.diff, undoes: null } },
    })
    expect(items(story)).toEqual([
      `${NODE} ${item.class} operational`,
      `${CART} deployment observed`,
    ])
    expect(relations(story)).toEqual([`${CART} runs_on ${NODE}`])
  })

  it('is told apart from what alerts say in the evidence of a link', () => {
    const file = cmdb({ items: [ci('cart', { class: 'deployment' }), ci('node-1')], relations: [] })
    const story = play(
      at(0, file),
      ...times(1),
      at(20, say('confirm', RUNS)),
      at(HOUR_S, fire('', 'Slow', { labels: POD }), fire('node-1', 'Down')),
    )
    const alert = story.alert('node-1', 'Down')
    expect(alert.evidence?.terms.find(({ name }) => name === 'topology')?.note).toBe(
      'node-1 and cart are 1 hop apart (host); that node-1 and cart are related only alerts tell',
    )
  })

  it('keeps a relation that it states, too, whatever becomes of the observed one', () => {
    const known = [ci('cart', { class: 'deployment' }), ci('node-1')]
    const tied = [{ from: 'cart', type: 'runs_on', to: 'node-1' }]
    for (const mode of ['replace', 'upsert'] as const) {
      const story = play(
        at(0, cmdb({ items: known, relations: [] })),
        ...times(1),
        at(100, say('confirm', RUNS)),
        at(110, cmdb({ items: known, relations: tied }, { version: 't2', mode })),
        at(120, say('reject', RUNS)),
      )
      expect(relations(story)).toEqual([RUNS])
    }
  })

  it('takes an observed CI over: no second one, and its relations go with it', () => {
    const file = cmdb({
      items: [ci('n1', { name: 'node-1', class: 'server' }), ci('web')],
      relations: [],
    })
    const story = play(...confirmed, at(30, file))
    expect(items(story)).toEqual([
      'n1 server operational',
      `${NODE} node retired`,
      `${CART} deployment observed`,
      'web host operational',
    ])
    expect(relations(story)).toEqual([`${CART} runs_on n1`])
  })
})

function planOf(story: Story, asked: Parameters<typeof planImport>[1]): ImportPlan {
  const steps = planImport(story.engine.state, asked)
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

describe('whatever tools post', () => {
  const anyLabels = fc.record(
    {
      pod: fc.constantFrom('cart-7d9f8b6c5d-x2x4z', 'cart-7d9f8b6c5d-zzzzz', 'db-0', 'odd'),
      node: fc.constantFrom('node-1', 'node-2'),
      host: fc.constantFrom('web-1', 'known'),
      service: fc.constantFrom('shop', 'known'),
      cluster: fc.constantFrom('eu', 'us'),
    },
    { requiredKeys: [] },
  )
  const anySteps = fc.array(fc.tuple(anyLabels, fc.constantFrom('A', 'B', 'C')), { maxLength: 30 })
  const known = cmdb({ items: [ci('known'), ci('gone', { status: 'retired' })], relations: [] })
  const posted = (all: readonly (readonly [Labels, string])[], gap = HOUR_S): Step[] =>
    all.flatMap(([labels, rule], n) => [
      at(10 + n * gap, fire('', rule, { labels })),
      at(11 + n * gap, resolve('', rule, { labels })),
    ])

  it('never makes what the CMDB knows another CI, and what is in it is found by its own name', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const story = play(at(0, known, CONFIRM), ...posted(steps), ...later(40 * HOUR_S))
        const all = [...story.engine.state.topology.items.values()]
        expect(all.filter(({ name }) => name === 'known')).toHaveLength(1)
        const names = all
          .filter(({ status }) => status === 'observed')
          .map((one) => JSON.stringify([one.class, one.name, one.labels]))
        expect(new Set(names).size).toBe(names.length)
      }),
      { numRuns: 25 },
    )
  })

  it('counts the same in any order within an hour, and a repeat not at all', () => {
    const said = (story: Story): string[] =>
      [...story.engine.state.observed.values()]
        .map(({ key, count, times: hours, rules: names }) =>
          JSON.stringify([key, count, hours, names]),
        )
        .sort()
    fc.assert(
      fc.property(
        anySteps.chain((steps) =>
          fc.tuple(
            fc.constant(steps),
            fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length }),
          ),
        ),
        ([steps, shuffled]) => {
          const distinct = (all: typeof steps) => [
            ...new Map(all.map((one) => [JSON.stringify(one), one])).values(),
          ]
          const once = play(...posted(distinct(steps), 60))
          expect(said(play(...posted(distinct(shuffled), 60)))).toEqual(said(once))
          const twice = posted(distinct(steps), 60).flatMap((step) => [step, step])
          expect(said(play(...twice))).toEqual(said(once))
        },
      ),
      { numRuns: 25 },
    )
  })

  it('stays within its bounds, and who posts what is new pushes out its own', () => {
    const story = play(...times(2), at(3 * HOUR_S, fire('web-1', 'Down', { source: 'zabbix' })))
    const { state, ix } = story.engine
    const ctx = { state, ix, explains: false, out: emptyOutput() }
    for (let n = 0; n < 6000; n++)
      noteObserved(
        ctx,
        { labels: { host: `h-${n}` }, rule: `Down ${n}`, source: 'prometheus' },
        { scope: 'default', alert: `a.${n}` },
      )
    expect(story.engine.state.observed.size).toBeLessThanOrEqual(2400)
    const kept = table(story)
    expect(kept).toContain(`proposed ${RUNS}`)
    expect(kept).toContain('proposed host web-1')
    expect(items(story)).toEqual([])
  })

  it('of pods with random names makes nothing at all', () => {
    const hash = (n: number): string =>
      ((n * 2_654_435_761) % 4_294_967_296).toString(16).padStart(8, '0')
    const flood = Array.from({ length: 200 }, (_, n) =>
      at(
        n * 60,
        fire('', 'Down', { labels: { pod: `job-${hash(n)}-x2x4z`, host: `vm-${hash(n)}` } }),
      ),
    )
    expect(table(play(...flood)).filter((one) => !one.endsWith(' job'))).toEqual([])
  })
})
