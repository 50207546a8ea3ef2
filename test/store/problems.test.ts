/** Problems in the store: whole, in every order, and linked to incidents that were closed long ago. */
import { describe, expect, it } from 'vitest'
import { listDecisions } from '../../src/store/decisions.ts'
import { getIncident } from '../../src/store/incidents.ts'
import {
  countProblems,
  getProblem,
  incidentsOfProblem,
  listProblems,
  withProblems,
} from '../../src/store/problems.ts'
import { trimHistory } from '../../src/store/retention.ts'
import { allPages, numbers, overEveryBackend } from './harness.ts'
import { aDecision, anIncident, aProblem, incidentId, NOW, problemId } from './samples.ts'

overEveryBackend('problems', (on) => {
  it('come back as they were, newest version of each', async () => {
    await on.write({ problems: [aProblem(1, { title: 'before' })] })
    const whole = aProblem(1, { title: 'été "q" \\ \n 😀', workaround: 'restart it' })
    await on.write({ problems: [whole] })
    expect(await getProblem(on.store, whole.id)).toEqual(whole)
    expect(await getProblem(on.store, 'PRB-999999')).toBeNull()
    expect(await countProblems(on.store)).toMatchObject({ open: 1, proposed: 0 })
  })

  describe('are listed', () => {
    it.each([
      ['cost', (n: number) => Math.floor(n / 2)],
      ['recent', (n: number) => n],
      ['newest', (n: number) => n],
      ['incidents', () => 0],
    ] as const)('by %s, page by page, equal ones by id', async (order, key) => {
      const all = numbers(15).map((n) => aProblem(n))
      await on.write({ problems: all })
      const expected = numbers(15).sort((a, b) => key(b) - key(a) || a - b)
      const pages = await allPages((cursor) =>
        listProblems(on.store, { limit: 4, order, ...cursor }),
      )
      expect(pages.map((page) => page.length)).toEqual([4, 4, 4, 3])
      expect(pages.flat().map(({ id }) => id)).toEqual(expected.map(problemId))
    })

    it.each([
      ['status', { status: ['open'] as const }, [1, 3, 5]],
      ['two of them', { status: ['open', 'proposed'] as const }, [0, 1, 2, 3, 4, 5]],
      ['owner', { owner: 'team-a' }, [1, 3, 5]],
      ['service', { service: 'service-2' }, [2, 5]],
      ['CI', { ci: 'host-4' }, [4]],
      ['words', { q: 'HOST-3 fault' }, [3]],
      ['nothing', { q: 'tape' }, []],
    ])('by %s', async (_name, filter, expected) => {
      await on.write({ problems: numbers(6).map((n) => aProblem(n)) })
      const { items } = await listProblems(on.store, { limit: 100, ...filter })
      expect(items.map(({ id }) => id).sort()).toEqual(expected.map(problemId))
    })

    it('but not by a cursor of another order', async () => {
      await on.write({ problems: numbers(3).map((n) => aProblem(n)) })
      const { next } = await listProblems(on.store, { limit: 1, order: 'cost' })
      const cursor = next ?? ''
      await expect(
        listProblems(on.store, { limit: 1, order: 'recent', cursor }),
      ).rejects.toMatchObject({ code: 'payload_invalid' })
    })
  })

  it('are known to incidents that were recorded before, and no longer once they are taken out', async () => {
    const incidents = numbers(3).map((n) => anIncident(n))
    await on.write({ incidents })
    await on.write({
      problemLinks: [0, 1].map((n) => ({
        incident: incidentId(n),
        problem: problemId(7),
        by: 'engine',
      })),
    })
    await on.write({ problemLinks: [{ incident: incidentId(1), problem: null, by: 'ada' }] })
    const found = await withProblems(on.store, incidents)
    expect(found.map(({ problem }) => problem)).toEqual([problemId(7), null, null])
    const record = await getIncident(on.store, incidentId(0))
    expect(record?.problem).toBe(anIncident(0).problem)
  })

  it('have their incidents, the newest first', async () => {
    await on.write({
      incidents: numbers(5).map((n) => anIncident(n, { provisionalAt: NOW + n })),
    })
    const problem = aProblem(1, { incidents: [1, 2, 4].map(incidentId) })
    const ids = async (limit: number): Promise<string[]> =>
      (await incidentsOfProblem(on.store, problem, limit)).map(({ id }) => id)
    expect(await ids(10)).toEqual([4, 2, 1].map(incidentId))
    expect(await ids(2)).toEqual([4, 2].map(incidentId))
  })

  it('have decisions, which stay as long as they do', async () => {
    const { incident: _, ...free } = aDecision(1, { at: NOW, problem: problemId(1) })
    const { incident: __, ...gone } = aDecision(2, { at: NOW, problem: problemId(2) })
    await on.write({ problems: [aProblem(1)], decisions: [free, gone] })
    const { items } = await listDecisions(on.store, { limit: 10, problem: problemId(1) })
    expect(items).toEqual([free])
    await trimHistory(on.store, NOW + 1000)
    const left = await listDecisions(on.store, { limit: 10 })
    expect(left.items.map(({ seq }) => seq)).toEqual([1])
  })
})
