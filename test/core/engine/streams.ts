/**
 * Generated journals: several tools, CIs and people, with repeats, ends, silences, commands, changes
 * and new versions. Commands name incidents and members of a run, so a stream is unfolded once and
 * then folded as often as a law needs.
 */
import fc from 'fast-check'
import { type Applied, Engine } from '../../../src/core/engine/engine.ts'
import type { Command, Entry, JournalRecord, RegroupingCommand } from '../../../src/core/entry.ts'
import { Recurrence } from '../../../src/core/hours.ts'
import type { AlertEvent, IngestItem, Silence } from '../../../src/core/model.ts'
import { SECOND } from '../../../src/core/time.ts'
import { incidentsOf, instant, matching, report } from '../../support/engine.ts'

import { ALERTS, alertOf, CMDBS, PACKS } from './estate.ts'

/** How many journals each law is tried on; `FAULTLINE_LAW_RUNS` asks for more. */
export const RUNS = { numRuns: Number(process.env['FAULTLINE_LAW_RUNS'] ?? 25) }

export interface Recorded {
  readonly record: JournalRecord
  readonly items: readonly IngestItem[]
}

export type Act =
  | { readonly do: 'report'; readonly reports: readonly Report[] }
  | { readonly do: 'again' }
  | { readonly do: 'silence'; readonly alert: number; readonly from: number; readonly for: number }
  | {
      readonly do: 'maintenance'
      readonly alert: number
      readonly for: number
      readonly again: boolean
    }
  | { readonly do: 'command'; readonly command: number; readonly a: number; readonly b: number }
  | { readonly do: 'change'; readonly alert: number; readonly ago: number }
  | { readonly do: 'cmdb'; readonly version: number }
  | { readonly do: 'rules'; readonly version: number }
  | { readonly do: 'restart' }
  | { readonly do: 'time' }

export interface Report {
  readonly alert: number
  readonly reporter: number
  readonly fires: boolean
  /** Seconds since it began or ended. */
  readonly ago: number
  /** Seconds for which a firing report is valid; 0: for ever. */
  readonly validFor: number
}

export interface Timed {
  /** Seconds since the act before. */
  readonly gap: number
  readonly act: Act
}

const COMMANDS = 15

const anyReport: fc.Arbitrary<Report> = fc.record({
  alert: fc.nat(ALERTS - 1),
  reporter: fc.nat(2),
  fires: fc.boolean(),
  ago: fc.constantFrom(0, 0, 1, 3, 30),
  validFor: fc.constantFrom(0, 0, 120, 240),
})

const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('report' as const),
      reports: fc.array(anyReport, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Act>({ do: 'again' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('silence' as const),
      alert: fc.nat(ALERTS - 1),
      from: fc.constantFrom(-5, 0, 20),
      for: fc.constantFrom(0, 10, 100, 1000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('maintenance' as const),
      alert: fc.nat(ALERTS - 1),
      for: fc.constantFrom(10, 100, 1000),
      again: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('command' as const),
      command: fc.nat(COMMANDS - 1),
      a: fc.nat(99),
      b: fc.nat(99),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      alert: fc.nat(ALERTS - 1),
      ago: fc.constantFrom(0, 2, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('cmdb' as const), version: fc.nat(CMDBS.length - 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('rules' as const), version: fc.nat(PACKS.length - 1) }),
  },
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'restart' }) },
  { weight: 1, arbitrary: fc.constant<Act>({ do: 'time' }) },
)

/** Streams of up to `maxLength` acts. */
export function anyStream(maxLength = 40): fc.Arbitrary<readonly Timed[]> {
  const gap = fc.constantFrom(0, 0, 1, 2, 4, 15, 45, 90, 250, 400, 1300, 7300)
  return fc.array(fc.record({ gap, act: anyAct }), { minLength: 1, maxLength, size: 'max' })
}

/** A person's command number `n`, about incidents and members that there are; `a` and `b` choose. */
function commandOf(
  engine: Engine,
  { command, a, b }: Extract<Act, { do: 'command' }>,
): Command | RegroupingCommand | null {
  const all = incidentsOf(engine)
  const one = all[a % Math.max(1, all.length)]
  const other = all[b % Math.max(1, all.length)]
  if (one === undefined || other === undefined) return null
  const incident = one.id
  const keys = [...one.members.keys()]
  const members = keys.filter((_, index) => (index + b) % 2 === 0)
  const regroupings = [...engine.state.regroupings.values()].map(({ id }) => id)
  const regrouping = regroupings[b % Math.max(1, regroupings.length)] ?? 'R-0'
  const makers: readonly (() => Command | RegroupingCommand)[] = [
    () => ({ do: 'acknowledge', incident }),
    () => ({ do: 'unacknowledge', incident }),
    () => ({ do: 'assign', incident, to: b % 2 === 0 ? 'eve' : null }),
    () => ({ do: 'resolve', incident, force: b % 2 === 0 }),
    () => ({ do: 'close', incident }),
    () => ({ do: 'merge', incident, from: [other.id] }),
    () => ({ do: 'split', incident, members }),
    () => ({ do: 'move', incident, members, to: other.id }),
    () => ({ do: 'undo', incident }),
    () => ({ do: 'confirm_cause', incident, ci: 'db-1' }),
    () => ({ do: 'vote', incident, article: 'a1', helpful: b % 2 === 0 }),
    () => ({ do: 'comment', incident, text: 'looking' }),
    () => ({ do: 'dismiss', incident }),
    () => ({ do: 'regrouping.dismiss', regrouping }),
    () => ({ do: 'regrouping.restore', regrouping }),
  ]
  return makers[command % makers.length]?.() ?? null
}

/** What tools know: since when each of their alerts fires. */
type Tools = Map<string, number>

function eventOf(report_: Report, second: number, tools: Tools): AlertEvent {
  const { alert, reporter, fires, ago, validFor } = report_
  const { host, rule, severity } = alertOf(alert)
  const key = `${alert}/${reporter}`
  const since = tools.get(key)
  const startsAt = since ?? second - ago
  const options = {
    severity,
    reporter: `tool-${reporter}`,
    source: reporter === 2 ? 'alertmanager' : 'prometheus',
    relay: reporter === 2,
    generatorUrl: 'http://tool/',
    startsAt,
  }
  if (fires) {
    tools.set(key, startsAt)
    const ends = validFor === 0 ? {} : { endsAt: second + validFor }
    return report('firing', host, rule, { ...options, ...ends })
  }
  tools.delete(key)
  return report('resolved', host, rule, { ...options, endsAt: Math.max(startsAt, second - ago) })
}

const SCOPE = { scope: 'default' } as const

/** The journal of a stream. It begins with an engine entry and the first CMDB. */
export function unfold(stream: readonly Timed[]): Recorded[] {
  const engine = new Engine()
  const out: Recorded[] = []
  const tools: Tools = new Map()
  let second = 0
  const add = (entry: Entry, items: readonly IngestItem[] = []): void => {
    const recorded = { record: { offset: out.length + 1, entry }, items }
    engine.apply(recorded.record, recorded.items)
    out.push(recorded)
  }
  add({ kind: 'engine', at: instant(0), ...SCOPE, version: 'test', downSince: null })
  add(topologyOf(0, 0))
  for (const { gap, act } of stream) {
    second += gap
    const made = entryOf(act, { second, engine, tools, out })
    if (made !== null) add(made.entry, made.items)
  }
  return out
}

interface Scene {
  readonly second: number
  readonly engine: Engine
  readonly tools: Tools
  readonly out: readonly Recorded[]
}

interface Made {
  readonly entry: Entry
  readonly items: readonly IngestItem[]
}

function entryOf(act: Act, scene: Scene): Made | null {
  const { second, engine, tools, out } = scene
  const at = instant(second)
  const plain = (entry: Entry): Made => ({ entry, items: [] })
  switch (act.do) {
    case 'report':
      return received(
        second,
        act.reports.map((one) => eventOf(one, second, tools)),
      )
    case 'again': {
      const last = out.findLast(({ record }) => record.entry.kind === 'received')
      return last === undefined ? null : received(second, last.items)
    }
    case 'silence':
    case 'maintenance':
      return plain(silenceOf(act, second))
    case 'command': {
      const command = commandOf(engine, act)
      return command === null
        ? null
        : plain({ kind: 'command', at, ...SCOPE, actor: 'ada', command })
    }
    case 'change':
      return received(second, [changeOf(act, { second, number: out.length })])
    case 'cmdb':
      return plain(topologyOf(act.version, second))
    case 'rules': {
      const packs = PACKS[act.version] ?? {}
      return plain({ kind: 'rules', at, ...SCOPE, version: `r${act.version}`, packs })
    }
    case 'restart': {
      const downSince = out.at(-1)?.record.entry.at ?? at
      return plain({ kind: 'engine', at, ...SCOPE, version: 'test', downSince })
    }
    case 'time':
      return plain({ kind: 'time', at, ...SCOPE })
  }
}

function received(second: number, items: readonly IngestItem[]): Made {
  const source = items[0]?.kind === 'change' ? 'change' : 'prometheus'
  const own = items.map((item) => (item.kind === 'alert' ? { ...item, source } : item))
  const entry: Entry = {
    kind: 'received',
    at: instant(second),
    ...SCOPE,
    source,
    receipt: 'r',
    body: '',
  }
  return { entry, items: own }
}

function changeOf(
  { alert, ago }: Extract<Act, { do: 'change' }>,
  { second, number }: { readonly second: number; readonly number: number },
): IngestItem {
  return {
    kind: 'change',
    source: 'change',
    changeId: `c${number}`,
    title: 'deploy',
    changeKind: 'deploy',
    cis: [alertOf(alert).host],
    labels: {},
    startsAt: instant(second - ago),
  }
}

/** In a zone that is five and three quarter hours ahead: 08:00 UTC, where streams begin, is 13:45. */
const OFTEN = Recurrence.parse({
  time_zone: 'Asia/Kathmandu',
  windows: [
    { from: '13:46', to: '13:48' },
    { days: ['mon-fri'], from: '13:55', to: '14:30' },
    { from: '14:30', to: '14:40' },
    { nth: [1], from: '23:00', to: '01:00' },
  ],
})

function silenceOf(act: Extract<Act, { do: 'silence' | 'maintenance' }>, second: number): Entry {
  const { host } = alertOf(act.alert)
  const from = act.do === 'silence' ? second + act.from : second
  const recurs = act.do === 'maintenance' && act.again
  const silence: Silence = {
    id: `${act.do}-${host}`,
    kind: act.do,
    matchers: act.do === 'silence' ? matching({ host }) : [],
    cis: act.do === 'silence' ? [] : [host],
    startsAt: instant(from),
    endsAt: instant(from + (recurs ? 100 * act.for : act.for)),
    ...(recurs ? { recurs: OFTEN } : {}),
    createdBy: 'ada',
    comment: 'work',
    updatedAt: instant(second),
  }
  return { kind: 'silence', at: instant(second), ...SCOPE, actor: 'ada', silence }
}

function topologyOf(version: number, second: number): Entry {
  const { items, relations } = CMDBS[version] ?? { items: [], relations: [] }
  const at = instant(second)
  return {
    kind: 'topology',
    at,
    ...SCOPE,
    version: `t${version}`,
    mode: 'replace',
    items,
    relations,
  }
}

/** Folds a journal; `each` is called after every entry. */
export function fold(
  journal: readonly Recorded[],
  each: (engine: Engine, applied: Applied, recorded: Recorded) => void = () => {},
  engine: Engine = new Engine(),
): { readonly engine: Engine; readonly applied: readonly Applied[] } {
  const applied = journal.map((recorded) => {
    const one = engine.apply(recorded.record, recorded.items)
    each(engine, one, recorded)
    return one
  })
  return { engine, applied }
}

/** The same entries with offsets that rise by one. */
export function renumber(journal: readonly Recorded[]): Recorded[] {
  return journal.map(({ record, items }, index) => ({
    record: { ...record, offset: index + 1 },
    items,
  }))
}

/** An entry that only says what time it is. */
export function tick(offset: number, at: number): Recorded {
  return { record: { offset, entry: { kind: 'time', at, ...SCOPE } }, items: [] }
}

/** The last instant of a journal, and some seconds. */
export function after(journal: readonly Recorded[], seconds: number): number {
  return (journal.at(-1)?.record.entry.at ?? instant(0)) + seconds * SECOND
}
