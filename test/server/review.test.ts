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

describe('a long course', () => {
  const comments = Array.from({ length: 300 }, (_, n) =>
    at(60 + n, command({ do: 'comment', incident: 'INC-000001', text: `comment ${n}` }, 'ann')),
  )
  const long = play(
    at(0, cmdb({ items: [ci('db-1')], relations: [] })),
    at(10, fire('db-1', 'disk full', { severity: 'critical' })),
    ...comments,
    at(400, command({ do: 'comment', incident: 'INC-000001', text: 'x'.repeat(2001) }, 'ann')),
  )
  const incident = toIncidentRecord(long.incident('INC-000001'), long.engine.state)
  const { timeline } = draftReview(incident, long.decisions())

  it('is told from how it began and how it ended', () => {
    const texts = timeline.map(({ text }) => text)
    expect(texts).toHaveLength(101)
    expect(texts[0]).toBe('The first of its alerts began')
    expect(texts[50]).toBe('What came between is left out of this draft')
    expect(texts.at(-2)).toBe('comment 299 (ann)')
    const times = timeline.map((moment) => moment.at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('has no text that is too long to be saved', () => {
    expect(timeline.at(-1)?.text).toMatch(/^x{1999}…$/)
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

  it('shows the names of others as they stand, and leaves the prose of people alone', () => {
    const incident = { id: 'INC-1', title: '[disk](http://evil) <b>', problem: null }
    const timeline = [{ at: instant(10), text: 'Opened: ![x](http://evil)' }]
    const review = { ...draft, summary: 'The *disk* was full', timeline }
    const written = reviewAsMarkdown(review, { incident, version: 1, author: 'ann' })
    expect(written).toContain('# Review of INC-1: \\[disk\\](http://evil) \\<b>\n')
    expect(written).toContain('UTC Opened: \\!\\[x\\](http://evil)')
    expect(written).toContain('## Summary\n\nThe *disk* was full')
    const drafted = reviewAsMarkdown(review, { incident, version: 0, author: null })
    expect(drafted).toContain('## Summary\n\nThe \\*disk\\* was full')
  })
})
