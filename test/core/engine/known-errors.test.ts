/** Workarounds of problems as articles: written, suggested where they help, and taken back. */
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { ProblemCommand } from '../../../src/core/entry.ts'
import type { Article } from '../../../src/core/model.ts'
import {
  at,
  ci,
  cmdb,
  command,
  type Deed,
  fire,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const DAY = 86_400
const WEEK = 7 * DAY
const PRB = 'PRB-000001'
const ID = `known-errors/${PRB}`

const full = (second: number, host: string, labels = {}): Step[] => [
  at(second, fire(host, 'disk full', { severity: 'error', labels })),
  at(second + 600, resolve(host, 'disk full', { severity: 'error', labels })),
]
const fiveOf = (host: string, labels = {}): Step[] =>
  [0, 1, 2, 3, 4].flatMap((n) => full(DAY + n * WEEK, host, labels))
const time = (second: number): Step => at(second, { kind: 'check', check: () => undefined })
const HOSTS = cmdb({ items: ['db-1', 'web-1'].map((id) => ci(id)), relations: [] })

/** Five weeks of a full disk on db-1, and the look of the night after. */
const FIVE = [at(0, HOSTS), ...fiveOf('db-1'), time(30 * DAY)]
const act = (second: number, what: ProblemCommand): Step => at(second, command(what, 'eve'))
const says = (text: string | null): ProblemCommand => ({
  ...{ do: 'problem.workaround', problem: PRB },
  text,
})
/** It comes once more, and is looked at. */
const again = (second: number, host = 'db-1', labels = {}): Step[] => [
  at(second, fire(host, 'disk full', { severity: 'error', labels })),
  time(second + 300),
]
const write = (article: Partial<Article> & Pick<Article, 'id'>, source = 'people'): Deed => ({
  kind: 'entry',
  entry: (now) => ({
    ...{ kind: 'articles', at: now, scope: 'default', version: `${now}`, mode: 'replace', source },
    articles: [
      {
        ...{ title: article.id, alertnames: [], classes: [], services: [], tags: [] },
        ...{ body: 'nothing', ...article },
      },
    ],
  }),
})

const articleOf = (story: Story, id = ID): Article | undefined =>
  story.engine.state.articles.get(id)
const revisionOf = (story: Story): number | undefined =>
  story.engine.state.articleMarks.get(ID)?.revision
const suggestedAt = (story: Story): readonly string[] =>
  [...story.engine.state.incidents.values()].flatMap(({ status, articles }) =>
    status === 'open' ? articles.map(({ id, how }) => `${how} ${id}`) : [],
  )

describe('a workaround', () => {
  it('is an article of its problem, in its words and its names', () => {
    const story = play(
      ...FIVE,
      act(31 * DAY, says('Empty `/tmp`.')),
      act(31 * DAY, { do: 'problem.assign', problem: PRB, to: 'storage team' }),
    )
    expect(articleOf(story)).toEqual({
      ...{ id: ID, title: 'Known error: disk full on db-1, Tuesdays 08:00 UTC' },
      ...{ alertnames: ['disk full'], classes: ['host'], services: [], tags: ['known error'] },
      ...{ body: 'Empty `/tmp`.', source: 'problems', owner: 'storage team' },
    })
    const told = story.decisions('articles.changed').at(-1)
    expect(told).toMatchObject({ actor: 'eve', problem: PRB, reason: 'known_error' })
  })

  it('is suggested at the next incident of the problem, after what its rule links to', () => {
    const story = play(
      at(0, HOSTS, write({ id: 'disks', alertnames: ['disk full'], body: 'The disk is full.' })),
      ...FIVE.slice(1),
      act(31 * DAY, says('Empty `/tmp`.\n\nThen tell storage.')),
      ...again(40 * DAY),
    )
    expect(suggestedAt(story)).toEqual([`known_error ${ID}`, 'match disks'])
    const open = [...story.engine.state.incidents.values()].find(({ status }) => status === 'open')
    const [first] = open?.articles ?? []
    expect(first?.passage).toBe('Empty /tmp.')
    expect(first?.terms.reduce((sum, { x, w }) => sum + x * w, 0)).toBe(first?.score)
    const linked = play(
      at(0, HOSTS, write({ id: 'disks', body: 'The disk is full.' })),
      ...FIVE.slice(1),
      act(31 * DAY, says('Empty /tmp.')),
      at(
        40 * DAY,
        fire('db-1', 'disk full', {
          severity: 'error',
          annotations: { runbook_url: 'https://wiki/disks' },
        }),
      ),
      time(40 * DAY + 300),
    )
    expect(suggestedAt(linked)).toEqual(['linked disks', `known_error ${ID}`])
  })

  it('is not suggested at what is not of the problem', () => {
    const story = play(...FIVE, act(31 * DAY, says('Empty /tmp.')), ...again(40 * DAY, 'web-1'))
    expect(suggestedAt(story)).toEqual([])
  })

  it('has a version for each of its texts, and goes and comes with them', () => {
    const steps = [...FIVE, act(31 * DAY, says('Empty /tmp.'))]
    expect(revisionOf(play(...steps))).toBe(1)
    expect(revisionOf(play(...steps, time(38 * DAY)))).toBe(1)
    const changed = [...steps, act(32 * DAY, says('Empty /var.'))]
    expect([articleOf(play(...changed))?.body, revisionOf(play(...changed))]).toEqual([
      'Empty /var.',
      2,
    ])
    const gone = [...changed, act(33 * DAY, says(null))]
    expect([articleOf(play(...gone)), revisionOf(play(...gone))]).toEqual([undefined, 3])
    const undone = [...gone, act(34 * DAY, { do: 'problem.undo', problem: PRB })]
    expect(articleOf(play(...undone))?.body).toBe('Empty /var.')
  })

  it('is kept until the problem is closed, and is back when the problem is', () => {
    const steps = [
      ...FIVE,
      act(31 * DAY, says('Empty /tmp.')),
      act(32 * DAY, { do: 'problem.resolve', problem: PRB }),
    ]
    expect(articleOf(play(...steps))).toBeDefined()
    const closed = [...steps, act(33 * DAY, { do: 'problem.close', problem: PRB })]
    expect(articleOf(play(...closed))).toBeUndefined()
    const back = play(...closed, ...again(40 * DAY))
    expect(suggestedAt(back)).toEqual([`known_error ${ID}`])
  })

  it('belongs to its problem: nobody else writes it, and it takes no other article', () => {
    const steps = [...FIVE, act(31 * DAY, says('Empty /tmp.'))]
    for (const source of ['people', 'problems'])
      expect(articleOf(play(...steps, at(32 * DAY, write({ id: 'x' }, source))))).toBeDefined()
    const theirs = play(
      at(0, HOSTS, write({ id: ID, body: 'ours' })),
      ...FIVE.slice(1),
      act(31 * DAY, says('Empty /tmp.')),
    )
    expect(articleOf(theirs)?.body).toBe('Empty /tmp.')
  })

  it('is seen at once at what is open, changes there with it, and goes with it', () => {
    const steps = [...FIVE, ...again(31 * DAY)]
    expect(suggestedAt(play(...steps))).toEqual([])
    const said = [...steps, act(31 * DAY + 600, says('Empty /tmp.')), time(31 * DAY + 610)]
    expect(suggestedAt(play(...said))).toEqual([`known_error ${ID}`])
    const gone = [...said, act(31 * DAY + 700, says(null)), time(31 * DAY + 710)]
    expect(suggestedAt(play(...gone))).toEqual([])
    const unlinked = play(
      ...said,
      act(31 * DAY + 700, { do: 'problem.unlink', problem: PRB, incidents: ['INC-000006'] }),
      time(31 * DAY + 710),
    )
    expect(suggestedAt(unlinked)).toEqual([])
  })

  it('goes on after a restart as if there had been none', () => {
    const story = play(...FIVE, act(31 * DAY, says('Empty /tmp.')))
    const snapshot = beginSnapshot(story.engine, 1)
    const restoring = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restoring.add(chunk)
    const restored = restoring.finish()
    if (restored === null) throw new Error('the snapshot is of another format')
    const [fired] = again(40 * DAY)
    if (fired === undefined) throw new Error('nothing fires')
    expect(digest(restored)).toBe(digest(story.engine))
    expect(restored.ix.knownErrors.articles.has(ID)).toBe(true)
    expect(restored.ix.knowledge.articles.has(ID)).toBe(false)
  })
})

it('tells another tenant nothing', () => {
  const START = at(0, HOSTS, rules({ correlate: { scope: ['tenant'] } }))
  const a = { tenant: 'a' }
  const story = play(
    START,
    ...fiveOf('db-1', a),
    time(30 * DAY),
    at(31 * DAY, command({ do: 'problem.workaround', problem: `a-${PRB}`, text: 'disk' }, 'eve')),
    ...again(40 * DAY, 'db-1', { tenant: 'b' }),
  )
  expect(articleOf(story, `known-errors/a-${PRB}`)).toBeDefined()
  expect(suggestedAt(story)).toEqual([])
})
