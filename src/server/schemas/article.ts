/** Knowledge articles as the API shows and takes them. */
import { z } from '@hono/zod-openapi'
import { isDate } from '../../core/article.ts'
import { FOLDER, PEOPLE, PROBLEMS } from '../../core/article-plan.ts'
import type { FoundArticle } from '../../core/article-search.ts'
import type { Article } from '../../core/model.ts'
import { ARTICLE_ACTIONS, type ArticleRecord } from '../../core/record.ts'
import type { KnowledgeRead } from '../deps.ts'
import { iso, pageOf, Time } from './common.ts'

const Name = z.string().min(1).max(1024)
const Names = z.array(Name).max(1000)
const Texts = z.array(z.string()).readonly()

export const Day = z
  .string()
  .refine(isDate, { message: 'must be a day such as 2026-03-31' })
  .openapi({ type: 'string', format: 'date', example: '2026-03-31' })

const Source = z.string().openapi({
  description: `\`${FOLDER}\`, \`${PEOPLE}\`, \`${PROBLEMS}\`, or the name of an import`,
  example: PEOPLE,
})

const about = {
  id: z.string(),
  title: z.string(),
  alertnames: Texts,
  classes: Texts,
  services: Texts,
  tags: Texts,
  source: Source,
  owner: z.string().nullable().openapi({ description: 'who keeps it right' }),
  reviewOn: z
    .string()
    .nullable()
    .openapi({ description: 'the day by which it is to be read again', example: '2026-03-31' }),
  url: z.string().nullable().openapi({ description: 'where it is from' }),
}

const version = {
  revision: z
    .int()
    .openapi({ description: 'rises by one with each version; 0: from before there were any' }),
  retired: z.boolean(),
  updatedAt: Time.nullable(),
  updatedBy: z.string(),
}

export const ArticleView = z
  .strictObject({ ...about, ...version, body: z.string().openapi({ description: 'Markdown' }) })
  .openapi('Article')

export const ArticlePage = pageOf(ArticleView).openapi('ArticlePage')

export const FoundPage = z
  .strictObject({
    items: z.array(
      z.strictObject({
        ...about,
        score: z.number(),
        passage: z.string().openapi({ description: 'plain text, with most of the words' }),
        words: Texts.openapi({ description: 'stems that were found, to be marked' }),
      }),
    ),
    total: z.int().openapi({ description: 'found, at most 1,000 by their words' }),
  })
  .openapi('FoundArticles')

const CountOf = z.strictObject({ name: z.string(), count: z.int() })

export const ArticleFacets = z
  .strictObject({
    total: z.int(),
    sources: z.array(CountOf),
    owners: z.array(CountOf),
    due: z.int().openapi({ description: 'whose review is due' }),
    retired: z.int(),
  })
  .openapi('ArticleFacets')

export const VersionPage = z
  .strictObject({
    items: z.array(
      z.strictObject({
        revision: z.int(),
        at: Time.nullable(),
        actor: z.string(),
        action: z.enum(ARTICLE_ACTIONS),
        changed: Texts.openapi({ description: 'fields that differ from the version before' }),
        note: z.string().nullable(),
        source: Source,
      }),
    ),
  })
  .openapi('ArticleVersions')

const Note = z.string().max(500).optional().openapi({ description: 'why, for the versions' })

const written = {
  title: Name,
  alertnames: Names.default([]),
  classes: Names.default([]),
  services: Names.default([]),
  tags: Names.default([]),
  body: z.string().max(1_000_000),
  owner: Name.optional(),
  reviewOn: Day.optional(),
  url: z.string().max(4096).optional(),
}

export const ArticleInput = z.strictObject({ id: Name, ...written }).openapi('ArticleInput')

export const ArticlesInput = z
  .strictObject({
    mode: z.enum(['replace', 'upsert']).default('upsert').openapi({
      description: '`replace`: what the source has said and says no more is retired',
    }),
    source: Name.default(PEOPLE).openapi({
      description: 'whose they are; articles of another source stay as they are',
    }),
    version: Name.optional().openapi({ description: 'a hash of the content unless given' }),
    articles: z.array(ArticleInput).max(50_000),
  })
  .openapi('ArticlesInput')

export const ArticlesAnswer = z
  .strictObject({ version: z.string(), articles: z.int() })
  .openapi('ArticlesAnswer')

export const ArticleEdit = z
  .strictObject({
    ...written,
    note: Note,
    ifRevision: z.int().min(0).optional().openapi({
      description: 'refused where it is at another revision by now; 0: there must be none',
    }),
  })
  .openapi('ArticleEdit')

export const RetireInput = z.strictObject({ note: Note }).openapi('ArticleRetire')

export const RestoreInput = z
  .strictObject({ revision: z.int().min(1), note: Note })
  .openapi('ArticleRestore')

export const UsesView = z
  .strictObject({
    helpful: z.int(),
    notHelpful: z.int(),
    votes: z
      .array(z.strictObject({ signature: z.string(), helpful: z.int(), notHelpful: z.int() }))
      .openapi({ description: 'by kind of alert, most votes first' }),
    incidents: z
      .array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          at: Time,
          rank: z.int().openapi({ description: '1: it was suggested first' }),
          how: z.string(),
          score: z.number(),
        }),
      )
      .openapi({ description: 'where it is suggested, the newest first, at most 50 of 90 days' }),
  })
  .openapi('ArticleUses')

export const FolderView = z
  .strictObject({
    folder: z.string(),
    at: Time.nullable(),
    by: z.string().nullable(),
    outcome: z.enum(['taken', 'unchanged', 'refused']).nullable(),
    files: z.int(),
    faults: z.array(z.strictObject({ file: z.string(), error: z.string() })).readonly(),
    moreFaults: z.int(),
  })
  .openapi('KnowledgeFolder')

export function toArticle(record: ArticleRecord): z.output<typeof ArticleView> {
  return {
    ...aboutOf(record),
    ...{ revision: record.revision, retired: record.retired, body: record.body },
    updatedAt: record.at === 0 ? null : iso(record.at),
    updatedBy: record.actor,
  }
}

export function aboutOf(article: Article) {
  const { id, title, alertnames, classes, services, tags } = article
  return {
    ...{ id, title, alertnames, classes, services, tags },
    source: article.source ?? PEOPLE,
    owner: article.owner ?? null,
    reviewOn: article.reviewOn ?? null,
    url: article.url ?? null,
  }
}

export function toFound({
  article,
  score,
  passage,
  words,
}: FoundArticle): z.output<typeof FoundPage>['items'][number] {
  return { ...aboutOf(article), score, passage, words }
}

export function toVersion(record: ArticleRecord): z.output<typeof VersionPage>['items'][number] {
  const { revision, at, actor, action, changed, note, source = PEOPLE } = record
  return { revision, at: at === 0 ? null : iso(at), actor, action, changed, note, source }
}

export function toFolder(folder: string, read: KnowledgeRead | null): z.output<typeof FolderView> {
  return {
    folder,
    at: iso(read?.at ?? null),
    by: read?.by ?? null,
    outcome: read?.outcome ?? null,
    files: read?.files ?? 0,
    faults: read?.faults ?? [],
    moreFaults: read?.moreFaults ?? 0,
  }
}
