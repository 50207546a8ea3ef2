/** What the engine keeps of corrections, and what people say of the rules that are proposed from them. */
import { describe, expect, it } from 'vitest'
import { proposed } from '../../../src/core/engine/corrections.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { Command } from '../../../src/core/entry.ts'
import { isDismissed } from '../../../src/core/learn/support.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  fire,
  instant,
  play,
  resolve,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const hosts = (n: number) => [`web${n}`, `far${n}`] as const
const ESTATE = at(
  0,
  cmdb({ items: [1, 2, 3, 4, 5, 6].flatMap((n) => hosts(n).map((id) => ci(id))), relations: [] }),
)
const home = (story: Story, host: string, rule: string): string =>
  story.alert(host, rule).incident ?? ''

const labelled = (n: number) => ({ labels: { rack: `r${n}` } })
const given = (of: (story: Story) => Command, actor = 'ada'): Deed => command(of, actor)

/** Two faults of one rack that look unrelated; a person merges them. */
const round = (n: number, actor = 'ada'): Step[] => {
  const [web, far] = hosts(n)
  const merge = given(
    (story) => ({ do: 'merge', incident: home(story, web, 'w'), from: [home(story, far, 'f')] }),
    actor,
  )
  return [
    at(n * 5000, fire(web, 'w', labelled(n)), fire(far, 'f', labelled(n))),
    at(n * 5000 + 60, merge),
    at(n * 5000 + 100, resolve(web, 'w', labelled(n)), resolve(far, 'f', labelled(n))),
  ]
}
const rounds = (n: number): Step[] => [
  ESTATE,
  ...[1, 2, 3, 4, 5, 6].slice(0, n).flatMap((one) => round(one)),
]

const open = ({ engine }: Story) => proposed(engine).filter((one) => !isDismissed(one))
const idOf = (story: Story): string => proposed(story.engine)[0]?.id ?? ''
const dismiss = (actor: string, reason?: string): Deed =>
  command(
    (story) => ({
      ...{ do: 'proposal.dismiss', proposal: idOf(story) },
      ...(reason === undefined ? {} : { reason }),
    }),
    actor,
  )
const restore = command((story) => ({ do: 'proposal.restore', proposal: idOf(story) }), 'bo')

describe('a proposal', () => {
  it('is made by the third correction alike, once, and changes nothing', () => {
    expect(open(play(...rounds(2)))).toEqual([])
    const story = play(...rounds(4))
    expect(open(story)).toMatchObject([
      { relation: 'together', weight: 4, rule: { decide: 'group', by: ['rack'] } },
    ])
    expect(story.decisions('proposal.made')).toMatchObject([
      { reason: 'together', actor: 'engine', at: instant(15_060), incident: 'INC-000005' },
    ])
    expect(story.decisions('rules.changed')).toEqual([])
    expect(home(story, 'web4', 'w')).toBe(home(story, 'far4', 'f'))
  })

  it('is none any more when a correction is undone, or what it said is taken back', () => {
    const undo = given((story) => ({ do: 'undo', incident: home(story, 'web3', 'w') }))
    const undone = play(...rounds(3), at(16_000, undo))
    expect(undone.engine.state.corrections.size).toBe(2)
    expect(open(undone)).toEqual([])
    const remove = command({ do: 'constraint.remove', constraint: 'L-2' })
    const taken = play(...rounds(3), at(16_000, remove))
    expect(taken.engine.state.corrections.size).toBe(2)
    expect(open(taken)).toEqual([])
  })

  it('is dismissed by a person, stays so, and returns when its weight has doubled', () => {
    const story = play(
      ...rounds(3),
      at(16_000, dismiss('bo', 'too wide')),
      ...round(4),
      ...round(5),
    )
    expect(open(story)).toEqual([])
    expect(proposed(story.engine)).toMatchObject([
      { declined: { by: 'bo', reason: 'too wide', weight: 3, at: instant(16_000) } },
    ])
    const grown = play(
      ...rounds(3),
      at(16_000, dismiss('bo')),
      ...[4, 5, 6].flatMap((n) => round(n)),
    )
    expect(open(grown)).toHaveLength(1)
    expect(grown.decisions('proposal.made')).toHaveLength(2)
  })

  it('is restored by a person; what is no proposal is refused', () => {
    const story = play(
      ...rounds(3),
      at(16_000, restore),
      at(16_001, dismiss('bo')),
      at(16_002, dismiss('bo')),
      at(16_003, restore),
      at(16_004, command({ do: 'proposal.dismiss', proposal: 'R-0' })),
    )
    expect(open(story)).toHaveLength(1)
    const made = ['proposal.dismissed', 'proposal.restored', 'command.refused'] as const
    expect(story.decisions(...made).map(({ action, reason }) => [action, reason])).toEqual([
      ['command.refused', 'not_dismissed'],
      ['proposal.dismissed', 'by_person'],
      ['command.refused', 'already_dismissed'],
      ['proposal.restored', 'by_person'],
      ['command.refused', 'unknown_proposal'],
    ])
  })

  it('is the same after a restart from a snapshot', () => {
    const steps = [...rounds(3), at(16_000, dismiss('bo', 'no'))]
    const story = play(...steps)
    const snapshot = beginSnapshot(story.engine, 1)
    const restoring = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restoring.add(chunk)
    const engine = restoring.finish()
    if (engine === null) throw new Error('it was not restored')
    expect(digest(engine)).toBe(digest(story.engine))
    expect(proposed(engine).map(({ rule }) => rule)).toEqual(
      proposed(story.engine).map(({ rule }) => rule),
    )
  })
})

describe('what is kept of a correction', () => {
  it('of a move is what is apart and what belongs together, under one key', () => {
    const move = given((story) => ({
      ...{ do: 'move', incident: home(story, 'web1', 'w'), to: home(story, 'far1', 'f') },
      members: [story.key('web1', 'x')],
    }))
    const story = play(
      ESTATE,
      at(1, fire('web1', 'w'), fire('web1', 'x'), fire('far1', 'f')),
      at(60, move),
    )
    const kept = [...story.engine.state.corrections.values()]
    expect(kept).toMatchObject([
      {
        ...{ id: 'INC-000002/0', kind: 'move', by: 'ada', at: instant(60) },
        ...{ incident: 'INC-000001', other: 'INC-000002' },
        said: [
          { relation: 'apart', a: { name: 'x', facts: { 'ci.id': 'web1' } }, b: { name: 'w' } },
          { relation: 'together', a: { name: 'x' }, b: { name: 'f' } },
        ],
      },
    ])
  })

  it('of a dismissal are its alerts, against it a confirmed cause, of one incident once', () => {
    const cause = (incident: string): Deed => command({ do: 'confirm_cause', incident, ci: 'web1' })
    const story = play(
      ESTATE,
      at(1, fire('web1', 'w'), fire('far1', 'f')),
      at(60, command({ do: 'dismiss', incident: 'INC-000001' })),
      at(61, cause('INC-000002'), cause('INC-000002')),
    )
    expect([...story.engine.state.corrections.values()]).toMatchObject([
      { kind: 'dismiss', said: [{ relation: 'noise', a: { name: 'w' } }] },
      { kind: 'confirm_cause', said: [{ relation: 'real', a: { name: 'f' } }] },
    ])
  })
})
