/** `faultline backtest`: other rules on the past, from the journal or from a recorded stream. */
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parse as parseYaml } from 'yaml'
import { planBacktest } from './backtest-plan.ts'
import { type BacktestFeed, type BacktestTask, runBacktest } from './backtest-run.ts'
import type { Report, RunFigures } from './core/backtest/report.ts'
import type { RuleChange } from './core/backtest/rule-change.ts'
import type { Entry, JournalRecord } from './core/entry.ts'
import { AppError } from './core/errors.ts'
import { type EpochMs, parseRfc3339 } from './core/time.ts'
import { loadCmdb, loadKnowledge, loadRules } from './inputs.ts'
import { readExport } from './journal-file.ts'
import { shippedRules } from './paths.ts'
import { readLine } from './replay.ts'

export interface BacktestOptions {
  readonly from?: string
  readonly to?: string
  readonly rules?: string
  readonly set: readonly string[]
  readonly events?: string
  readonly journal?: string
  readonly against?: string
  readonly cmdb?: string
  readonly knowledge?: string
  readonly out?: string
  readonly json?: boolean
}

/** Exit code where the journal does not reach as far back as asked for. */
const OUT_OF_REACH = 3

/**
 * Runs it and writes what came out.
 *
 * @param openPast opens the journal of this machine's store; called where neither file is given
 * @returns the exit code: 0, or 3 where the journal does not reach the range
 * @throws AppError `payload_invalid` on what is at fault in what was given
 */
export async function backtest(
  options: BacktestOptions,
  openPast: () => Promise<Past>,
): Promise<number> {
  const task = taskOf(options)
  const report = await run(task, options, openPast).catch((cause: unknown) => {
    if (!(cause instanceof AppError)) throw cause
    if (cause.code !== 'conflict' && cause.code !== 'not_found') throw cause
    process.stderr.write(`faultline: ${cause.message}\n`)
    return null
  })
  if (report === null) return OUT_OF_REACH
  const text = `${JSON.stringify(report, null, 2)}\n`
  if (options.out !== undefined) {
    mkdirSync(options.out, { recursive: true })
    writeFileSync(join(options.out, 'backtest.json'), text)
  }
  process.stdout.write(options.json === true ? text : summary(report))
  return 0
}

/** What is read where no file is given, and its end. */
export interface Past {
  readonly deps: Parameters<typeof planBacktest>[0]
  readonly folder: string
  close(): Promise<void>
}

async function run(
  task: Omit<BacktestTask, 'packs' | 'now'>,
  options: BacktestOptions,
  openPast: () => Promise<Past>,
): Promise<Report> {
  const { events, journal } = options
  if (events !== undefined && journal !== undefined)
    throw new AppError('payload_invalid', 'give either --events or --journal')
  const fromFile = { ...task, packs: {}, now: null }
  if (events !== undefined) return runBacktest(fromFile, feedOf(readEvents(events, options)))
  if (journal !== undefined) return runBacktest(fromFile, feedOf(readExport(linesOf(journal))))
  if (options.from === undefined)
    throw new AppError('payload_invalid', '--from is needed where the journal is read')
  const past = await openPast()
  try {
    const { snapshot, first, last, packs } = await planBacktest(past.deps, task)
    const now = loadRules(past.folder)
    const records = past.deps.journal.read(first, last)
    return await runBacktest(
      { ...task, packs, now },
      { ...feedOf(records), chunks: snapshot?.chunks ?? null },
    )
  } finally {
    await past.close()
  }
}

function feedOf(records: AsyncIterable<JournalRecord>): BacktestFeed {
  return { chunks: null, records }
}

function taskOf({ from, to, rules, set }: BacktestOptions): Omit<BacktestTask, 'packs' | 'now'> {
  if (rules === undefined && set.length === 0)
    throw new AppError('payload_invalid', 'give --rules, --set or both: what is to be tried')
  const range = {
    from: timeOf('--from', from) ?? 0,
    to: timeOf('--to', to) ?? Number.MAX_SAFE_INTEGER,
  }
  if (range.from > range.to) throw new AppError('payload_invalid', '--from lies after --to')
  const change: RuleChange = {
    base: rules === undefined ? 'recorded' : 'none',
    packs: rules === undefined ? {} : loadRules(rules).packs,
    set: Object.fromEntries(set.map(settingOf)),
  }
  return { ...range, change }
}

function timeOf(option: string, text: string | undefined): EpochMs | undefined {
  if (text === undefined) return undefined
  const at = parseRfc3339(text)
  if (at === undefined || at === null)
    throw new AppError('payload_invalid', `${option} is not an RFC 3339 time`)
  return at
}

function settingOf(text: string): [string, unknown] {
  const at = text.indexOf('=')
  if (at < 1) throw new AppError('payload_invalid', `--set ${text}: not key=value`)
  return [text.slice(0, at), parseYaml(text.slice(at + 1))]
}

/** A recorded stream as entries, after the files that are in force from its beginning on. */
async function* readEvents(
  file: string,
  { against, cmdb, knowledge }: BacktestOptions,
): AsyncGenerator<JournalRecord> {
  const setUp = [
    loadRules(against ?? shippedRules()),
    ...(cmdb === undefined ? [] : [loadCmdb(cmdb)]),
    ...(knowledge === undefined ? [] : [loadKnowledge(knowledge)]),
  ]
  let offset = 0
  let number = 0
  const next = (entry: Entry): JournalRecord => {
    offset += 1
    return { offset, entry }
  }
  for await (const text of linesOf(file)) {
    number += 1
    if (text.trim() === '') continue
    const { entry } = readLine(text, number)
    if (offset === 0) for (const { toEntry } of setUp) yield next(toEntry(entry.at, entry.scope))
    yield next(entry)
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) yield line
}

/** For people: figures side by side, then what differs. */
export function summary({ before, after, totals, people }: Report): string {
  const share = (value: number | null): string => (value === null ? '-' : value.toFixed(3))
  const rows: readonly (readonly [string, (run: RunFigures) => string])[] = [
    ['alerts', ({ alerts }) => String(alerts)],
    ['muted alerts', ({ muted }) => String(muted)],
    ['incidents opened', ({ opened }) => String(opened)],
    ['incidents notified', ({ notified }) => String(notified)],
    ['precision by corrections', ({ score }) => share(score.precision)],
    ['recall by corrections', ({ score }) => share(score.recall)],
  ]
  const line = (name: string, one: string, other: string): string =>
    `${name.padEnd(26)}${one.padStart(12)}${other.padStart(12)}\n`
  const figures = rows.map(([name, of]) => line(name, of(before), of(after)))
  const differs = Object.entries(totals)
    .filter(([name]) => name !== 'kept')
    .map(([name, count]) => `${WORDS[name] ?? name}: ${count}\n`)
  const { given, carried, held, notCarried } = people
  return [
    line('', 'as it was', 'changed'),
    ...figures,
    '\n',
    ...differs,
    `\ncommands of people: ${given}, carried over ${carried}, needless ${held}, not carried over ${notCarried}\n`,
  ].join('')
}

const WORDS: Readonly<Record<string, string>> = {
  merged: 'incidents merged',
  split: 'incidents split',
  gone: 'incidents that do not open',
  fresh: 'new incidents',
  later: 'incidents opened later',
  earlier: 'incidents opened earlier',
  moved: 'alerts in another incident',
  left: 'alerts in no incident any more',
  joined: 'alerts in an incident now',
  muted: 'alerts muted now',
  unmuted: 'alerts muted no longer',
  onlyBefore: 'alerts that are none of their own any more',
  onlyAfter: 'alerts that are of their own now',
}
