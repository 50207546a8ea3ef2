/** What `npm run quality` measured, as the Markdown of docs/quality.md. */
import type { InstanceResult } from './instance.ts'
import type { RecordedResult } from './recorded.ts'
import { LIMITS, MEASURES, PREAMBLE } from './report-text.ts'
import type { GroupScores } from './scores.ts'
import { type Interval, interval, mean, percentile } from './summary.ts'

export interface Measured {
  readonly commit: string
  readonly rules: string
  readonly machine: string
  readonly minutes: number
  readonly seeds: readonly number[]
  readonly tuned: readonly InstanceResult[]
  readonly clean: readonly InstanceResult[]
  readonly corrupted: readonly InstanceResult[]
  readonly quiet: readonly InstanceResult[]
  /** Rule → its best setting on the tuning families. */
  readonly chosen: ReadonlyMap<string, string>
  /** Term → the clean families without it; null: with all, on the same instances. */
  readonly ablations: ReadonlyMap<string | null, readonly InstanceResult[]>
  /** Join threshold → the families of large cascades. */
  readonly thresholds: ReadonlyMap<number, readonly InstanceResult[]>
  readonly recorded: readonly RecordedResult[] | { readonly missing: string }
  readonly about: ReadonlyMap<string, string>
}

type Cell = string | number

const f3 = (x: number): string => (Number.isNaN(x) ? '–' : x.toFixed(3))
const percent = (x: number): string => (Number.isNaN(x) ? '–' : `${(x * 100).toFixed(1)} %`)
const range = ({ mean: middle, low, high }: Interval): string =>
  `${f3(middle)} (${f3(low)}–${f3(high)})`

export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function byFamily(list: readonly InstanceResult[]): Map<string, InstanceResult[]> {
  const found = new Map<string, InstanceResult[]>()
  for (const one of list) found.set(one.family, [...(found.get(one.family) ?? []), one])
  return found
}

const fOf = ({ engine }: InstanceResult): number => engine.final.all.f

/** The rule whose setting is best over these instances. */
export function bestRule(
  list: readonly InstanceResult[],
  chosen: ReadonlyMap<string, string>,
): string {
  const f = (name: string): number => mean(list.map(({ baselines }) => baselines[name]?.all.f ?? 0))
  return [...chosen.values()].sort((a, b) => f(b) - f(a))[0] ?? ''
}

function topOf(list: readonly InstanceResult[], k: number): number {
  const ranks = list.flatMap(({ engine }) => engine.ranks)
  return mean(ranks.map((rank) => (rank !== null && rank <= k ? 1 : 0)))
}

const FAMILY_HEAD = [
  ...['family', 'episodes', 'faults', 'F (95 %)', 'P', 'R', 'ARI', 'F of faults', 'best rule F'],
  ...['churn', 'opened p50 / p95', 'cause top-1 / 3 / 5'],
]

function familyRow(name: string, list: readonly InstanceResult[], best: string): Cell[] {
  const of = (pick: (one: InstanceResult) => number): number => mean(list.map(pick))
  const waits = list.flatMap(({ engine }) => engine.secondsToOpen)
  const faults = list.reduce((sum, { engine }) => sum + engine.faults, 0)
  return [
    name,
    list.reduce((sum, { episodes }) => sum + episodes, 0),
    faults,
    range(interval(list.map(fOf))),
    f3(of(({ engine }) => engine.final.all.precision)),
    f3(of(({ engine }) => engine.final.all.recall)),
    f3(of(({ engine }) => engine.final.all.ari)),
    f3(of(({ engine }) => engine.final.faults.f)),
    f3(of(({ baselines }) => baselines[best]?.all.f ?? Number.NaN)),
    percent(of(({ engine }) => engine.churn)),
    `${Math.round(percentile(waits, 0.5))} / ${Math.round(percentile(waits, 0.95))} s`,
    `${f3(topOf(list, 1))} / ${f3(topOf(list, 3))} / ${f3(topOf(list, 5))}`,
  ]
}

/** One row for each family and one for all. */
export function familyTable(list: readonly InstanceResult[], best: string): string {
  const rows = [...byFamily(list)].map(([name, own]) => familyRow(name, own, best))
  return table(FAMILY_HEAD, [...rows, familyRow('**all**', list, best)])
}

function worst(list: readonly InstanceResult[]): { readonly family: string; readonly f: number } {
  const means = [...byFamily(list)].map(([family, own]) => ({ family, f: mean(own.map(fOf)) }))
  return means.sort((a, b) => a.f - b.f)[0] ?? { family: '–', f: Number.NaN }
}

/** The aims, and whether they are reached: "no" is printed like "yes". */
export function aims(measured: Measured): string {
  const { clean, corrupted, quiet, thresholds, chosen } = measured
  const best = bestRule(clean, chosen)
  const bestF = mean(clean.map(({ baselines }) => baselines[best]?.all.f ?? 0))
  const f = mean(clean.map(fOf))
  const low = worst(clean)
  const wrong = mean(corrupted.map(fOf))
  const told = [...clean, ...corrupted]
  const churn = told.reduce((most, { engine }) => Math.max(most, engine.churn), 0)
  const noise = falsePer1000(quiet)
  const cut = reductionAtPurity(thresholds)
  const row = (
    what: string,
    aim: string,
    reached: number,
    ok: boolean,
    isMeasured = false,
  ): Cell[] => [
    what,
    aim,
    f3(reached),
    ok ? 'yes' : Number.isNaN(reached) && !isMeasured ? 'not measured' : '**no**',
  ]
  return table(
    ['what', 'aim', 'measured', 'reached'],
    [
      row('B-cubed F, test families, mean', '≥ 0.900', f, f >= 0.9),
      row(`the same, worst family (${low.family})`, '≥ 0.800', low.f, low.f >= 0.8),
      row('above the best rule', '≥ +0.100', f - bestF, f - bestF >= 0.1),
      row('B-cubed F with a wrong CMDB, mean', '≥ 0.800', wrong, wrong >= 0.8),
      row('incidents per 1,000 alerts of pure noise', '≤ 1.000', noise, noise <= 1),
      row('churn after notification, worst instance', '≤ 0.020', churn, churn <= 0.02),
      row(
        'reduction at purity ≥ 0.95, large cascades',
        '≥ 0.900',
        cut,
        cut >= 0.9,
        thresholds.size > 0,
      ),
      row('root cause top-1, test families', '≥ 0.850', topOf(clean, 1), topOf(clean, 1) >= 0.85),
      row(
        'root cause top-1, wrong CMDB',
        '≥ 0.650',
        topOf(corrupted, 1),
        topOf(corrupted, 1) >= 0.65,
      ),
    ],
  )
}

function falsePer1000(list: readonly InstanceResult[]): number {
  return mean(list.map(({ engine, episodes }) => (engine.final.falseIncidents / episodes) * 1000))
}

function reductionAtPurity(thresholds: Measured['thresholds']): number {
  const pure = [...thresholds.values()].filter(
    (list) => mean(list.map(({ engine }) => engine.final.all.purity)) >= 0.95,
  )
  const best = pure.map((list) => mean(list.map(({ engine }) => engine.final.reduction)))
  return best.length === 0 ? Number.NaN : Math.max(...best)
}

/** Every rule at the setting that is best for it on the tuning families. */
export function ruleTable({ clean, chosen }: Pick<Measured, 'clean' | 'chosen'>): string {
  const row = (
    name: string,
    setting: string,
    of: (one: InstanceResult) => GroupScores | undefined,
  ): Cell[] => {
    const all = clean.flatMap((one) => of(one) ?? [])
    const each = [...byFamily(clean).values()].map((own) =>
      mean(own.map((one) => of(one)?.all.f ?? 0)),
    )
    const avg = (pick: (scores: GroupScores) => number): string => f3(mean(all.map(pick)))
    return [
      name,
      setting,
      range(interval(all.map((scores) => scores.all.f))),
      f3(Math.min(...each)),
      avg((scores) => scores.all.precision),
      avg((scores) => scores.all.recall),
      avg((scores) => scores.faults.f),
      avg((scores) => scores.all.ari),
      avg((scores) => scores.all.ami),
      `${avg((scores) => scores.all.pairPrecision)} / ${avg((scores) => scores.all.pairRecall)}`,
      `${avg((scores) => scores.all.homogeneity)} / ${avg((scores) => scores.all.completeness)}`,
      avg((scores) => scores.all.purity),
      percent(mean(all.map((scores) => scores.reduction))),
      percent(mean(all.map((scores) => scores.singletons))),
      `${avg((scores) => scores.matching.precision)} / ${avg((scores) => scores.matching.recall)}`,
      `${avg((scores) => scores.matching.fragmentation)} / ${avg((scores) => scores.matching.contamination)}`,
      avg((scores) => scores.matching.actions),
    ]
  }
  const rules = [...chosen].map(([rule, name]) =>
    row(rule, name.slice(rule.length + 3), ({ baselines }) => baselines[name]),
  )
  const byF = rules.sort((a, b) => String(b[2]).localeCompare(String(a[2]), 'en'))
  return table(
    [
      ...[
        'grouping',
        'best setting',
        'F (95 %)',
        'worst family',
        'P',
        'R',
        'F of faults',
        'ARI',
        'AMI',
      ],
      ...['pairs P / R', 'homog. / compl.', 'purity', 'reduction', 'singletons', 'incidents P / R'],
      ...['fragments / mixed', 'actions'],
    ],
    [
      row('**Faultline**', 'defaults', ({ engine }) => engine.final),
      ...byF,
      row('*oracle: single CIs*', 'knows the truth', ({ oracle }) => oracle),
    ],
  )
}

function stages(list: readonly InstanceResult[]): string {
  const of = (pick: (one: InstanceResult) => number): string => f3(mean(list.map(pick)))
  const faults = list.reduce((sum, { engine }) => sum + engine.faults, 0)
  const seen = list.reduce((sum, { engine }) => sum + engine.faultsSeen, 0)
  const unplaced = list.reduce((sum, { engine }) => sum + engine.unplaced, 0)
  const unopened = list.reduce((sum, { engine }) => sum + engine.unopened, 0)
  const episodes = list.reduce((sum, one) => sum + one.episodes - one.background, 0)
  const settle = list.flatMap(({ engine }) => engine.secondsToSettle)
  const inside = list.reduce((sum, { engine }) => sum + engine.final.backgroundInside, 0)
  const background = list.reduce((sum, one) => sum + one.background, 0)
  const hours = list.map(({ engine }) => engine.quietHours)
  const quiet = hours.reduce((sum, hour) => sum + hour.quiet, 0)
  const allHours = hours.reduce((sum, hour) => sum + hour.all, 0)
  const abstained = list.reduce((sum, { engine }) => sum + engine.abstained, 0)
  const known = list.reduce((sum, { engine }) => sum + engine.ranks.length, 0)
  return table(
    ['', 'measured'],
    [
      [
        'B-cubed F as placed / when people were told / at the end',
        `${of(({ engine }) => engine.placed.f)} / ${of(({ engine }) => engine.told.f)} / ${of(fOf)}`,
      ],
      ['faults that have an incident', `${seen} of ${faults}`],
      [
        'fault alerts in no incident',
        `${unplaced} of ${episodes} (${percent(unplaced / episodes)})`,
      ],
      [
        'fault alerts in an incident that never opened',
        `${unopened} of ${episodes} (${percent(unopened / episodes)})`,
      ],
      [
        'background alerts inside incidents of faults',
        `${inside} of ${background} (${percent(inside / background)})`,
      ],
      ['incidents of background alone, per 1,000 alerts', f3(falsePer1000(list))],
      [
        'seconds until the last alert that was moved, p50 / p95',
        `${Math.round(percentile(settle, 0.5))} / ${Math.round(percentile(settle, 0.95))}`,
      ],
      [
        'fault-free hours without a new incident (specificity)',
        `${quiet} of ${allHours} (${percent(quiet / allHours)})`,
      ],
      ['no cause named (abstained, or no incident)', `${abstained} of ${known}`],
      ['alerts bound to a CI', percent(mean(list.map(({ bound, episodes: all }) => bound / all)))],
    ],
  )
}

function ablationTable({ ablations }: Measured): string {
  const base = ablations.get(null) ?? []
  const rows = [...ablations].map(([term, list]) => {
    const change = list.map((one, i) => fOf(one) - fOf(base[i] ?? one))
    const top = topOf(list, 1)
    return [
      term === null ? 'all terms' : `without ${term}`,
      f3(mean(list.map(fOf))),
      term === null ? '–' : range(interval(change)),
      f3(mean(list.map(({ engine }) => engine.final.faults.f))),
      f3(mean(list.map(({ engine }) => engine.final.all.ari))),
      f3(top),
    ]
  })
  return table(['terms', 'F', 'change of F (95 %)', 'F of faults', 'ARI', 'cause top-1'], rows)
}

function thresholdTable({ thresholds }: Measured): string {
  const rows = [...thresholds].map(([join, list]) => [
    join,
    f3(mean(list.map(({ engine }) => engine.final.all.purity))),
    percent(mean(list.map(({ engine }) => engine.final.reduction))),
    f3(mean(list.map(fOf))),
  ])
  return table(['`join`', 'purity', 'reduction', 'F'], rows)
}

function recordedTable({ recorded }: Measured): string {
  if ('missing' in recorded) return `Not measured: ${recorded.missing}.`
  const rows = recorded.map(({ name, engine, baselines }) => {
    const [best] = Object.entries(baselines).sort((a, b) => b[1].ari - a[1].ari)
    return [
      name,
      `${f3(engine.final.ARI)} / ${f3(engine.asPlaced.ARI)}`,
      f3(engine.final.bcubedF),
      best === undefined ? '–' : `${f3(best[1].ari)} / ${f3(best[1].f)} (${best[0]})`,
      engine.labelledWithoutIncident,
      `${Math.round(engine.secondsToOpen.p50)} / ${Math.round(engine.secondsToOpen.p95)} s`,
      `${f3(engine.rootCause.all.top1)} / ${f3(engine.rootCause.all.top3)} / ${f3(engine.rootCause.all.top5)}`,
    ]
  })
  const head = [
    ...['stream', 'ARI at the end / as placed', 'F', 'best rule on it: ARI / F', 'in no incident'],
    ...['opened p50 / p95', 'cause top-1 / 3 / 5'],
  ]
  return table(head, rows)
}

function streamsTable({ tuned, clean, corrupted, quiet, about }: Measured): string {
  const rows = [...byFamily([...tuned, ...clean, ...corrupted, ...quiet])].map(([family, list]) => [
    family,
    about.get(family) ?? '',
    list.map(({ digest }) => `\`${digest}\``).join(' '),
  ])
  return table(['family', 'what', 'SHA-256 by seed, first 16 digits'], rows)
}

/** The whole page. */
export function report(measured: Measured): string {
  const { clean, corrupted, quiet, chosen, commit, rules, machine, minutes, seeds, tuned } =
    measured
  const best = bestRule(clean, chosen)
  return [
    PREAMBLE,
    `The engine of commit ${commit} with the shipped rules (SHA-256 ${rules}), one default configuration for every stream; seeds ${seeds.join(', ')}; ${machine}; it took ${minutes} minutes.\n`,
    '## Aims\n',
    aims(measured),
    MEASURES,
    '## Test families\n',
    `"best rule" is, here and below, the rule that is best on these families: ${best}.\n`,
    familyTable(clean, best),
    '',
    stages(clean),
    '\n## With a wrong CMDB\n',
    'The same faults with a fifth of the relations wrong, a twentieth missing, and a fifth of the components unbound.\n',
    familyTable(corrupted, best),
    '\n## Beside the rules in use\n',
    'Means over the test families; each rule at the setting that is best for it on the tuning families.\n',
    ruleTable(measured),
    '\n## Noise only\n',
    table(
      ['alerts', 'incidents opened', 'per 1,000'],
      quiet.map(({ episodes, engine }) => [
        episodes,
        engine.final.incidents,
        f3((engine.final.incidents / episodes) * 1000),
      ]),
    ),
    '\n## Large cascades: how few incidents at purity ≥ 0.95\n',
    thresholdTable(measured),
    '\n## What each term adds\n',
    ablationTable(measured),
    '\n## Recorded streams\n',
    'Scored by their own scorer, episodes of faults only; each beside the rule and setting that is best on that stream.\n',
    recordedTable(measured),
    '\n## Tuning families\n',
    'Seen while tuning: not a result.\n',
    familyTable(tuned, bestRule(tuned, chosen)),
    '\n## Streams\n',
    streamsTable(measured),
    LIMITS,
    '',
  ].join('\n')
}
