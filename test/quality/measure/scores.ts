/** All that is told of one run on one scenario. */
import type { Scenario } from '../scenario/scenario.ts'
import type { Outcome } from './outcome.ts'
import { type Agreement, agreement, countsOf, type Matching, matching } from './partition.ts'
import type { Item } from './stream.ts'

export interface GroupScores {
  /** Every episode; each background alert (or spell of one) is a group of its own. */
  readonly all: Agreement
  /** Episodes of faults only. */
  readonly faults: Agreement
  readonly matching: Matching
  /** 1 − incidents / episodes. */
  readonly reduction: number
  /** Share of groups that hold one episode. */
  readonly singletons: number
  /** Incidents that hold background alone. */
  readonly falseIncidents: number
  /** Background episodes in incidents of faults. */
  readonly backgroundInside: number
  readonly incidents: number
}

export interface EngineScores {
  /** As it ended, as it was when people were told, as every alert was placed. */
  readonly final: GroupScores
  readonly told: Agreement
  readonly placed: Agreement
  /** Share of the alerts people were told of that ended in another incident than they were told. */
  readonly churn: number
  /** Seconds from the arrival of a fault's first alert to the opening of its first incident; one for each fault that was seen. */
  readonly secondsToOpen: readonly number[]
  /** Seconds from there until the last of its alerts that was moved came. */
  readonly secondsToSettle: readonly number[]
  readonly faultsSeen: number
  readonly faults: number
  /** Fault episodes that are in no incident. */
  readonly unplaced: number
  /** Fault episodes in an incident that was held and never opened. */
  readonly unopened: number
  /** Ranks of the true cause where the CMDB knows it; null: not named, or abstained. */
  readonly ranks: readonly (number | null)[]
  readonly abstained: number
  /** Hours with background and no fault in which no incident opened, of all such hours. */
  readonly quietHours: { readonly quiet: number; readonly all: number }
}

/** Scores of a grouping by rule: a group is an incident where an alert in it is more than informative. */
export function scoresOfGroups(items: readonly Item[], groups: readonly string[]): GroupScores {
  const opened = new Set(groups.filter((_group, i) => items[i]?.truth.severity !== 'info'))
  return groupScores(items, groups, opened)
}

function groupScores(
  items: readonly Item[],
  groups: readonly string[],
  opened: ReadonlySet<string>,
): GroupScores {
  const truth = items.map((item) => item.truth.group)
  const isFault = items.map((item) => item.truth.kind === 'incident')
  const only = (list: readonly string[]): string[] => list.filter((_one, i) => isFault[i])
  const real = new Set(only(groups))
  const sizes = countsOf(groups)
  const inIncidents = groups.filter(
    (group, i) => !isFault[i] && real.has(group) && opened.has(group),
  )
  return {
    all: agreement(truth, groups),
    faults: agreement(only(truth), only(groups)),
    matching: matching(only(truth), only(groups)),
    reduction: items.length === 0 ? 0 : 1 - opened.size / items.length,
    singletons: [...sizes.values()].filter((size) => size === 1).length / (sizes.size || 1),
    falseIncidents: [...opened].filter((group) => !real.has(group)).length,
    backgroundInside: inIncidents.length,
    incidents: opened.size,
  }
}

/** Scores of the engine. */
export function scoresOfEngine(
  items: readonly Item[],
  outcome: Outcome,
  { truth }: Pick<Scenario, 'truth'>,
): EngineScores {
  const seen = items.map(({ truth: { line, index } }) => outcome.placements.get(`${line} ${index}`))
  const final = seen.map((one, i) => one?.final ?? `none ${i}`)
  const placed = seen.map((one, i) => one?.placed ?? `none ${i}`)
  const told = seen.map((one, i) => one?.told ?? one?.placed ?? `none ${i}`)
  const own = items.map((item) => item.truth.group)
  const opened = new Set(final.filter((id) => outcome.incidents.get(id)?.openedAt !== undefined))
  const notified = seen.filter((one) => one?.told !== undefined)
  const times = timesOf(items, { final, placed }, outcome)
  const ranks = ranksOf(items, { final, outcome, truth })
  return {
    final: groupScores(items, final, opened),
    told: agreement(own, told),
    placed: agreement(own, placed),
    churn:
      notified.length === 0
        ? 0
        : notified.filter((one) => one?.told !== one?.final).length / notified.length,
    secondsToOpen: times.open,
    secondsToSettle: times.settle,
    faultsSeen: times.open.length,
    faults: truth.incidents.length,
    unplaced: items.filter(
      (item, i) => item.truth.kind === 'incident' && seen[i]?.final === undefined,
    ).length,
    unopened: items.filter(({ truth: { kind } }, i) => {
      const home = seen[i]?.final
      return kind === 'incident' && home !== undefined && !opened.has(home)
    }).length,
    ranks: ranks.ranks,
    abstained: ranks.abstained,
    quietHours: quietHoursOf(items, final, outcome),
  }
}

interface Groups {
  readonly final: readonly string[]
  readonly placed: readonly string[]
}

function timesOf(
  items: readonly Item[],
  { final, placed }: Groups,
  { incidents }: Outcome,
): { readonly open: number[]; readonly settle: number[] } {
  const open: number[] = []
  const settle: number[] = []
  const members = new Map<string, number[]>()
  for (const [i, { truth }] of items.entries()) {
    if (truth.incident !== null)
      members.set(truth.incident, [...(members.get(truth.incident) ?? []), i])
  }
  for (const own of members.values()) {
    const first = Math.min(...own.map((i) => items[i]?.at ?? 0))
    const openings = own
      .flatMap((i) => incidents.get(final[i] ?? '')?.openedAt ?? [])
      .map((at) => Date.parse(at))
    if (openings.length === 0) continue
    open.push(Math.max(0, Math.min(...openings) - first) / 1000)
    const moved = own.filter((i) => final[i] !== placed[i]).map((i) => items[i]?.at ?? first)
    settle.push((Math.max(first, ...moved) - first) / 1000)
  }
  return { open, settle }
}

function ranksOf(
  items: readonly Item[],
  {
    final,
    outcome,
    truth,
  }: {
    readonly final: readonly string[]
    readonly outcome: Outcome
    readonly truth: Scenario['truth']
  },
): { readonly ranks: (number | null)[]; readonly abstained: number } {
  let abstained = 0
  const ranks = truth.incidents
    .filter(({ known }) => known)
    .map(({ id, rootCauses }) => {
      const mine = countsOf(
        final.filter((group, i) => items[i]?.truth.incident === id && outcome.incidents.has(group)),
      )
      const [most] = [...mine].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      const incident = outcome.incidents.get(most?.[0] ?? '')
      if (incident?.abstained !== false) {
        abstained += 1
        return null
      }
      const at = incident.rootCauses.findIndex(({ ci }) => rootCauses.includes(ci))
      return at < 0 ? null : at + 1
    })
  return { ranks, abstained }
}

const HOUR = 3_600_000

function quietHoursOf(
  items: readonly Item[],
  final: readonly string[],
  { incidents }: Outcome,
): EngineScores['quietHours'] {
  const hours = new Map<number, { fault: boolean; opened: boolean }>()
  for (const [i, item] of items.entries()) {
    const hour = Math.floor(item.at / HOUR)
    const known = hours.get(hour) ?? { fault: false, opened: false }
    hours.set(hour, {
      fault: known.fault || item.truth.kind === 'incident',
      opened: known.opened || incidents.get(final[i] ?? '')?.openedAt !== undefined,
    })
  }
  const free = [...hours.values()].filter(({ fault }) => !fault)
  return { quiet: free.filter(({ opened }) => !opened).length, all: free.length }
}
