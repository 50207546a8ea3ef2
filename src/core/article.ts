/**
 * Knowledge articles as they lie in a folder: Markdown with optional YAML front matter (`title`,
 * `alertnames`, `classes`, `services`, `tags`, `owner`, `review`, `url`).
 */
import { parse } from 'yaml'
import { blocksOf } from './markdown.ts'
import type { Article } from './model.ts'

export interface ParsedArticle {
  readonly article: Article
  /** One sentence where the front matter could not be used; the article is then its body alone. */
  readonly fault: string | null
}

interface FrontMatter {
  readonly fields: Readonly<Record<string, unknown>>
  readonly fault: string | null
}

const FRONT_MATTER = /^---[ \t]*\n(?:([\s\S]*?)\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)/

/** The id of the article at a path relative to the knowledge folder: `/` between parts, no `.md`. */
export function articleId(path: string): string {
  return path
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\.(?:md|markdown)$/i, '')
}

/** Last part of an article's id: `kubernetes/KubePodNotReady` → `KubePodNotReady`. */
export function baseName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1)
}

/**
 * Reads one article. The title is that of the front matter, else the first heading, else the last
 * part of the id. List fields take a list or a single value; what is neither text, number nor
 * boolean is left out. Never throws: front matter that cannot be read is reported as `fault`.
 *
 * @param path path relative to the knowledge folder, e.g. `kubernetes/KubePodNotReady.md`
 * @param text the whole file
 */
export function parseArticle(path: string, text: string): ParsedArticle {
  const id = articleId(path)
  const whole = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const match = FRONT_MATTER.exec(whole)
  const { fields, fault } = match === null ? NO_FRONT_MATTER : readFrontMatter(match[1] ?? '')
  const body = match === null ? whole : whole.slice(match[0].length)
  const [owner] = textsOf(fields['owner'])
  const [review] = textsOf(fields['review'])
  const [url] = textsOf(fields['url'])
  const isDay = review === undefined || isDate(review)
  return {
    article: {
      id,
      title: textsOf(fields['title'])[0] ?? firstHeading(body) ?? baseName(id),
      alertnames: textsOf(fields['alertnames']),
      classes: textsOf(fields['classes']),
      services: textsOf(fields['services']),
      tags: textsOf(fields['tags']),
      body,
      ...(owner === undefined ? {} : { owner }),
      ...(review === undefined || !isDay ? {} : { reviewOn: review }),
      ...(url === undefined ? {} : { url }),
    },
    fault: fault ?? (isDay ? null : `review is no day such as 2026-03-31: ${review}`),
  }
}

/** Whether a text is a day of the calendar, `2026-03-31`. */
export function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []
  if (year === undefined) return false
  const last = [31, isLeap(Number(year)) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return Number(day) >= 1 && Number(day) <= (last[Number(month) - 1] ?? 0)
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const NO_FRONT_MATTER: FrontMatter = { fields: {}, fault: null }

function readFrontMatter(yaml: string): FrontMatter {
  try {
    const read: unknown = parse(yaml, { logLevel: 'error' })
    if (read === null || read === undefined) return NO_FRONT_MATTER
    if (typeof read !== 'object' || Array.isArray(read))
      return { fields: {}, fault: 'the front matter is not a mapping of names to values' }
    return { fields: { ...read }, fault: null }
  } catch (error) {
    const [reason = 'unreadable'] = String(error instanceof Error ? error.message : error).split(
      '\n',
    )
    return { fields: {}, fault: `the front matter is not YAML: ${reason}` }
  }
}

function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value]
  const texts = values.flatMap((one) =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
      ? [String(one).trim()]
      : [],
  )
  return [...new Set(texts.filter((one) => one !== ''))]
}

function firstHeading(body: string): string | undefined {
  return blocksOf(body).find((block) => block.kind === 'heading')?.text
}
