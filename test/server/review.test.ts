/** Drafts of reviews, and reviews as documents. */
import { describe, expect, it } from 'vitest'
import { toIncidentRecord } from '../../src/core/project.ts'
import { draftReview, reviewAsMarkdown } from '../../src/server/review.ts'
import { at, ci, cmdb, command, fire, instant, play, resolve } from '../support/engine.ts'

const story = play(
  at(0, cmdb({ items: [ci('db-1')], relations: [] })),
  at(10, fire('db-1', 'disk full', { severity: 'critical' })),
  at(60, command({ do: 'acknowledge', incident: 'INC-000001' }, 'ann')),
  at(90, command({ do: 'comment', incident: 'INC-000001', text: 'emptied /tmp' }, 'ann')),
  at(610, resolve('db-1', 'disk full')),
  at(1300, { kind: 'check', check: () => undefined }),
)
const { state } = story.engine
const record = toIncidentRecord(story.incident('INC-000001'), state)
const draft = draftReview(record, story.decisions())

describe('a draft', () => {
  it('says what is known: how long, what it was, and who did what', () => {
    expect(draft.summary).toContain('disk full')
    expect(draft.summary).toMatch(/It lasted \d+ minutes\./)
    const texts = draft.timeline.map(({ text }) => text)
    expect(texts[0]).toBe('The first of its alerts began')
    expect(draft.timeline[0]?.at).toBe(instant(10))
    expect(texts.join('\n')).toContain('emptied /tmp (ann)')
    const times = draft.timeline.map((moment) => moment.at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('leaves to people what only they can say', () => {
    expect([draft.wentWell, draft.actions]).toEqual(['', []])
    const cause = { ...record, confirmedCause: 'db-1' }
    expect(draftReview(cause, []).rootCause).toBe('db-1, as people confirmed.')
    const unknown = { ...record, confirmedCause: null, rootCause: null }
    expect(draftReview(unknown, []).rootCause).toBe('')
  })
})

describe('a document', () => {
  it('has every section, and says where nothing was written', () => {
    const incident = { id: 'INC-1', title: 'Disk\nfull', problem: 'PRB-1' }
    const review = { ...draft, actions: ['order a disk'] }
    const text = reviewAsMarkdown(review, { incident, version: 2, author: 'ann' })
    expect(text).toContain('# Review of INC-1: Disk full\n\nVersion 2, ann\n\nProblem: PRB-1')
    expect(text).toContain('## What went well\n\n*Nobody wrote anything yet.*')
    expect(text).toContain('## Actions\n\n- order a disk')
    expect(text).toMatch(/## Timeline\n\n- \d{4}-\d\d-\d\d \d\d:\d\d UTC The first of its alerts/)
    expect(reviewAsMarkdown(draft, { incident, version: 0, author: null })).toContain('\n\nDraft\n')
  })
})
