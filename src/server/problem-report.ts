/** Problems as a table for a spreadsheet, and as a report for the meeting that reviews them. */
import type { ProblemRecord, ProblemStatus } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import { literal, oneLine } from './markdown.ts'

const WORDS: Readonly<Record<ProblemStatus, string>> = {
  proposed: 'proposed',
  open: 'open',
  known_error: 'known error',
  resolved: 'resolved',
  closed: 'closed',
  dismissed: 'dismissed',
  merged: 'merged',
}

type Cell = string | number | null

const COLUMNS: readonly (readonly [name: string, of: (one: ProblemRecord) => Cell])[] = [
  ['id', ({ id }) => id],
  ['status', ({ status }) => status],
  ['title', ({ title }) => title],
  ['owner', ({ owner }) => owner],
  ['scope', ({ scope }) => scope],
  ['service', ({ service }) => service],
  ['root_ci', ({ rootCi }) => rootCi],
  ['incidents', ({ incidentCount }) => incidentCount],
  ['incidents_a_month', ({ figures }) => figures.perMonth],
  ['people_minutes_a_month', ({ figures }) => Math.round(figures.monthlyCost)],
  ['people_minutes_low', ({ figures }) => Math.round(figures.costLow)],
  ['people_minutes_high', ({ figures }) => Math.round(figures.costHigh)],
  ['median_minutes', ({ figures }) => figures.medianMinutes],
  ['trend', ({ figures }) => figures.trend],
  ['rhythm', ({ figures }) => figures.period?.text ?? null],
  ['first_at', ({ figures }) => timeOf(figures.firstAt)],
  ['last_at', ({ figures }) => timeOf(figures.lastAt)],
  ['returned', ({ reopenCount }) => reopenCount],
  ['open_tasks', (one) => openTasks(one).length],
  ['workaround', ({ workaround }) => workaround],
  ['resolution', ({ resolution }) => resolution],
]

function openTasks({ tasks = [] }: ProblemRecord): NonNullable<ProblemRecord['tasks']> {
  return tasks.filter(({ doneAt }) => doneAt === null)
}

function timeOf(at: EpochMs | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

function dayOf(at: EpochMs | null): string {
  return timeOf(at)?.slice(0, 10) ?? 'unknown'
}

/** One line for each, after the names of the columns. RFC 4180. */
export function problemsAsCsv(problems: readonly ProblemRecord[]): string {
  const lines = problems.map((one) => COLUMNS.map(([, of]) => quoted(of(one))))
  return [COLUMNS.map(([name]) => name), ...lines].map((cells) => `${cells.join(',')}\r\n`).join('')
}

/** Where a cell begins that is read as a formula: what separates cells and lines differs by locale. */
const FORMULA = /(^|[;\t\r\n])(?="*[=+\-@＝＋－＠])/g

/**
 * An apostrophe stands before text that a spreadsheet would take for a formula, also where it takes
 * a semicolon or a tab in the text for the end of a cell.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function quoted(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const safe = cell.replace(FORMULA, "$1'")
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Markdown: the sums, a table of all, and a section for each with what is to be decided. */
export function problemsAsMarkdown(problems: readonly ProblemRecord[], at: EpochMs): string {
  const sum = (of: (one: ProblemRecord) => number): number =>
    problems.reduce((all, one) => all + of(one), 0)
  const proposals = problems.filter(({ status }) => status === 'proposed').length
  const tasks = problems.flatMap(openTasks)
  const overdue = tasks.filter(({ due }) => due !== null && due < at).length
  return [
    `# Problem review, ${dayOf(at)}`,
    `${countOf(problems.length, 'problem')}, ${countOf(proposals, 'proposal')} to decide on, ` +
      `${hours(sum(({ figures }) => figures.monthlyCost))} of people's time a month. ` +
      `${countOf(tasks.length, 'open task')}, ${overdue} overdue.`,
    tableOf(problems),
    ...problems.map((one) => sectionOf(one, at)),
    '',
  ].join('\n\n')
}

function tableOf(problems: readonly ProblemRecord[]): string {
  const lines = problems.map(({ id, title, status, owner, figures }) =>
    row([id, title, WORDS[status], owner ?? 'nobody', costOf(figures), figures.trend]),
  )
  const head = row(['', 'Problem', 'State', 'Owner', 'People’s time a month', 'Trend'])
  return [head, '|---|---|---|---|---|---|', ...lines].join('\n')
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(literal).join(' | ')} |`
}

function sectionOf(one: ProblemRecord, at: EpochMs): string {
  const { id, title, status, owner, hypothesis, figures, evidence } = one
  const { perMonth, medianMinutes, firstAt, lastAt, period } = figures
  return [
    `## ${id}: ${literal(title)}`,
    literal(hypothesis),
    [
      `- ${WORDS[status]}, owner: ${literal(owner ?? 'nobody')}`,
      `- costs ${costOf(figures)} of people's time a month, ${figures.trend}`,
      `- ${countOf(one.incidentCount, 'incident')} from ${dayOf(firstAt)} to ${dayOf(lastAt)}, ` +
        `${Math.round(perMonth * 10) / 10} a month, half of them over in ${Math.round(medianMinutes)} minutes`,
      ...(period === null ? [] : [`- comes ${literal(period.text)}`]),
      ...evidence.map(({ note }) => `- ${literal(note)}`),
      ...related('changes', one.changes),
      ...related('articles', one.articles),
    ].join('\n'),
    ...quote('Workaround', one.workaround),
    ...quote('Resolution', one.resolution),
    ...tasksOf(one, at),
  ].join('\n\n')
}

function related(what: string, ids: readonly string[] = []): readonly string[] {
  return ids.length === 0 ? [] : [`- ${what}: ${ids.map(literal).join(', ')}`]
}

function tasksOf({ tasks = [] }: ProblemRecord, at: EpochMs): readonly string[] {
  if (tasks.length === 0) return []
  const lines = tasks.map(({ text, assignee, due, doneAt }) => {
    const who = assignee === null ? '' : `, ${literal(assignee)}`
    const when =
      due === null ? '' : `, due ${dayOf(due)}${doneAt === null && due < at ? ' (overdue)' : ''}`
    return `- [${doneAt === null ? ' ' : 'x'}] ${oneLine(text)}${who}${when}`
  })
  return [lines.join('\n')]
}

/** Words of people may hold several lines. */
function quote(what: string, text: string | null): readonly string[] {
  if (text === null) return []
  return [
    `${what}:\n\n${text
      .split(/\r?\n/)
      .map((line) => `> ${line}`)
      .join('\n')}`,
  ]
}

function costOf({ monthlyCost, costLow, costHigh }: ProblemRecord['figures']): string {
  return `${hours(monthlyCost)} (${hours(costLow)} to ${hours(costHigh)})`
}

function hours(minutes: number): string {
  return `${Math.round(minutes / 6) / 10} h`
}

function countOf(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`
}
