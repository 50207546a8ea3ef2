/** Past incidents as an importer finds them: checked, each key once, in an order that files do not change. */
import { isDate } from '../../core/article.ts'
import type { CiName, ImportedIncident } from '../../core/imported.ts'
import { type EpochMs, parseRfc3339 } from '../../core/time.ts'
import { compare } from '../../core/topology.ts'
import { clip } from '../collect.ts'
import type { BadRow } from '../importer.ts'
import type { ReadPast } from './importer.ts'

/** Of one import: as many as are kept at all. */
export const MAX_ROWS = 100_000
/** Bad rows that are told one by one; of more it is said how many. */
const MAX_BAD = 10_000
const MAX_NAME = 1024
const MAX_URL = 4096
/** What is longer is cut: what resolved it stands at the beginning. */
const MAX_RESOLUTION = 2000

/** An incident as a tool has it; times and priority as the tool writes them. */
export interface FoundIncident {
  readonly key: string
  readonly number?: string | undefined
  readonly url?: string | undefined
  readonly title: string
  readonly opened: string
  readonly resolved: string
  /** Empty: it has none. */
  readonly priority?: string | undefined
  readonly ci?: Partial<CiName> | undefined
  readonly service?: Partial<CiName> | undefined
  readonly team?: string | undefined
  readonly resolver?: string | undefined
  readonly resolution?: string | undefined
  readonly resolutionCode?: string | undefined
  readonly category?: string | undefined
}

export class PastCollector {
  private readonly found: { readonly incident: ImportedIncident; readonly where: string }[] = []
  private readonly rows: BadRow[] = []
  private passed = 0
  private rest = 0
  private untold = 0

  bad(row: BadRow): void {
    if (this.rows.length < MAX_BAD) this.rows.push(row)
    else this.untold += 1
  }

  /** One that is not over, or is no incident. */
  passOver(): void {
    this.passed += 1
  }

  add(found: FoundIncident, where: string): void {
    const read = readIncident(found)
    if ('error' in read) this.bad({ where, ...read })
    else if (this.found.length < MAX_ROWS) this.found.push({ incident: read, where })
    else this.rest += 1
  }

  /** Of two with one key that differ the one that was resolved last stays, and the other is a bad row. */
  finish(): ReadPast {
    const kept = new Map<string, { readonly text: string; readonly incident: ImportedIncident }>()
    const bad = [...this.rows]
    if (this.untold > 0)
      bad.push({ where: 'the files', error: `have ${this.untold} more bad rows than are told` })
    if (this.rest > 0)
      bad.push({ where: 'the files', error: `have ${this.rest} more than ${MAX_ROWS} incidents` })
    const sorted = this.found
      .map((one) => ({ ...one, text: JSON.stringify(one.incident) }))
      .sort(
        (a, b) =>
          b.incident.resolvedAt - a.incident.resolvedAt ||
          compare(a.text, b.text) ||
          compare(a.where, b.where),
      )
    for (const { incident, where, text } of sorted) {
      const first = kept.get(incident.key)
      if (first === undefined) kept.set(incident.key, { incident, text })
      else if (first.text !== text && bad.length < 2 * MAX_BAD)
        bad.push({ where, field: 'key', error: `${clip(incident.key)} is there twice and differs` })
    }
    return {
      incidents: [...kept.values()]
        .map(({ incident }) => incident)
        .sort((a, b) => compare(a.key, b.key)),
      passedOver: this.passed,
      bad: bad.sort((a, b) => compare(a.where, b.where) || compare(a.error, b.error)),
    }
  }
}

type Fault = Pick<BadRow, 'field' | 'error'>

function readIncident(found: FoundIncident): ImportedIncident | Fault {
  const key = found.key.trim()
  const title = found.title.trim().replace(/\s+/g, ' ')
  if (key === '') return { field: 'key', error: 'has no number and no id' }
  if (title === '') return { field: 'title', error: 'is missing' }
  const long = { key, title, number: found.number ?? '' }
  for (const [field, text] of Object.entries(long))
    if (text.length > MAX_NAME) return { field, error: `has more than ${MAX_NAME} characters` }
  const openedAt = timeOf(found.opened)
  if (openedAt === null) return { field: 'opened', error: sayTime(found.opened) }
  const resolvedAt = timeOf(found.resolved)
  if (resolvedAt === null) return { field: 'resolved', error: sayTime(found.resolved) }
  if (resolvedAt < openedAt) return { field: 'resolved', error: 'is before it was opened' }
  const priority = priorityOf(found.priority ?? '')
  if (priority === null)
    return { field: 'priority', error: `${quote(found.priority)} is none that is known` }
  return {
    ...{ key, number: textOf(found.number, MAX_NAME) ?? key, url: urlOf(found.url), title },
    ...{ openedAt, resolvedAt, priority },
    ...{ ci: nameOf(found.ci), service: nameOf(found.service) },
    team: textOf(found.team, MAX_NAME),
    resolver: textOf(found.resolver, MAX_NAME),
    resolution: textOf(found.resolution, MAX_RESOLUTION),
    resolutionCode: textOf(found.resolutionCode, MAX_NAME),
    category: textOf(found.category, MAX_NAME),
  }
}

function textOf(text: string | null | undefined, limit: number): string | null {
  const trimmed = text?.trim() ?? ''
  if (trimmed.length <= limit) return trimmed === '' ? null : trimmed
  // not through a pair of surrogates
  return trimmed
    .slice(0, limit - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .concat('…')
}

function urlOf(text: string | undefined): string | null {
  const url = text?.trim() ?? ''
  return /^https?:\/\/[^\s/]/i.test(url) && url.length <= MAX_URL ? url : null
}

function nameOf(named: Partial<CiName> | undefined): CiName | null {
  const name = textOf(named?.name, MAX_NAME)
  const key = textOf(named?.key, MAX_NAME)
  return name === null && key === null ? null : { name, key }
}

function quote(text: string | undefined): string {
  return `"${clip(text ?? '')}"`
}

function sayTime(text: string): string {
  return text.trim() === '' ? 'is missing' : `${quote(text)} is no time such as 2026-01-31 10:00:00`
}

const ISO =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:[.,]\d{1,9})?)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i
/** As Jira exports it: `31/Jan/26 10:00 AM`, `31/Jan/2026 14:00`. */
const NAMED_MONTH =
  /^(\d{1,2})[/ -]([a-z]{3})[a-z]*[/ -](\d{4}|\d\d)[ ,]+(\d{1,2}):(\d\d)(:\d\d)?(?:\s*([ap]m))?$/i
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
/** No incident in a service desk is older, or lies beyond. */
const EARLIEST = 315_532_800_000
const LATEST = 4_102_444_800_000

/**
 * A time as service desks write it; without an offset UTC, without a time of day midnight. `01/02/2026`
 * may be two days, and is none.
 */
export function timeOf(text: string): EpochMs | null {
  const written = fromIso(text.trim()) ?? fromNamed(text.trim()) ?? ''
  // of the 30th of February a parser makes the 2nd of March
  const at = isDate(written.slice(0, 10)) ? parseRfc3339(written) : undefined
  return typeof at === 'number' && at >= EARLIEST && at < LATEST ? at : null
}

function fromIso(text: string): string | null {
  const match = ISO.exec(text)
  if (match === null) return null
  const [, day = '', minute = '00:00', second, zone = 'Z'] = match
  const offset = /^[+-]/.test(zone)
    ? `${zone.slice(0, 3)}:${zone.replace(':', '').slice(3) || '00'}`
    : 'Z'
  return `${day}T${minute}${(second ?? ':00').replace(',', '.')}${offset}`
}

function fromNamed(text: string): string | null {
  const match = NAMED_MONTH.exec(text)
  if (match === null) return null
  const [, day = '', name = '', year = '', hours = '', minutes = '', seconds = ':00', half] = match
  const month = MONTHS.indexOf(name.toLowerCase()) + 1
  const hour =
    half === undefined ? Number(hours) : (Number(hours) % 12) + (/p/i.test(half) ? 12 : 0)
  const two = (one: number | string): string => String(one).padStart(2, '0')
  const whole = year.length === 2 ? `20${year}` : year
  return `${whole}-${two(month)}-${two(day)}T${two(hour)}:${minutes}${seconds}Z`
}

const PRIORITIES: readonly (readonly [RegExp, 1 | 2 | 3 | 4 | 5])[] = [
  [
    /^(p|sev|priority|severity)?[ _-]?1\b|^(critical|highest|urgent|blocker|very high|emergency)\b/,
    1,
  ],
  [/^(p|sev|priority|severity)?[ _-]?2\b|^(high|major)\b/, 2],
  [/^(p|sev|priority|severity)?[ _-]?3\b|^(moderate|medium|normal|average)\b/, 3],
  [/^(p|sev|priority|severity)?[ _-]?4\b|^(low|minor)\b/, 4],
  [/^(p|sev|priority|severity)?[ _-]?5\b|^(planning|lowest|trivial|very low)\b/, 5],
]
/** What an incident has that nobody gave one. */
const UNSAID = /^(none|-|n\/a|not set|unassigned|undefined)?$/

/** 1 (worst) to 5 of a number or word, 3 where it says none; null where it says something else. */
export function priorityOf(text: string): 1 | 2 | 3 | 4 | 5 | null {
  const word = text.trim().toLowerCase()
  if (UNSAID.test(word)) return 3
  return PRIORITIES.find(([shape]) => shape.test(word))?.[1] ?? null
}
