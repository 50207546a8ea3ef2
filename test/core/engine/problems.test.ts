/** Problems through the engine: found, recognised, decided on by people, and found again as the same. */
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import type { ProblemCommand } from '../../../src/core/entry.ts'
import { toProblemLink, toProblemRecord } from '../../../src/core/project.ts'
import type { ProblemRecord } from '../../../src/core/record.ts'
import {
  at,
  ci,
  cmdb,
  command,
  fire,
  play,
  resolve,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { digest } from '../../support/engine-digest.ts'

const DAY = 86_400
const WEEK = 7 * DAY

/** `rule` on `host` at these seconds, each for ten minutes. */
function incidents(host: string, rule: string, starts: readonly number[]): Step[] {
  return starts.flatMap((start) => [
    at(start, fire(host, rule, { severity: 'error' })),
    at(start + 600, resolve(host, rule)),
  ])
}

const weekly = (from: number, times: number): number[] =>
  Array.from({ length: times }, (_, i) => from + i * WEEK)

const HOSTS = cmdb({
  items: ['db-1', 'web-1', 'web-2', 'web-3', 'web-4'].map((id) => ci(id)),
  relations: [],
})
const PRB = 'PRB-000001'
const time = (second: number): Step => at(second, { kind: 'check', check: () => undefined })

/** Five weeks of a full disk on db-1, and the look of the night after. */
const FIVE = [at(0, HOSTS), ...incidents('db-1', 'disk full', weekly(DAY, 5)), time(30 * DAY)]

function problemOf(story: Story, id = PRB): ProblemRecord {
  const { state, ix } = story.engine
  const problem = state.problems.get(id)
  if (problem === undefined) throw new Error(`there is no problem ${id}`)
  return toProblemRecord(problem, ix.problems.members.get(id) ?? new Set())
}

const linkOf = (story: Story, incident: string): string | null =>
  toProblemLink(incident, story.engine.state).problem

const act = (second: number, what: ProblemCommand): Step => at(second, command(what, 'eve'))

describe('discovery', () => {
  it('proposes what recurs, with its incidents, its cost, its rhythm and why', () => {
    const story = play(...FIVE)
    const problem = problemOf(story)
    expect(problem).toMatchObject({
      status: 'proposed',
      kind: 'family',
      title: 'disk full on db-1, Tuesdays 08:00 UTC',
      rootCi: 'db-1',
      rootClass: 'host',
      incidentCount: 5,
      figures: { recurrences: 5, trend: 'steady' },
    })
    expect(problem.incidents).toEqual([1, 2, 3, 4, 5].map((n) => `INC-00000${n}`))
    const { evidence, score, figures } = problem
    expect(evidence.reduce((sum, { x, w }) => sum + x * w, 0)).toBeCloseTo(score, 9)
    const cost = figures.costTerms.reduce((sum, { x, w }) => sum + x * w, 0)
    expect(cost).toBeCloseTo(figures.monthlyCost, 9)
    expect(figures.costLow).toBeLessThan(figures.monthlyCost)
    expect(figures.costHigh).toBeGreaterThan(figures.monthlyCost)
    expect(evidence.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['recurrence', 'signature', 'place', 'period']),
    )
    expect(story.decisions('problem.proposed')).toHaveLength(1)
    expect(problem.incidents.map((id) => linkOf(story, id))).toEqual(Array(5).fill(PRB))
  })

  it('says nothing of what came twice, or in one burst', () => {
    const burst = Array.from({ length: 8 }, (_, i) => DAY + i * 3600)
    const story = play(
      at(0, HOSTS),
      ...incidents('db-1', 'disk full', [DAY, 9 * DAY]),
      ...incidents(
        'web-1',
        'oom',
        burst.map((second) => second + 10 * DAY),
      ),
      time(30 * DAY),
    )
    expect(story.engine.state.problems.size).toBe(0)
  })

  it('looks again soon after many incidents were resolved', () => {
    const story = play(at(0, HOSTS), ...incidents('db-1', 'disk full', [1000]), time(2000))
    const [daily] = [story.engine.state.scopes.get('default')?.discovery.dueAt ?? 0]
    expect(new Date(daily).toISOString()).toBe('2026-03-03T03:00:00.000Z')
    const many = Array.from({ length: 25 }, (_, i) => 5000 + i * 1800)
    const busy = play(at(0, HOSTS), ...incidents('db-1', 'disk full', many), time(5000 + 25 * 1800))
    const dueAt = busy.engine.state.scopes.get('default')?.discovery.dueAt
    expect((dueAt ?? 0) - busy.engine.state.now).toBeLessThanOrEqual(5 * 60_000)
  })

  it('finds the same problem under its id on the next look, and takes new incidents in at once', () => {
    const story = play(
      ...FIVE,
      at(36 * DAY, fire('db-1', 'disk full', { severity: 'error' })),
      time(36 * DAY + 60),
    )
    expect(linkOf(story, 'INC-000006')).toBe(PRB)
    expect(story.incident('INC-000006').status).toBe('open')
    const linked = story.decisions('problem.linked').slice(-1)
    expect(linked.map(({ incident, problem }) => [incident, problem])).toEqual([
      ['INC-000006', PRB],
    ])
    const later = play(
      ...FIVE,
      ...incidents('db-1', 'disk full', weekly(36 * DAY, 3)),
      time(70 * DAY),
    )
    expect(later.engine.state.problems.size).toBe(1)
    expect(problemOf(later).incidentCount).toBe(8)
  })

  it('goes on after a restart as if there had been none', () => {
    const story = play(...FIVE.slice(0, -1))
    const snapshot = beginSnapshot(story.engine, 1)
    const restoring = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next())
      restoring.add(JSON.parse(JSON.stringify(chunk)))
    const restored = restoring.finish()
    if (restored === null) throw new Error('the snapshot is of another format')
    const { now } = story.engine.state
    for (const engine of [story.engine, restored])
      for (const day of [1, 2, 3, 9])
        engine.apply({
          offset: 1000 + day,
          entry: { kind: 'time', at: now + day * 86_400_000, scope: 'default' },
        })
    expect(digest(restored)).toBe(digest(story.engine))
    expect(restored.state.problems.size).toBe(story.engine.state.problems.size)
  })
})

describe('people', () => {
  it('accept a problem, find a workaround, resolve it; it returns when an incident of it does', () => {
    const story = play(
      ...FIVE,
      act(31 * DAY, { do: 'problem.accept', problem: PRB }),
      act(31 * DAY, { do: 'problem.workaround', problem: PRB, text: 'empty /tmp' }),
      act(32 * DAY, { do: 'problem.resolve', problem: PRB, resolution: 'bigger disk' }),
    )
    expect(problemOf(story)).toMatchObject({
      status: 'resolved',
      owner: 'eve',
      workaround: 'empty /tmp',
      resolution: 'bigger disk',
      decidedBy: 'eve',
    })
    const back = play(
      ...FIVE,
      act(31 * DAY, { do: 'problem.workaround', problem: PRB, text: 'empty /tmp' }),
      act(32 * DAY, { do: 'problem.resolve', problem: PRB }),
      ...incidents('db-1', 'disk full', [40 * DAY]),
    )
    expect(problemOf(back)).toMatchObject({
      status: 'known_error',
      resolvedAt: null,
      reopenCount: 1,
    })
    expect(back.decisions('problem.returned')).toHaveLength(1)
  })

  it('dismiss a proposal once and for all, and can take that back', () => {
    const dismissed = play(
      ...FIVE,
      act(31 * DAY, { do: 'problem.dismiss', problem: PRB, reason: 'we know' }),
      ...incidents('db-1', 'disk full', weekly(36 * DAY, 4)),
      time(80 * DAY),
    )
    expect(dismissed.engine.state.problems.size).toBe(1)
    expect(problemOf(dismissed)).toMatchObject({ status: 'dismissed', incidentCount: 5 })
    expect(linkOf(dismissed, 'INC-000001')).toBe(null)
    expect(linkOf(dismissed, 'INC-000007')).toBe(null)
    const undone = play(
      ...FIVE,
      act(31 * DAY, { do: 'problem.dismiss', problem: PRB }),
      act(31 * DAY, { do: 'problem.undo', problem: PRB }),
    )
    expect(problemOf(undone).status).toBe('proposed')
    expect(linkOf(undone, 'INC-000001')).toBe(PRB)
  })

  it('take an incident out, and the engine does not put it back', () => {
    const story = play(
      ...FIVE,
      act(31 * DAY, { do: 'problem.unlink', problem: PRB, incidents: ['INC-000002'] }),
      ...incidents('db-1', 'disk full', weekly(36 * DAY, 2)),
      time(60 * DAY),
    )
    expect(problemOf(story).incidents).not.toContain('INC-000002')
    expect(linkOf(story, 'INC-000002')).toBe(null)
    expect(problemOf(story).incidentCount).toBe(6)
  })

  it('split and merge problems; undo gives back what was', () => {
    const other = incidents('web-1', 'cert old', weekly(2 * DAY, 5))
    const both = [...FIVE.slice(0, -1), ...other, time(40 * DAY)]
      .slice()
      .sort((a, b) => a.second - b.second)
    const before = play(...both)
    expect(before.engine.state.problems.size).toBe(2)
    const merged = play(
      ...both,
      act(41 * DAY, { do: 'problem.merge', problem: 'PRB-000002', from: [PRB] }),
    )
    expect(problemOf(merged).incidentCount).toBe(10)
    expect(problemOf(merged, 'PRB-000002')).toMatchObject({ status: 'merged', mergedInto: PRB })
    const undone = play(
      ...both,
      act(41 * DAY, { do: 'problem.merge', problem: PRB, from: ['PRB-000002'] }),
      act(41 * DAY, { do: 'problem.undo', problem: PRB }),
    )
    for (const id of [PRB, 'PRB-000002']) {
      const { figures: now, ...rest } = problemOf(undone, id)
      const { figures: then, ...was } = problemOf(before, id)
      expect(rest).toEqual(was)
      expect(now.recurrences).toBe(then.recurrences)
    }
    const split = play(
      ...both,
      act(41 * DAY, { do: 'problem.split', problem: PRB, incidents: ['INC-000001', 'INC-000003'] }),
    )
    expect(problemOf(split, 'PRB-000003')).toMatchObject({ splitFrom: PRB, incidentCount: 2 })
    expect(problemOf(split).incidentCount).toBe(3)
    const names = problemOf(split).evidence.map(({ name }) => name)
    expect(names).not.toContain('recurrence')
    const joined = play(
      ...both,
      act(41 * DAY, { do: 'problem.split', problem: PRB, incidents: ['INC-000001', 'INC-000003'] }),
      act(41 * DAY, { do: 'problem.undo', problem: PRB }),
    )
    expect(problemOf(joined).incidents).toEqual(problemOf(before).incidents)
    expect(problemOf(joined, 'PRB-000003').mergedInto).toBe(PRB)
    const kept = play(
      ...both,
      act(41 * DAY, { do: 'problem.split', problem: PRB, incidents: ['INC-000001', 'INC-000003'] }),
      act(41 * DAY, { do: 'problem.task', problem: 'PRB-000003', text: 'ask the vendor' }),
      act(41 * DAY, { do: 'problem.undo', problem: PRB }),
    )
    expect(problemOf(kept).tasks).toMatchObject([{ id: 'T1', text: 'ask the vendor' }])
  })

  it('merge the work of problems too: tasks under new ids, changes and articles each once', () => {
    const SECOND = 'PRB-000002'
    const other = incidents('web-1', 'cert old', weekly(2 * DAY, 5))
    const both = [...FIVE.slice(0, -1), ...other, time(40 * DAY)].sort(
      (a, b) => a.second - b.second,
    )
    const task = (problem: string, text: string): Step =>
      act(40.5 * DAY, { do: 'problem.task', problem, text })
    const relate = (problem: string, changes: readonly string[]): Step =>
      act(40.5 * DAY, { do: 'problem.relate', problem, changes, articles: [`of ${problem}`] })
    const work = [
      ...[task(PRB, 'rotate the logs'), task(SECOND, 'renew it'), task(SECOND, 'watch it')],
      ...[relate(PRB, ['CHG-1', 'CHG-3']), relate(SECOND, ['CHG-2', 'CHG-3'])],
    ]
    const merge = act(41 * DAY, { do: 'problem.merge', problem: PRB, from: [SECOND] })
    const workOf = (story: Story, id: string) => {
      const { tasks = [], changes, articles } = problemOf(story, id)
      return [tasks.map((one) => `${one.id} ${one.text}`), changes, articles]
    }
    const merged = play(...both, ...work, merge)
    expect(workOf(merged, PRB)).toEqual([
      ['T1 rotate the logs', 'T2 renew it', 'T3 watch it'],
      ['CHG-1', 'CHG-2', 'CHG-3'],
      [`of ${PRB}`, `of ${SECOND}`],
    ])
    const undo = act(42 * DAY, { do: 'problem.undo', problem: PRB })
    const [undone, before] = [play(...both, ...work, merge, undo), play(...both, ...work)]
    for (const id of [PRB, SECOND]) expect(workOf(undone, id)).toEqual(workOf(before, id))

    const late: readonly ProblemCommand[] = [
      { do: 'problem.task', problem: SECOND, task: 'T1', done: true },
      { do: 'problem.drop_task', problem: SECOND, task: 'T1' },
    ]
    for (const one of late) {
      const story = play(...both, ...work, merge, act(42 * DAY, one))
      expect(story.last.result).toMatchObject({ ok: false, reason: 'merged' })
      expect(problemOf(story).tasks).toEqual(problemOf(merged).tasks)
    }
    const added = play(...both, ...work, merge, { ...task(SECOND, 'and more'), second: 42 * DAY })
    expect(workOf(added, PRB)[0]).toContain('T4 and more')

    const many = Array.from({ length: 99 }, (_, n) => task(PRB, `task ${n}`))
    const full = play(...both, ...work, ...many, merge)
    expect(full.last.result).toMatchObject({ ok: false, reason: 'too_much_work' })
    expect(problemOf(full, SECOND).status).toBe('proposed')
  })

  it('note tasks, changes and articles, and take them back', () => {
    const task = (what: object): ProblemCommand => ({ do: 'problem.task', problem: PRB, ...what })
    const related = { problem: PRB, changes: ['CHG-1'], articles: ['disks'] }
    const steps = [
      act(31 * DAY, task({ text: 'rotate the logs', assignee: 'ann', due: 1000 })),
      act(31 * DAY, task({ text: 'order a disk' })),
      act(32 * DAY, task({ task: 'T1', done: true })),
      act(32 * DAY, { do: 'problem.drop_task', problem: PRB, task: 'T2' }),
      act(32 * DAY, { do: 'problem.relate', ...related }),
    ]
    const story = play(...FIVE, ...steps)
    const { tasks = [], changes, articles } = problemOf(story)
    expect(tasks).toMatchObject([
      { id: 'T1', text: 'rotate the logs', assignee: 'ann', due: 1000, doneBy: 'eve' },
    ])
    expect([changes, articles]).toEqual([['CHG-1'], ['disks']])
    expect(story.decisions('problem.task').map(({ reason }) => reason)).toEqual([
      ...['added', 'added', 'done', 'dropped'],
    ])
    const undo: ProblemCommand = { do: 'problem.undo', problem: PRB }
    const back = problemOf(play(...FIVE, ...steps, ...[1, 2, 3].map(() => act(33 * DAY, undo))))
    expect(back.tasks?.map(({ id, doneAt }) => [id, doneAt])).toEqual([
      ['T1', null],
      ['T2', null],
    ])
    expect([back.changes, back.articles]).toEqual([[], []])
    // an id is never given twice
    const again = play(...FIVE, ...steps, act(33 * DAY, task({ text: 'ask the vendor' })))
    expect(problemOf(again).tasks?.map(({ id }) => id)).toEqual(['T1', 'T3'])
    const less = play(...FIVE, ...steps, act(33 * DAY, { do: 'problem.unrelate', ...related }))
    expect([problemOf(less).changes, problemOf(less).articles]).toEqual([[], []])
  })

  it.each<[string, ProblemCommand, string]>([
    ['an unknown task', { do: 'problem.task', problem: PRB, task: 'T9' }, 'unknown_task'],
    ['a task without words', { do: 'problem.task', problem: PRB }, 'no_text'],
    ['dropping no task', { do: 'problem.drop_task', problem: PRB, task: 'T9' }, 'unknown_task'],
    [
      'unrelating what is not of it',
      { do: 'problem.unrelate', problem: PRB, changes: ['x'], articles: [] },
      'nothing_to_relate',
    ],
    ['an unknown one', { do: 'problem.accept', problem: 'PRB-9' }, 'unknown_problem'],
    ['closing what is open', { do: 'problem.close', problem: PRB }, 'not_resolved'],
    ['reopening what is open', { do: 'problem.reopen', problem: PRB }, 'not_over'],
    ['no workaround', { do: 'problem.workaround', problem: PRB, text: null }, 'no_workaround'],
    ['nothing to undo', { do: 'problem.undo', problem: PRB }, 'nothing_to_undo'],
    ['a merge with itself', { do: 'problem.merge', problem: PRB, from: [PRB] }, 'nothing_to_merge'],
    ['a merge with nothing', { do: 'problem.merge', problem: PRB, from: ['x'] }, 'unknown_problem'],
    ['splitting all', { do: 'problem.split', problem: PRB, incidents: [] }, 'bad_split'],
    [
      'an unknown incident',
      { do: 'problem.link', problem: PRB, incidents: ['x'] },
      'unknown_incident',
    ],
    [
      'what is of it',
      { do: 'problem.link', problem: PRB, incidents: ['INC-000001'] },
      'nothing_to_link',
    ],
    [
      'what is not of it',
      { do: 'problem.unlink', problem: PRB, incidents: ['x'] },
      'nothing_to_unlink',
    ],
  ])('are refused %s', (_name, what, reason) => {
    const story = play(...FIVE, act(31 * DAY, what))
    expect(story.last.result).toMatchObject({ ok: false, reason })
    expect(story.decisions('command.refused').at(-1)).toMatchObject({ reason, actor: 'eve' })
  })
})
