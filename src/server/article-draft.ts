/** A runbook as far as it follows from an incident: what it looked like, why it was, and what helped. */
import type { Decision } from '../core/decision.ts'
import { ruleOf } from '../core/problems/explain.ts'
import type { AlertRecord, IncidentRecord } from '../core/record.ts'
import { compare } from '../core/topology.ts'
import { literal } from './markdown.ts'
import { causeOf } from './review.ts'

export interface ArticleDraft {
  /** A proposal. */
  readonly id: string
  readonly title: string
  readonly alertnames: readonly string[]
  readonly classes: readonly string[]
  readonly services: readonly string[]
  readonly tags: readonly string[]
  /** Markdown. */
  readonly body: string
}

/** Kinds of alerts, services, and words of people that a draft has. */
const MAX_KINDS = 8
const MAX_SERVICES = 4
const MAX_WORDS = 20
const MAX_ID = 60

interface Kind {
  readonly rule: string
  readonly ciClass: string
  readonly title: string
  count: number
  atCause: number
}

/**
 * The draft of an article for what the incident was. What people wrote stays Markdown; names of alerts
 * are text. It has no claim that nobody made: what is not known is left for the author to write.
 *
 * @param alerts of the incident, or some of them
 * @param decisions about the incident, the oldest first
 */
export function draftArticle(
  incident: IncidentRecord,
  alerts: readonly AlertRecord[],
  decisions: readonly Decision[],
): ArticleDraft {
  const cause = incident.confirmedCause ?? incident.rootCause?.candidates[0]?.ci ?? null
  const kinds = kindsOf(alerts, cause)
  const [main] = kinds
  const title = main === undefined ? incident.title : titleOf(main, incident)
  return {
    id: idOf(main?.rule ?? incident.id),
    title,
    alertnames: [...new Set(kinds.map(({ rule }) => rule))],
    classes: [...new Set(kinds.filter(isOfClass).map(({ ciClass }) => ciClass))].sort(compare),
    services: incident.services.slice(0, MAX_SERVICES),
    tags: [],
    body: [
      `# ${literal(title)}`,
      '## What it looks like',
      list(kinds.map(lineOf)),
      '## Cause',
      orAsk(literal(causeOf(incident)), 'Not known yet: say what it was.'),
      '## What to do',
      orAsk(wordsOf(incident, decisions), 'Say what ends it.'),
      `From incident ${incident.id}.`,
      '',
    ].join('\n\n'),
  }
}

/** Those at the cause first, then by how many alerts they are. */
function kindsOf(alerts: readonly AlertRecord[], cause: string | null): readonly Kind[] {
  const kinds = new Map<string, Kind>()
  for (const { signature, title, binding } of alerts) {
    const rule = ruleOf(signature)
    const known = kinds.get(signature)
    const ciClass = signature.slice(rule.length + 1)
    const kind = known ?? { rule, ciClass, title, count: 0, atCause: 0 }
    kind.count += 1
    if (cause !== null && binding?.ci === cause) kind.atCause += 1
    if (known === undefined) kinds.set(signature, kind)
  }
  return [...kinds.values()]
    .sort((a, b) => b.atCause - a.atCause || b.count - a.count || compare(a.rule, b.rule))
    .slice(0, MAX_KINDS)
}

function isOfClass({ ciClass }: Kind): boolean {
  return ciClass !== '' && ciClass !== '?'
}

function titleOf(kind: Kind, { service }: IncidentRecord): string {
  if (service !== null) return `${kind.rule} of ${service}`
  return isOfClass(kind) ? `${kind.rule} on a ${kind.ciClass}` : kind.rule
}

function lineOf(kind: Kind): string {
  const where = isOfClass(kind) ? ` on a ${kind.ciClass}` : ''
  const times = kind.count === 1 ? '' : ` (${kind.count} alerts)`
  return `**${literal(kind.rule)}**${literal(where)}: ${literal(kind.title)}${times}`
}

/** What people said that ended it, and what they noted on the way. */
function wordsOf({ resolution }: IncidentRecord, decisions: readonly Decision[]): string {
  const notes = decisions
    .filter(({ action }) => action === 'incident.commented')
    .slice(-MAX_WORDS)
    .map(({ text, actor }) => `${text} (${literal(actor)})`)
  return [resolution ?? '', list(notes)].filter((part) => part !== '').join('\n\n')
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line.replace(/\n/g, '\n  ')}`).join('\n')
}

function orAsk(text: string, ask: string): string {
  return text === '' ? `*${ask}*` : text
}

/** `DiskAlmostFull` is `disk-almost-full`. */
function idOf(name: string): string {
  const words = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1-$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
  return words.slice(0, MAX_ID).replace(/^-+|-+$/g, '') || 'article'
}
