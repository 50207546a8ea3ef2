/** What a spreadsheet and a reader of Markdown make of names and words that others wrote. */
import { describe, expect, it } from 'vitest'
import { toProblemRecord } from '../../src/core/project.ts'
import type { ProblemRecord } from '../../src/core/record.ts'
import { problemsAsCsv, problemsAsMarkdown } from '../../src/server/problem-report.ts'
import { at, ci, cmdb, fire, instant, play, resolve } from '../support/engine.ts'

const WEEK = 7 * 86_400

const story = play(
  at(0, cmdb({ items: [ci('db-1')], relations: [] })),
  ...[1, 2, 3, 4, 5].flatMap((week) => [
    at(week * WEEK, fire('db-1', 'disk full', { severity: 'error' })),
    at(week * WEEK + 600, resolve('db-1', 'disk full')),
  ]),
  at(6 * WEEK, { kind: 'check', check: () => undefined }),
)

function problemWith(part: Partial<ProblemRecord>): ProblemRecord {
  const [problem] = story.engine.state.problems.values()
  if (problem === undefined) throw new Error('there is no problem')
  return { ...toProblemRecord(problem, new Set()), ...part }
}

describe('a table', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['＝1+1', "'＝1+1"],
    ['a;=1+1', `"a;'=1+1"`],
    ['a\t@SUM(1)', `"a\t'@SUM(1)"`],
    ['a\r\n+1', `"a\r\n'+1"`],
    ['a;"=1"', `"a;'""=1"""`],
    ['\t-1', `"\t'-1"`],
    ['a; b', '"a; b"'],
    ['re-read it, 1=1', '"re-read it, 1=1"'],
  ])('has no formula in %j', (workaround, cell) => {
    const table = problemsAsCsv([problemWith({ workaround, resolution: 'END' })])
    expect(table).toContain(`,${cell},END\r\n`)
  })
})

describe('a report', () => {
  it('shows what others named as it stands, and leaves the prose of people alone', () => {
    const title = '![x](http://evil/x.png) <b>disk_full</b> | `a` *b*'
    const workaround = 'see *the* [runbook](https://wiki/disk)'
    const text = problemsAsMarkdown(
      [problemWith({ title, hypothesis: '# disk [full]', workaround })],
      instant(6 * WEEK),
    )
    const shown = '\\!\\[x\\](http://evil/x.png) \\<b>disk\\_full\\</b> \\| \\`a\\` \\*b\\*'
    expect(text).toContain(`: ${shown}\n`)
    expect(text).toContain(`| ${shown} |`)
    expect(text).toContain('\n\n\\# disk \\[full\\]\n\n')
    expect(text).toContain(`> ${workaround}`)
  })
})
