/** Backtests: what is asked, how far it is, what it came to. */
import { z } from '@hono/zod-openapi'
import type { RouteRef } from '../../core/backtest/course.ts'
import type { AlertRef, IncidentRef, Report, RunFigures } from '../../core/backtest/report.ts'
import { PACK_NAMES } from '../../core/rules.ts'
import { BACKTEST_STATES, type Backtest } from '../deps.ts'
import { iso, Time, TimeInput } from './common.ts'
import { WeightChangeView } from './weights.ts'

export const BacktestInput = z
  .strictObject({
    from: TimeInput,
    to: TimeInput,
    packs: z
      .partialRecord(z.enum(PACK_NAMES), z.string().max(1_000_000))
      .optional()
      .openapi({ description: 'YAML of whole packs; the others stay as they were at each time' }),
    set: z
      .record(z.string().max(256), z.unknown())
      .optional()
      .openapi({ description: 'single settings', example: { 'correlate.gap': '15m' } }),
  })
  .openapi('BacktestInput')

const ScoreView = z
  .strictObject({
    together: z.int().openapi({ description: 'pairs of alerts that people put together' }),
    apart: z.int().openapi({ description: 'pairs that people took apart' }),
    togetherHeld: z.int().openapi({ description: 'of them, those that the engine put together' }),
    apartHeld: z.int(),
    precision: z.number().nullable(),
    recall: z.number().nullable(),
  })
  .openapi('BacktestScore')

export const FiguresView = z
  .strictObject({
    rules: z.string().openapi({ description: 'version at the end' }),
    alerts: z.int().openapi({ description: 'alert episodes that began in the range' }),
    muted: z.int(),
    opened: z.int().openapi({ description: 'incidents that opened in the range' }),
    notified: z.int(),
    score: ScoreView,
  })
  .openapi('BacktestFigures')

const IncidentView = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    priority: z.int(),
    openedAt: Time,
    alerts: z.int(),
  })
  .openapi('BacktestIncident')

const AlertView = z
  .strictObject({
    alert: z.string().openapi({ description: '`<alert id>.<start>`' }),
    title: z.string(),
    startsAt: Time,
    before: z.string().nullable().openapi({ description: 'incident; null: in none' }),
    after: z.string().nullable(),
    mutedBy: z.string().nullable(),
  })
  .openapi('BacktestAlert')

const RouteView = z
  .strictObject({
    team: z.string().nullable(),
    channels: z.array(z.string()).nullable().openapi({ description: 'null: every one' }),
    rules: z.array(z.string()),
  })
  .openapi('BacktestRoute')

const Alerts = z.array(AlertView)

export const ReportView = z
  .strictObject({
    before: FiguresView,
    after: FiguresView,
    totals: z.record(z.string(), z.int()).openapi({ description: 'lengths of all lists' }),
    merged: z.array(z.strictObject({ before: z.array(IncidentView), after: IncidentView })),
    split: z.array(z.strictObject({ before: IncidentView, after: z.array(IncidentView) })),
    gone: z.array(IncidentView),
    fresh: z.array(IncidentView),
    retimed: z.array(z.strictObject({ before: IncidentView, after: IncidentView, byMs: z.int() })),
    rerouted: z
      .array(
        z.strictObject({
          before: IncidentView,
          after: IncidentView,
          from: RouteView,
          to: RouteView,
        }),
      )
      .openapi({ description: 'to another team or other channels' }),
    ...{ moved: Alerts, left: Alerts, joined: Alerts, muted: Alerts, unmuted: Alerts },
    ...{ onlyBefore: Alerts, onlyAfter: Alerts },
    people: z.strictObject({
      given: z.int().openapi({ description: 'commands of people in the range' }),
      carried: z.int(),
      held: z.int().openapi({ description: 'needless under the other rules' }),
      notCarried: z.int(),
      list: z
        .array(
          z.strictObject({
            at: Time,
            actor: z.string(),
            do: z.string(),
            about: z.string(),
            reason: z.string(),
          }),
        )
        .openapi({ description: 'what could not be carried over' }),
      dismissed: z
        .strictObject({ alerts: z.int(), openedBefore: z.int(), openedAfter: z.int() })
        .openapi({ description: 'alerts of what people said is no incident' }),
      pairsLeftOut: z.int(),
    }),
  })
  .openapi('BacktestReport')

const base = z.strictObject({
  id: z.string(),
  state: z.enum(BACKTEST_STATES),
  by: z.string(),
  from: Time,
  to: Time,
  packs: z.array(z.string()).openapi({ description: 'names of the packs that were changed' }),
  set: z.record(z.string(), z.unknown()),
  rules: z.array(z.string()).openapi({ description: 'names of the rules that were added' }),
  proposal: z
    .string()
    .nullable()
    .openapi({ description: 'the proposal that it tries; null: none' }),
  weights: z
    .union([z.strictObject({ scope: z.string(), changes: z.array(WeightChangeView) }), z.null()])
    .openapi({ description: 'weights of a scope, as if they had been accepted as it begins' }),
  createdAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  done: z.int().openapi({ description: 'entries of the journal that are done' }),
  total: z.int().nullable().openapi({ description: 'null: not known yet' }),
  failure: z.string().nullable(),
})

export const BacktestView = base
  .extend({ report: z.union([ReportView, z.null()]) })
  .openapi('Backtest')

export const BacktestPage = z
  .strictObject({
    items: z.array(base.openapi('BacktestSummary')),
    earliest: Time.nullable().openapi({
      description: 'a range cannot begin before; null: the journal is empty',
    }),
  })
  .openapi('BacktestPage')

export const BacktestPacks = z
  .strictObject({
    packs: z.record(z.string(), z.string()).openapi({ description: 'YAML by name of the pack' }),
  })
  .openapi('BacktestPacks')

export function viewSummary(backtest: Backtest): z.output<typeof base> {
  const { id, state, by, asked, done, total, failure } = backtest
  return {
    ...{ id, state, by, done, total, failure },
    from: iso(asked.from),
    to: iso(asked.to),
    packs: Object.keys(asked.change.packs),
    set: { ...asked.change.set },
    rules: (asked.change.rules ?? []).map(({ rule }) => rule.name),
    proposal: asked.proposal ?? null,
    weights: viewWeights(asked.change),
    createdAt: iso(backtest.createdAt),
    startedAt: iso(backtest.startedAt),
    endedAt: iso(backtest.endedAt),
  }
}

function viewWeights({ weights }: Backtest['asked']['change']): z.output<typeof base>['weights'] {
  return weights === undefined ? null : { ...weights, changes: [...weights.changes] }
}

export function viewBacktest(backtest: Backtest): z.output<typeof BacktestView> {
  const report = backtest.report === null ? null : viewReport(backtest.report)
  return { ...viewSummary(backtest), report }
}

function viewReport(report: Report): z.output<typeof ReportView> {
  const { before, after, totals, people } = report
  return {
    before: viewFigures(before),
    after: viewFigures(after),
    totals: { ...totals },
    merged: report.merged.map((one) => ({
      before: one.before.map(viewIncident),
      after: viewIncident(one.after),
    })),
    split: report.split.map((one) => ({
      before: viewIncident(one.before),
      after: one.after.map(viewIncident),
    })),
    gone: report.gone.map(viewIncident),
    fresh: report.fresh.map(viewIncident),
    retimed: report.retimed.map((one) => ({
      before: viewIncident(one.before),
      after: viewIncident(one.after),
      byMs: one.byMs,
    })),
    rerouted: report.rerouted.map((one) => ({
      before: viewIncident(one.before),
      after: viewIncident(one.after),
      from: viewRoute(one.from),
      to: viewRoute(one.to),
    })),
    moved: report.moved.map(viewAlert),
    left: report.left.map(viewAlert),
    joined: report.joined.map(viewAlert),
    muted: report.muted.map(viewAlert),
    unmuted: report.unmuted.map(viewAlert),
    onlyBefore: report.onlyBefore.map(viewAlert),
    onlyAfter: report.onlyAfter.map(viewAlert),
    people: {
      ...people,
      dismissed: { ...people.dismissed },
      list: people.list.map((one) => ({ ...one, at: iso(one.at) })),
    },
  }
}

export function viewFigures({ score, ...figures }: RunFigures): z.output<typeof FiguresView> {
  return { ...figures, score: { ...score } }
}

function viewIncident({ openedAt, ...incident }: IncidentRef): z.output<typeof IncidentView> {
  return { ...incident, openedAt: iso(openedAt) }
}

function viewRoute({ team, channels, rules }: RouteRef): z.output<typeof RouteView> {
  return { team, channels: channels === null ? null : [...channels], rules: [...rules] }
}

function viewAlert({ startsAt, ...alert }: AlertRef): z.output<typeof AlertView> {
  return { ...alert, startsAt: iso(startsAt) }
}
