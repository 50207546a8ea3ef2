/** Weights that people's corrections speak for: proposed, accepted for what begins from then on, undone. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proposedWeights } from '../../../src/core/engine/corrections.ts'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { weightsInForce } from '../../../src/core/engine/weights.ts'
import { isDismissed } from '../../../src/core/learn/support.ts'
import {
  at,
  command,
  type Deed,
  fire,
  instant,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const ROUND = 12_000
/** Of two alerts of a namespace that are no incident by the shipped weights, but nearly. */
const APART = 575

const labels = (n: number, tenant?: string) => ({
  labels: { namespace: `n${n}`, ...(tenant === undefined ? {} : { tenant }) },
})
const home = (story: Story, n: number, rule: string): string =>
  story.alert(`${rule}${n}`, rule).incident ?? ''

/** Two alerts of one fault that the score leaves apart; a person merges them. */
function round(n: number, actor: string, tenant?: string): Step[] {
  const [begin, options] = [n * ROUND, labels(n, tenant)]
  const merge = command(
    (story) => ({ do: 'merge', incident: home(story, n, 'a'), from: [home(story, n, 'b')] }),
    actor,
  )
  return [
    at(begin, fire(`a${n}`, 'a', options)),
    at(begin + APART, fire(`b${n}`, 'b', options)),
    at(begin + APART + 60, merge),
    at(begin + APART + 90, resolve(`a${n}`, 'a', options), resolve(`b${n}`, 'b', options)),
  ]
}
const PEOPLE = ['ada', 'bo', 'cy', 'ada'] as const
/** How often alerts come near by is known by the first round. */
const START = at(1, fire('z', 'z'))
const rounds = (n: number, tenant?: string): Step[] => [START, ...some(n, tenant)]
const some = (n: number, tenant?: string): Step[] =>
  PEOPLE.slice(0, n).flatMap((actor, index) => round(index + 1, actor, tenant))
/** The same once more, and nobody corrects it. */
const pair = (n: number, tenant?: string): Step[] => [
  at(n * ROUND, fire(`a${n}`, 'a', labels(n, tenant))),
  at(n * ROUND + APART, fire(`b${n}`, 'b', labels(n, tenant))),
]
const isOne = (story: Story, n: number): boolean => home(story, n, 'a') === home(story, n, 'b')

const accept: Deed = command((story) => {
  const [one] = proposedWeights(story.engine)
  if (one === undefined) throw new Error('nothing is proposed')
  const { id: proposal, scope, changes } = one
  return { do: 'weights.accept', proposal, scope, changes }
}, 'di')
const undo = (version = 'W-1'): Deed => command({ do: 'weights.undo', version }, 'ed')
const LATER = 4 * ROUND - 1000

describe('a change of weights', () => {
  it('is proposed by the third incident alike, and changes nothing', () => {
    expect(proposedWeights(play(...rounds(2)).engine)).toEqual([])
    const story = play(...rounds(3), ...pair(5))
    const [one, ...more] = proposedWeights(story.engine)
    expect(more).toEqual([])
    expect(one).toMatchObject({
      ...{ scope: 'default', version: null, weight: 3, incidents: 3, against: [], declined: null },
      links: { of: 3, before: 0, after: 3 },
      text: expect.stringMatching(/ counts? \d+ % (more|less)/),
    })
    expect(story.decisions('proposal.made')).toMatchObject([
      { reason: 'together' },
      { reason: 'weights', at: instant(3 * ROUND + APART + 60) },
    ])
    expect(isOne(story, 5)).toBe(false)
  })

  it('is none any more when a correction is undone, or what it said is taken back', () => {
    const back = command((story) => ({ do: 'undo', incident: home(story, 3, 'a') }))
    expect(proposedWeights(play(...rounds(3), at(LATER, back)).engine)).toEqual([])
    const remove = command({ do: 'constraint.remove', constraint: 'L-2' })
    expect(proposedWeights(play(...rounds(3), at(LATER, remove)).engine)).toEqual([])
  })

  it('is accepted for what begins from then on, and the evidence says so', () => {
    const story = play(...rounds(3), at(LATER, accept), ...pair(5))
    expect(story.decisions('weights.accepted')).toMatchObject([{ actor: 'di', at: instant(LATER) }])
    expect(isOne(story, 5)).toBe(true)
    const { evidence } = story.alert('b5', 'b')
    expect(evidence?.versions.weights).toBe('W-1')
    const inForce = weightsInForce(story.engine, 'default')
    for (const { name, w } of evidence?.terms ?? [])
      expect(w).toBe(new Map<string, number>(Object.entries(inForce)).get(name))
    expect(story.alert('b3', 'b').evidence?.versions.weights).toBeUndefined()
    expect(proposedWeights(story.engine)).toEqual([])
  })

  it('never touches an incident that began before', () => {
    const [first, second] = pair(5)
    const middle = at(5 * ROUND + 100, accept)
    const story = play(...rounds(3), ...[first, middle, second].filter((one) => one !== undefined))
    expect(isOne(story, 5)).toBe(false)
    expect(story.alert('b5', 'b').evidence?.versions.weights).toBe('W-1')
  })

  it('is undone: what begins then has the weights of before, what is open keeps them', () => {
    const [first, second] = pair(5)
    const kept = play(
      ...rounds(3),
      at(LATER, accept),
      ...[first, at(5 * ROUND + 100, undo()), second].filter((one) => one !== undefined),
    )
    expect(isOne(kept, 5)).toBe(true)
    const story = play(...rounds(3), at(LATER, accept), at(LATER + 1, undo()), ...pair(5))
    expect(isOne(story, 5)).toBe(false)
    expect(story.decisions('weights.undone')).toMatchObject([{ actor: 'ed' }])
    // it is proposed again: nothing speaks against it
    expect(proposedWeights(story.engine)).toHaveLength(1)
  })

  it('gives way to what somebody writes into the rules since', () => {
    const story = play(...rounds(3), at(LATER, accept))
    const [changed] = story.engine.state.weights.get('default')?.versions.at(-1)?.changes ?? []
    if (changed === undefined) throw new Error('nothing was accepted')
    const written = rules({ correlate: { weights: { [changed.term]: 0.7 } } })
    const after = play(...rounds(3), at(LATER, accept), at(LATER + 1, written))
    expect(weightsInForce(after.engine, 'default')[changed.term]).toBe(0.7)
    const again = play(
      ...rounds(3),
      ...[at(LATER, accept), at(LATER + 1, written), at(LATER + 2, rules({}))],
    )
    expect(weightsInForce(again.engine, 'default')[changed.term]).toBe(changed.to)
  })

  it('is refused beyond its bounds, twice, and of what is not in force', () => {
    const give = (term: string, from: number, to: number): Deed =>
      command({
        ...{ do: 'weights.accept', proposal: 'R-0', scope: 'default' },
        changes: [{ term, from, to }],
      })
    const story = play(
      ...rounds(3),
      at(LATER, give('labels', 1, 3), give('burst', 1, 1.05), give('ended', 0.9, 1)),
      at(LATER + 1, give('ended', 1, -1), give('ended', 1, 1.05), give('ended', 1, 1.05)),
      at(LATER + 2, undo('W-9'), undo(), undo()),
    )
    expect(story.decisions('command.refused').map(({ reason }) => reason)).toEqual([
      ...['out_of_bounds', 'unknown_weight', 'not_in_force', 'out_of_bounds'],
      ...['not_in_force', 'not_in_force', 'not_in_force'],
    ])
    expect(weightsInForce(story.engine, 'default').ended).toBe(1)
  })

  it('is dismissed, stays so, and returns when twice as much speaks for it', () => {
    const dismiss = command(
      (story) => ({ do: 'proposal.dismiss', proposal: proposedWeights(story.engine)[0]?.id ?? '' }),
      'bo',
    )
    const story = play(...rounds(3), at(LATER, dismiss), ...round(4, 'ada'))
    const [one] = proposedWeights(story.engine)
    expect(one).toMatchObject({ declined: { by: 'bo', weight: 3 } })
    expect(one === undefined || isDismissed(one)).toBe(true)
  })

  it('of one tenant is none of another', () => {
    const scoped = at(0, rules({ correlate: { scope: ['tenant'] } }))
    const story = play(scoped, ...rounds(3, 'x'), at(LATER, accept), ...pair(5, 'x'))
    const other = play(scoped, ...rounds(3, 'x'), at(LATER, accept), ...pair(5, 'y'))
    expect(story.engine.state.weights.get('x')?.versions.map(({ id }) => id)).toEqual(['x/W-1'])
    expect([isOne(story, 5), isOne(other, 5)]).toEqual([true, false])
    expect(proposedWeights(story.engine)).toEqual([])
  })

  it('is the same after a restart from a snapshot, whenever that was', () => {
    const steps = [...rounds(3), at(LATER, accept), at(LATER + 5, fire('z', 'z'))]
    const story = play(...steps)
    const snapshot = beginSnapshot(story.engine, 1)
    const restoring = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restoring.add(chunk)
    const engine = restoring.finish()
    if (engine === null) throw new Error('it was not restored')
    expect(digest(engine)).toBe(digest(story.engine))
    expect(weightsInForce(engine, 'default')).toEqual(weightsInForce(story.engine, 'default'))
    expect(digest(play(...steps).engine)).toBe(digest(story.engine))
  })
})

/** Alerts in a few namespaces at any time, with or without other weights accepted at some moment. */
const anyAlerts = fc.array(
  fc.record({ host: fc.nat(5), rule: fc.constantFrom('p', 'q'), gap: fc.nat(700) }),
  { minLength: 2, maxLength: 16 },
)

describe('whatever comes', () => {
  it('each incident is scored by the weights that it began with', () => {
    fc.assert(
      fc.property(anyAlerts, fc.nat(15), (alerts, when) => {
        let second = LATER + 10
        const steps = alerts.flatMap(({ host, rule, gap }, index): Step[] => {
          second += gap
          const named = fire(`h${host}`, `${rule}${index}`, labels(host % 2))
          return [...(index === when ? [at(second, accept)] : []), at(second, named)]
        })
        const { engine } = play(...rounds(3), ...steps)
        const began = engine.state.weights.get('default')?.versions[0]
        for (const { evidence, incident: id } of engine.state.alerts.values()) {
          const incident = engine.state.incidents.get(id ?? '')
          if (evidence?.method !== 'score' || incident === undefined) continue
          expect(evidence.versions.weights ?? null).toBe(incident.weights)
          const isLater = began !== undefined && incident.provisionalAt >= began.at
          if (!isLater) expect(incident.weights).toBeNull()
        }
      }),
      { numRuns: 15 },
    )
  })
})
