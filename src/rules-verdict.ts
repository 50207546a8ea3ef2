/** What a case expected and what the engine did, compared; both as sentences a person can act on. */
import type { AlertRecord, IncidentRecord } from './core/record.ts'
import { compare } from './core/topology.ts'
import type { CaseIncident, RuleCase } from './rules-case.ts'
import type { Seen } from './rules-play.ts'

export interface Mismatch {
  readonly expected: string
  readonly got: string
}

/** Every expectation of the case that did not come true; empty when all did. */
export function judgeCase({ expect }: RuleCase, seen: Seen): readonly Mismatch[] {
  const found: Mismatch[] = seen.rejected.map((got) => ({
    expected: 'every report can be read',
    got,
  }))
  const say = (expected: string, got: string): void => {
    if (expected !== got) found.push({ expected, got })
  }
  if (expect.same !== undefined) say(`alerts ${groupsText(expect.same)}`, sameText(seen))
  if (expect.flapping !== undefined) {
    const ids = expect.flapping.flatMap((name) => seen.ids.get(name) ?? [])
    say(flappingText(seen, new Set(ids)), flappingText(seen, seen.flapping))
  }
  for (const [name, by] of Object.entries(expect.muted ?? {}))
    say(mutedText(name, by), mutedText(name, seen.muted.get(seen.ids.get(name) ?? '') ?? null))
  for (const [name, binding] of Object.entries(expect.bound ?? {}))
    say(boundText(name, binding), boundText(name, bindingOf(seen, name)))
  if (expect.incidents !== undefined) found.push(...judgeIncidents(expect.incidents, seen))
  return found
}

/** `a+b | c`: names of a group and groups in a fixed order. */
function groupsText(groups: readonly (readonly string[])[]): string {
  if (groups.length === 0) return 'none'
  return groups.map(groupText).sort(compare).join(' | ')
}

function groupText(names: readonly string[]): string {
  return [...names].sort(compare).join('+')
}

function sameText(seen: Seen): string {
  const groups = new Map<string, string[]>()
  for (const [name, id] of seen.ids) groups.set(id, [...(groups.get(id) ?? []), name])
  return `alerts ${groupsText([...groups.values()])}`
}

function flappingText(seen: Seen, flapping: ReadonlySet<string>): string {
  const names = [...flapping].flatMap((id) => namesOf(seen, id))
  return `flapping: ${names.length === 0 ? 'none' : [...names].sort(compare).join(', ')}`
}

function mutedText(name: string, by: string | null): string {
  return by === null ? `${name} is not muted` : `${name} is muted by ${by}`
}

function boundText(
  name: string,
  binding: { readonly ci: string; readonly by: string } | null,
): string {
  return binding === null
    ? `${name} is bound to nothing`
    : `${name} is bound to ${binding.ci} by ${binding.by}`
}

function bindingOf(seen: Seen, name: string): { readonly ci: string; readonly by: string } | null {
  const id = seen.ids.get(name)
  const [newest] = [...seen.episodes.values()]
    .filter((record) => record.id === id)
    .sort((a, b) => b.episode - a.episode)
  const binding = newest?.binding ?? null
  return binding === null ? null : { ci: binding.ci, by: binding.rule }
}

/** The case's names of an alert; of one that Faultline raised itself `@<rule>`. */
function namesOf(seen: Seen, id: string): readonly string[] {
  const names = [...seen.ids].filter(([, known]) => known === id).map(([name]) => name)
  if (names.length > 0) return names
  const record = [...seen.episodes.values()].find((episode) => episode.id === id)
  return [`@${record?.rule ?? id}`]
}

interface Actual {
  readonly key: string
  readonly incident: IncidentRecord
  readonly members: readonly AlertRecord[]
  /** When the case began. */
  readonly since: number
}

function judgeIncidents(expected: readonly CaseIncident[], seen: Seen): readonly Mismatch[] {
  const actual = incidentsOf(seen)
  const wanted = `incidents ${groupsText(expected.map(({ alerts }) => alerts))}`
  const got = `incidents ${groupsText(actual.map(({ key }) => [key]))}`
  if (wanted !== got) return [{ expected: wanted, got }]
  const left = [...actual]
  return expected.flatMap((incident) => {
    const at = left.findIndex(({ key }) => key === groupText(incident.alerts))
    const [found] = left.splice(at, 1)
    return found === undefined ? [] : judgeIncident(incident, found)
  })
}

/** Incidents that have alerts, oldest first: so two of the same alerts are met in their order. */
function incidentsOf(seen: Seen): readonly Actual[] {
  const members = new Map<string, AlertRecord[]>()
  for (const record of seen.episodes.values()) {
    if (record.incident === null) continue
    members.set(record.incident, [...(members.get(record.incident) ?? []), record])
  }
  return [...members]
    .flatMap(([id, records]) => {
      const incident = seen.incidents.get(id)
      const names = new Set(records.flatMap((record) => namesOf(seen, record.id)))
      const key = groupText([...names])
      return incident === undefined
        ? []
        : [{ key, incident, members: records, since: seen.startedAt }]
    })
    .sort(
      (a, b) =>
        a.incident.provisionalAt - b.incident.provisionalAt ||
        compare(a.incident.id, b.incident.id),
    )
}

type Fact = Exclude<keyof CaseIncident, 'alerts'>

const FACTS: Readonly<Record<Fact, (actual: Actual) => string | number | null>> = {
  by: ({ members }) => decidedBy(members),
  impact: ({ incident }) => incident.impact,
  urgency: ({ incident }) => incident.urgency,
  priority: ({ incident }) => incident.priority,
  team: ({ incident }) => incident.team ?? null,
  channels: ({ incident: { route } }) => channelsText(route?.channels ?? null),
  routed_by: ({ incident: { route } }) => route?.rules.join(', ') || 'none',
  opened: ({ incident, since }) => offsetOf(incident.openedAt, since),
  notified: ({ incident, since }) => offsetOf(incident.notifiedAt, since),
  resolved: ({ incident, since }) => offsetOf(incident.resolvedAt, since),
  closed: ({ incident, since }) => offsetOf(incident.closedAt, since),
  reopened: ({ incident }) => incident.reopenCount,
}
function channelsText(channels: readonly string[] | null): string {
  return channels === null ? 'all' : channels.join(', ') || 'none'
}

const NAMES = Object.keys(FACTS) as readonly Fact[]

function judgeIncident(expected: CaseIncident, actual: Actual): readonly Mismatch[] {
  return NAMES.flatMap((fact) => {
    const wanted = expected[fact]
    if (wanted === undefined) return []
    const got = FACTS[fact](actual)
    if (got === wanted) return []
    return [
      {
        expected: `incident ${actual.key}: ${fact} ${factText(fact, wanted)}`,
        got: `${fact} ${factText(fact, got)}`,
      },
    ]
  })
}

const TIMES: ReadonlySet<Fact> = new Set(['opened', 'notified', 'resolved', 'closed'])

function factText(fact: Fact, value: string | number | null): string {
  if (value === null) return TIMES.has(fact) ? 'never' : 'none'
  return TIMES.has(fact) && typeof value === 'number' ? offsetText(value) : String(value)
}

function offsetOf(at: number | null, since: number): number | null {
  return at === null ? null : at - since
}

/** The longest unit that needs no fraction: 90000 → `90s`. */
function offsetText(offset: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const
  const unit = units.find(([, length]) => offset >= length && offset % length === 0)
  return unit === undefined ? `${offset}ms` : `${offset / unit[1]}${unit[0]}`
}

/** `score`, or the rules that decided about its alerts. */
function decidedBy(members: readonly AlertRecord[]): string {
  const deciders = members.map(({ evidence }) =>
    evidence?.method === 'rule' ? `rule:${evidence.by ?? ''}` : 'score',
  )
  return [...new Set(deciders)].sort(compare).join(' and ')
}
