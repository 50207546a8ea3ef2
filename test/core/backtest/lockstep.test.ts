/** Two runs over one journal: nothing changes nothing, and people's commands find their alerts. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Both, openLockstep } from '../../../src/core/backtest/lockstep.ts'
import { type Report, reportOn } from '../../../src/core/backtest/report.ts'
import type { RuleChange } from '../../../src/core/backtest/rule-change.ts'
import { Engine } from '../../../src/core/engine/engine.ts'
import type { Command, CommandEntry } from '../../../src/core/entry.ts'
import type { WeightChange } from '../../../src/core/learn/weights.ts'
import { instant, report } from '../../support/engine.ts'
import { anyStream, type Recorded, RUNS, unfold } from '../engine/streams.ts'

const NO_CHANGE: RuleChange = { base: 'recorded', packs: {}, set: {} }

function run(journal: readonly Recorded[], change: RuleChange, start = 0): Both {
  const items = new Map(journal.map(({ record, items }) => [record.entry, items]))
  const engine = new Engine()
  let packs = {}
  for (const { record, items: read } of journal.slice(0, start)) {
    engine.apply(record, read)
    if (record.entry.kind === 'rules') packs = record.entry.packs as object
  }
  const from = journal[start]?.record.entry.at ?? 0
  const lockstep = openLockstep({
    ...{ from, to: Number.MAX_SAFE_INTEGER, change, engine, packs },
    decode: (entry) => items.get(entry) ?? [],
  })
  for (const { record } of journal.slice(start)) lockstep.apply(record)
  return lockstep.finish()
}

describe('a backtest of unchanged rules', () => {
  it('differs in nothing, whatever happened and wherever it begins', () => {
    fc.assert(
      fc.property(anyStream(), fc.nat(), (stream, cut) => {
        const journal = unfold(stream)
        const both = run(journal, NO_CHANGE, cut % journal.length)
        const { before, after, totals, people } = reportOn(both, 0)
        const { kept: _kept, ...others } = totals
        expect(Object.values(others).every((count) => count === 0)).toBe(true)
        expect({ ...after, rules: '' }).toEqual({ ...before, rules: '' })
        const reasons = people.list.map(({ reason }) => reason)
        expect(reasons.filter((reason) => !/when it was given|alerts is in/.test(reason))).toEqual(
          [],
        )
        expect([...both.after.incidents.values()]).toEqual([...both.before.incidents.values()])
      }),
      RUNS,
    )
  })
})

/** Alerts at seconds, then people's commands; members are named by their rules. */
interface Told {
  readonly alerts: readonly (readonly [second: number, host: string, rule: string])[]
  readonly commands: (keys: (rule: string) => string) => readonly Command[]
  readonly change?: RuleChange
}

function tell({ alerts, commands, change = NO_CHANGE }: Told): Report {
  const engine = new Engine()
  const journal: Recorded[] = []
  const add = (recorded: Omit<Recorded, 'record'> & { entry: Recorded['record']['entry'] }) => {
    const record = { offset: journal.length + 1, entry: recorded.entry }
    engine.apply(record, recorded.items)
    journal.push({ record, items: recorded.items })
  }
  const scope = 'default'
  for (const [second, host, rule] of alerts)
    add({
      entry: {
        ...{ kind: 'received', at: instant(second), scope, receipt: 'r', body: '' },
        source: 'prometheus',
      },
      items: [report('firing', host, rule, { severity: 'critical', startsAt: second })],
    })
  const keyOf = (rule: string): string => {
    const all = [...engine.state.alerts.values()]
    const found = all.find(({ labels }) => labels['alertname'] === rule)
    return `${found?.id}.${found?.startsAt}`
  }
  const at = instant((alerts.at(-1)?.[0] ?? 0) + 60)
  for (const command of commands(keyOf))
    add({ entry: { kind: 'command', at, scope, actor: 'ada', command }, items: [] })
  return reportOn(run(journal, change), 0)
}

describe('a backtest of weights', () => {
  /** Two alerts that the shipped weights leave apart, but nearly not; before them what people did. */
  function journalOf(commands: readonly CommandEntry['command'][]): Recorded[] {
    const head = { scope: 'default', receipt: 'r', body: '', source: 'prometheus' }
    const told = [[1, 'z'] as const, [12_000, 'a'] as const, [12_575, 'b'] as const].map(
      ([startsAt, rule]) => ({
        entry: { kind: 'received', at: instant(startsAt), ...head } as const,
        items: [
          report('firing', `on-${rule}`, rule, {
            ...{ severity: 'critical', startsAt },
            labels: rule === 'z' ? {} : { namespace: 'n' },
          }),
        ],
      }),
    )
    const done = commands.map((command) => ({
      entry: { kind: 'command', at: instant(2), scope: 'default', actor: 'ada', command } as const,
      items: [],
    }))
    return [...told.slice(0, 1), ...done, ...told.slice(1)].map(({ entry, items }, at) => ({
      ...{ record: { offset: at + 1, entry }, items },
    }))
  }
  const changes: readonly WeightChange[] = [
    { term: 'labels', from: 1, to: 1.1 },
    { term: 'crowd', from: 1, to: 1.1 },
  ]
  const weights = { scope: 'default', changes }
  const accept = { do: 'weights.accept', proposal: 'R-0', ...weights } as const

  it('tries those of a proposal as if they had been accepted as the range began', () => {
    const { totals } = reportOn(run(journalOf([]), { ...NO_CHANGE, weights }), 0)
    expect(totals).toMatchObject({ merged: 1, split: 0 })
    const others = { ...weights, scope: 'acme' }
    expect(reportOn(run(journalOf([]), { ...NO_CHANGE, weights: others }), 0).totals.merged).toBe(0)
  })

  it('carries what people accepted and undid, unless it sets weights itself', () => {
    const both = run(journalOf([accept]), NO_CHANGE)
    expect(both.people.counts).toEqual({ given: 1, carried: 1, held: 0 })
    expect(reportOn(both, 0).totals).toMatchObject({ kept: 2, merged: 0, split: 0 })
    const set = { 'correlate.weights.labels': 1 }
    const aside = run(journalOf([accept]), { ...NO_CHANGE, set })
    expect(aside.people.counts).toEqual({ given: 1, carried: 0, held: 1 })
    expect(reportOn(aside, 0).totals).toMatchObject({ merged: 0, split: 1 })
    const undone = run(journalOf([accept, { do: 'weights.undo', version: 'W-1' }]), NO_CHANGE)
    expect(undone.people.counts).toEqual({ given: 2, carried: 2, held: 0 })
    expect(reportOn(undone, 0).totals).toMatchObject({ kept: 3 })
  })
})

describe('a backtest of other routes', () => {
  const routed = (rules: readonly object[]): RuleChange => ({
    base: 'recorded',
    packs: { route: { rules } },
    set: {},
  })
  const web = { name: 'web', when: ['host="web"'], reason: 'so' }

  it('lists what goes to another team or other channels, and nothing else', () => {
    const alerts = [[1, 'web', 'Slow'] as const, [4000, 'db', 'Down'] as const]
    const change = routed([{ ...web, team: 'shop', channels: ['shop'] }])
    const { totals, rerouted } = tell({ alerts, commands: () => [], change })
    expect(totals).toMatchObject({ kept: 2, rerouted: 1 })
    expect(rerouted).toMatchObject([
      {
        before: { id: 'INC-000001' },
        from: { team: null, channels: null, rules: [] },
        to: { team: 'shop', channels: ['shop'], rules: ['web'] },
      },
    ])
  })

  it('lets a team that a person gave it to be: the rule would not have changed it', () => {
    const { totals, rerouted } = tell({
      alerts: [[1, 'web', 'Slow']],
      commands: () => [{ do: 'assign', incident: 'INC-000001', team: 'night' }],
      change: routed([{ ...web, team: 'shop' }]),
    })
    expect([totals.rerouted, rerouted]).toEqual([0, []])
  })
})

/** `group` puts all alerts of a rule into one incident. */
const GROUPED: RuleChange = {
  base: 'recorded',
  packs: {
    correlate: {
      rules: [{ name: 'all', when: ['alertname="down"'], decide: 'group', by: ['alertname'] }],
    },
  },
  set: {},
}
const APART: RuleChange = {
  base: 'none',
  packs: {
    correlate: { rules: [{ name: 'each', when: ['alertname="down"'], decide: 'apart' }] },
  },
  set: {},
}
/** Far apart: the score alone does not link them. */
const FAR = [
  [0, 'web-1', 'down'],
  [500, 'db-9', 'down'],
] as const

describe('people in a backtest', () => {
  const merge = (): Command[] => [{ do: 'merge', incident: 'INC-000001', from: ['INC-000002'] }]

  it('finds a merge needless where the rules group already', () => {
    const { before, after, people } = tell({ alerts: FAR, commands: merge, change: GROUPED })
    expect(people).toMatchObject({ given: 1, carried: 0, held: 1, notCarried: 0 })
    expect(before.score).toMatchObject({ together: 1, togetherHeld: 0, recall: 0 })
    expect(after.score).toMatchObject({ together: 1, togetherHeld: 1, recall: 1, precision: 1 })
    expect([before.opened, after.opened]).toEqual([2, 1])
  })

  it('merges what holds the alerts under the other rules, and scores it as the engine placed it', () => {
    const { after, totals, people } = tell({ alerts: FAR, commands: merge, change: APART })
    expect(people).toMatchObject({ given: 1, carried: 1, notCarried: 0 })
    expect(after.score).toMatchObject({ recall: 0 })
    expect(totals).toMatchObject({ kept: 1, merged: 0, split: 0 })
  })

  it('takes an undone merge for no correction', () => {
    const { before, people } = tell({
      alerts: FAR,
      commands: () => [...merge(), { do: 'undo', incident: 'INC-000001' }],
      change: APART,
    })
    expect(people).toMatchObject({ given: 2, carried: 2, notCarried: 0 })
    expect(before.score).toMatchObject({ together: 0, recall: null })
  })

  it('takes a split for what must be apart', () => {
    const alerts = [
      [0, 'web-1', 'up'],
      [1, 'web-1', 'down'],
    ] as const
    const commands = (key: (rule: string) => string): Command[] => [
      { do: 'split', incident: 'INC-000001', members: [key('down')] },
    ]
    const { before, after, people } = tell({ alerts, commands, change: APART })
    expect(people).toMatchObject({ given: 1, carried: 0, held: 1, notCarried: 0 })
    expect(before.score).toMatchObject({ apart: 1, apartHeld: 1, precision: 0 })
    expect(after.score).toMatchObject({ apart: 1, apartHeld: 0, precision: null })
  })

  it('moves alerts to what holds the others there', () => {
    const alerts = [...FAR, [501, 'db-9', 'up']] as const
    const commands = (key: (rule: string) => string): Command[] => [
      { do: 'move', incident: 'INC-000002', members: [key('up')], to: 'INC-000001' },
    ]
    const { before, after, people } = tell({ alerts, commands, change: APART })
    expect(people).toMatchObject({ given: 1, notCarried: 0 })
    expect(before.score).toMatchObject({ together: 1, togetherHeld: 0, apart: 1, apartHeld: 1 })
    expect(after.score).toMatchObject({ together: 1, togetherHeld: 0, apart: 1, apartHeld: 0 })
  })

  const quiet: RuleChange = {
    base: 'recorded',
    packs: {
      suppress: { rules: [{ name: 'q', when: ['alertname="down"'], reason: 'noise' }] },
    },
    set: {},
  }

  it('counts what people said is no incident, and whether it opens', () => {
    const commands = (): Command[] => [{ do: 'dismiss', incident: 'INC-000001' }]
    const same = tell({ alerts: FAR, commands })
    expect(same.people.dismissed).toEqual({ alerts: 1, openedBefore: 1, openedAfter: 1 })
    const muted = tell({ alerts: FAR, commands, change: quiet })
    expect(muted.people.dismissed).toEqual({ alerts: 1, openedBefore: 1, openedAfter: 0 })
    const undo = (): Command[] => [...commands(), { do: 'undo', incident: 'INC-000001' }]
    const undone = tell({ alerts: FAR, commands: undo })
    expect(undone.people.dismissed).toEqual({ alerts: 0, openedBefore: 0, openedAfter: 0 })
  })

  it('lists what it cannot carry over', () => {
    const { people, totals } = tell({
      alerts: FAR,
      commands: () => [{ do: 'acknowledge', incident: 'INC-000001' }],
      change: quiet,
    })
    expect(totals).toMatchObject({ gone: 2, left: 2, muted: 2 })
    expect(people.list).toMatchObject([
      { do: 'acknowledge', actor: 'ada', about: 'INC-000001', reason: /none of its alerts/ },
    ])
  })
})
