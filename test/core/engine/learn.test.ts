/** What a person's correction means for later alerts: at once, bounded, taken back by undo. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { ConstraintState } from '../../../src/core/learn/constraints.ts'
import { KEEP_MS, MAX_PAIRS } from '../../../src/core/learn/constraints.ts'
import { DAY, SECOND } from '../../../src/core/time.ts'
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
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'
import { RUNS } from './streams.ts'

const ESTATE = cmdb({
  items: ['web', 'db', 'far', 'else'].map((id) => ci(id)),
  relations: [depends('web', 'db')],
})
const [A, B] = ['INC-000001', 'INC-000002'] as const
const DAY_S = DAY / SECOND

const merge = (a: string, b: string, actor = 'ada'): Deed =>
  command({ do: 'merge', incident: a, from: [b] }, actor)
const split = (incident: string, host: string, rule: string, actor = 'ada'): Deed =>
  command((story) => ({ do: 'split', incident, members: [story.key(host, rule)] }), actor)

/** Everything ends, and the incidents are over long before `second`. */
const over = (second: number, ...alerts: readonly (readonly [string, string])[]) =>
  at(second, ...alerts.map(([host, rule]) => resolve(host, rule)))

const learned = (story: Story): Readonly<ConstraintState>[] =>
  [...story.engine.state.constraints.values()].sort((a, b) => a.number - b.number)
const homeOf = (story: Story, host: string, rule: string): string | null =>
  story.alert(host, rule).incident

/** Two faults that look unrelated are merged by a person; later they come again, 20 s apart. */
const MERGED = [
  at(0, ESTATE),
  at(1, fire('web', 'w')),
  at(2, fire('far', 'f')),
  at(60, merge(A, B)),
  over(100, ['web', 'w'], ['far', 'f']),
]
const AGAIN = [at(9000, fire('web', 'w')), at(9020, fire('far', 'f'))]

/** Two neighbours that the score joins are split; later they come again, 5 s apart. */
const SPLIT = [
  at(0, ESTATE),
  at(1, fire('web', 'w')),
  at(6, fire('db', 'd')),
  at(60, split(A, 'db', 'd')),
  over(100, ['web', 'w'], ['db', 'd']),
]
const SPLIT_AGAIN = [at(9000, fire('web', 'w')), at(9005, fire('db', 'd'))]

describe('a merge', () => {
  it('lets such alerts join from then on, and says who said so', () => {
    const without = play(...MERGED.filter(({ second }) => second !== 60), ...AGAIN)
    expect(homeOf(without, 'far', 'f')).not.toBe(homeOf(without, 'web', 'w'))
    const story = play(...MERGED, ...AGAIN)
    expect(homeOf(story, 'far', 'f')).toBe(homeOf(story, 'web', 'w'))
    const { evidence } = story.alert('far', 'f')
    expect(evidence?.terms.find(({ name }) => name === 'constraint')).toEqual({
      ...{ name: 'constraint', x: 6, w: 1 },
      inputs: { constraint: 'L-1', relation: 'together', by: 'ada', at: instant(60) },
      note: 'ada said on 2026-03-02 that these belong together (L-1)',
    })
    const sum = evidence?.terms.reduce((all, { x, w }) => all + x * w, 0) ?? 0
    expect(Math.abs(sum - (evidence?.score ?? 0))).toBeLessThan(1e-9)
    expect(learned(story)).toMatchObject([{ used: 1, usedAt: instant(9020) }])
  })

  it('says so at once, in words, and says it of the two cores only', () => {
    const story = play(...MERGED)
    expect(story.decisions('constraint.learned').map(({ text, actor }) => [actor, text])).toEqual([
      ['ada', 'From now on w on web and f on far belong together'],
    ])
    const many = play(
      at(0, ESTATE),
      at(1, ...['w1', 'w2', 'w3', 'w4'].map((rule) => fire('web', rule))),
      at(2, ...['f1', 'f2', 'f3', 'f4'].map((rule) => fire('far', rule))),
      at(60, merge(A, B)),
    )
    expect(learned(many)).toHaveLength(MAX_PAIRS)
  })

  it('is of no use for alerts that are too far apart in time', () => {
    const story = play(...MERGED, at(9000, fire('web', 'w')), at(9700, fire('far', 'f')))
    expect(homeOf(story, 'far', 'f')).not.toBe(homeOf(story, 'web', 'w'))
  })
})

describe('a split', () => {
  it('keeps such alerts apart from then on, and says why in what was left out', () => {
    const without = play(...SPLIT.filter(({ second }) => second !== 60), ...SPLIT_AGAIN)
    expect(homeOf(without, 'db', 'd')).toBe(homeOf(without, 'web', 'w'))
    const story = play(...SPLIT, ...SPLIT_AGAIN)
    expect(homeOf(story, 'db', 'd')).not.toBe(homeOf(story, 'web', 'w'))
    expect(story.alert('db', 'd').evidence).toMatchObject({
      method: 'first',
      runnerUp: {
        incident: homeOf(story, 'web', 'w'),
        reason: 'ada said on 2026-03-02 that these are apart (L-1)',
      },
    })
    expect(learned(story)).toMatchObject([{ relation: 'apart', used: 1 }])
  })

  it('forbids the incident, not only the one link', () => {
    const story = play(
      ...SPLIT,
      at(9000, fire('web', 'w'), fire('web', 'other')),
      at(9005, fire('db', 'd')),
    )
    expect(homeOf(story, 'db', 'd')).not.toBe(homeOf(story, 'web', 'other'))
  })

  it('forbids it also where what was meant began long before the links that count', () => {
    const story = play(
      ...SPLIT,
      at(9000, fire('web', 'w')),
      ...[1, 2, 3, 4].map((n) => at(9000 + n * 500, fire('web', `other-${n}`))),
      at(11_005, fire('db', 'd')),
    )
    expect(homeOf(story, 'web', 'other-4')).toBe(homeOf(story, 'web', 'w'))
    expect(homeOf(story, 'db', 'd')).not.toBe(homeOf(story, 'web', 'w'))
  })

  it('says nothing of other kinds, nor of the same kind elsewhere', () => {
    const story = play(...SPLIT, at(9000, fire('web', 'w')), at(9005, fire('db', 'x')))
    expect(homeOf(story, 'db', 'x')).toBe(homeOf(story, 'web', 'w'))
  })

  it('of CIs that come and go is meant of their whole class', () => {
    const pods = cmdb({
      items: [ci('web'), ci('p-1', { class: 'pod' }), ci('p-2', { class: 'pod' })],
      relations: [depends('web', 'p-1'), depends('web', 'p-2')],
    })
    const story = play(
      at(0, pods),
      at(1, fire('web', 'w')),
      at(6, fire('p-1', 'crash')),
      at(60, split(A, 'p-1', 'crash')),
      over(100, ['web', 'w'], ['p-1', 'crash']),
      at(9000, fire('web', 'w')),
      at(9005, fire('p-2', 'crash')),
    )
    expect(learned(story)).toMatchObject([{ a: { signature: 'crash|pod', place: null } }])
    expect(homeOf(story, 'p-2', 'crash')).not.toBe(homeOf(story, 'web', 'w'))
  })
})

describe('a move', () => {
  it('does both: away from where they were, to where they went', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web', 'w')),
      at(6, fire('db', 'd')),
      at(7, fire('far', 'f')),
      at(
        60,
        command((s) => ({ do: 'move', incident: A, members: [s.key('db', 'd')], to: B })),
      ),
      over(100, ['web', 'w'], ['db', 'd'], ['far', 'f']),
      at(9000, fire('web', 'w'), fire('far', 'f')),
      at(9010, fire('db', 'd')),
    )
    expect(learned(story).map(({ relation, used }) => [relation, used])).toEqual([
      ['apart', 1],
      ['together', 1],
    ])
    expect(homeOf(story, 'db', 'd')).toBe(homeOf(story, 'far', 'f'))
  })
})

describe('of two corrections about the same', () => {
  it('the newer one counts, and the older one again when that is undone', () => {
    const corrected = [...SPLIT.slice(0, 4), at(70, merge(A, B, 'eve'))]
    const ended = over(100, ['web', 'w'], ['db', 'd'])
    const merged = play(...corrected, ended, ...SPLIT_AGAIN)
    expect(homeOf(merged, 'db', 'd')).toBe(homeOf(merged, 'web', 'w'))
    const undo = at(80, command({ do: 'undo', incident: A }))
    const undone = play(...corrected, undo, ended, ...SPLIT_AGAIN)
    expect(learned(undone)).toMatchObject([{ relation: 'apart', by: 'ada' }])
    expect(homeOf(undone, 'db', 'd')).not.toBe(homeOf(undone, 'web', 'w'))
  })
})

describe('what was learned', () => {
  it('is taken back by undoing the correction', () => {
    const story = play(...MERGED.slice(0, 4), at(70, command({ do: 'undo', incident: A })))
    expect(learned(story)).toEqual([])
    expect(story.decisions('constraint.ended')).toMatchObject([{ reason: 'undone', actor: 'ada' }])
  })

  it('is taken back by a person; the regrouping stays', () => {
    const remove = command({ do: 'constraint.remove', constraint: 'L-1' }, 'eve')
    const story = play(...MERGED.slice(0, 4), at(70, remove), at(71, remove))
    expect(learned(story)).toEqual([])
    expect(story.incident(A).memberCount).toBe(2)
    expect(story.decisions('constraint.ended')).toMatchObject([
      { reason: 'by_person', actor: 'eve' },
    ])
    expect(story.last.result).toMatchObject({ ok: false, reason: 'unknown_constraint' })
  })

  it('ends after 30 days without use, and goes on where it was of use', () => {
    const keep = KEEP_MS / SECOND
    expect(keep).toBe(30 * DAY_S)
    const unused = play(...MERGED, at(60 + keep, resolve('web', 'none')))
    expect(learned(unused)).toEqual([])
    expect(unused.decisions('constraint.ended')).toMatchObject([{ reason: 'of_no_use' }])
    const used = play(...MERGED, ...AGAIN, at(60 + keep + 1, resolve('web', 'none')))
    expect(learned(used)).toMatchObject([{ expiresAt: instant(9020 + keep) }])
    expect(learned(play(...MERGED, ...AGAIN, at(9021 + keep, resolve('web', 'none'))))).toEqual([])
  })

  it('never moves what is in an incident that somebody acknowledged', () => {
    const story = play(
      ...SPLIT,
      at(9000, fire('web', 'w'), fire('db', 'x')),
      at(9040, command({ do: 'acknowledge', incident: 'INC-000003' })),
      at(9050, fire('db', 'd')),
    )
    expect(homeOf(story, 'db', 'x')).toBe('INC-000003')
    expect(story.incident('INC-000003').memberCount).toBe(2)
    expect(homeOf(story, 'db', 'd')).toBe('INC-000004')
  })

  it('outlives a restart from a snapshot, with its deadline', () => {
    const story = play(...MERGED)
    const snapshot = beginSnapshot(story.engine, 1)
    const { add, finish } = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) add(chunk)
    const restored = finish()
    if (restored === null) throw new Error('the snapshot could not be read')
    expect(digest(restored)).toBe(digest(story.engine))
    const end = { offset: 99, entry: { kind: 'time', at: instant(60) + KEEP_MS, scope: 'default' } }
    restored.apply({ ...end, entry: { ...end.entry, kind: 'time' } })
    expect(restored.state.constraints.size).toBe(0)
  })
})

describe('a rule', () => {
  it('wins over what was learned', () => {
    const rule = {
      ...{ name: 'all', when: ['alertname="x"'], decide: 'group', by: ['alertname'] },
      window: '5m',
    }
    const again = [at(9000, fire('web', 'x')), at(9005, fire('db', 'x'))]
    const before = [
      at(0, ESTATE),
      at(1, fire('web', 'x')),
      at(6, fire('db', 'x')),
      at(60, split(A, 'db', 'x')),
      over(100, ['web', 'x'], ['db', 'x']),
    ]
    const free = play(...before, ...again)
    expect(homeOf(free, 'db', 'x')).not.toBe(homeOf(free, 'web', 'x'))
    const ruled = play(...before, at(8000, rules({ correlate: { rules: [rule] } })), ...again)
    expect(homeOf(ruled, 'db', 'x')).toBe(homeOf(ruled, 'web', 'x'))
  })
})

describe('undoing', () => {
  it('leaves nothing behind, whatever was regrouped', () => {
    const anyActs = fc.array(fc.constantFrom('merge', 'split'), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(anyActs, (acts) => {
        const story = play(at(0, ESTATE), at(1, fire('web', 'w'), fire('far', 'f')))
        let second = 60
        for (const act of acts) {
          const [first] = story.incidents()
          const id = first?.id ?? ''
          const before = learned(story).map(({ id: one }) => one)
          const deed =
            act === 'merge'
              ? { do: 'merge' as const, incident: A, from: [B] }
              : { do: 'split' as const, incident: id, members: [story.key('far', 'f')] }
          const entry = { kind: 'command', scope: 'default', actor: 'ada' } as const
          const did = story.apply({ ...entry, at: instant(second++), command: deed })
          if (did.result === null || !('incident' in did.result)) continue
          const undo = { do: 'undo' as const, incident: did.result.incident }
          story.apply({ ...entry, at: instant(second++), command: undo })
          expect(learned(story).map(({ id: one }) => one)).toEqual(before)
        }
      }),
      RUNS,
    )
  })
})
