/** Articles as an importer finds them: checked, each id once, in an order that files do not change. */
import { isDate } from '../../core/article.ts'
import type { Article } from '../../core/model.ts'
import { compare } from '../../core/topology.ts'
import type { BadRow } from '../importer.ts'
import { toMarkdown } from './html.ts'
import type { ImportedArticles } from './importer.ts'

export const MAX_BODY = 1_000_000
const MAX_NAME = 1024
const MAX_TAGS = 100

/** An article as a knowledge base has it. */
export interface FoundArticle {
  /** Of the source; it stays when the title changes. */
  readonly key: string
  readonly title: string
  readonly html: string
  readonly tags?: readonly string[]
  readonly owner?: string | undefined
  /** `2026-03-31`. */
  readonly reviewOn?: string | undefined
  readonly url?: string | undefined
}

export class ArticleCollector {
  private readonly source: string
  private readonly found: { readonly article: Article; readonly where: string }[] = []
  private readonly rows: BadRow[] = []

  constructor(source: string) {
    this.source = source
  }

  bad(row: BadRow): void {
    this.rows.push(row)
  }

  /** One whose HTML becomes Markdown. */
  html({ key, title, html, tags = [], owner, reviewOn, url }: FoundArticle, where: string): void {
    const body = toMarkdown(html)
    if (body === null) {
      this.bad({ where, error: 'its text is nested too deep to be read' })
      return
    }
    const web = url !== undefined && /^https?:\/\//i.test(url) ? { url: url.slice(0, 4096) } : {}
    const article: Article = {
      ...{ id: `${this.source}/${key.trim()}`, title: title.trim(), body },
      ...{ alertnames: [], classes: [], services: [], tags: tidy(tags) },
      ...(owner === undefined || owner.trim() === ''
        ? {}
        : { owner: owner.trim().slice(0, MAX_NAME) }),
      ...(reviewOn === undefined ? {} : { reviewOn }),
      ...web,
    }
    this.article(article, where)
  }

  article(article: Article, where: string): void {
    const { id, title, body } = article
    if (id.endsWith('/')) this.bad({ where, error: 'has no id' })
    else if (title === '') this.bad({ where, field: 'title', error: 'has no title' })
    else if (id.length > MAX_NAME || title.length > MAX_NAME)
      this.bad({ where, error: `has a title or an id of more than ${MAX_NAME} characters` })
    else if (body.length > MAX_BODY)
      this.bad({ where, error: `has a text of more than ${MAX_BODY} characters` })
    else if (body.trim() === '') this.bad({ where, error: 'has no text' })
    else this.found.push({ article, where })
  }

  /** Of two articles with one id that differ the first by content stays and the other is a bad row. */
  finish(): ImportedArticles {
    const kept = new Map<string, { readonly text: string; readonly article: Article }>()
    const bad = [...this.rows]
    const sorted = this.found
      .map((one) => ({ ...one, text: JSON.stringify(one.article) }))
      .sort((a, b) => compare(a.text, b.text) || compare(a.where, b.where))
    for (const { article, where, text } of sorted) {
      const first = kept.get(article.id)
      if (first === undefined) kept.set(article.id, { article, text })
      else if (first.text !== text)
        bad.push({ where, field: 'id', error: `${article.id} is there twice, with another text` })
    }
    return {
      articles: [...kept.values()]
        .map(({ article }) => article)
        .sort((a, b) => compare(a.id, b.id)),
      bad: bad.sort((a, b) => compare(a.where, b.where) || compare(a.error, b.error)),
    }
  }
}

function tidy(tags: readonly string[]): readonly string[] {
  const texts = tags.map((tag) => tag.trim()).filter((tag) => tag !== '' && tag.length <= MAX_NAME)
  return [...new Set(texts)].slice(0, MAX_TAGS)
}

/** `2026-03-31` of whatever begins with such a day; what lies beyond 2099 means never. */
export function dayOf(text: string | undefined): string | undefined {
  const day = /^(20\d{2}-\d{2}-\d{2})/.exec(text ?? '')?.[1]
  return day !== undefined && isDate(day) ? day : undefined
}
