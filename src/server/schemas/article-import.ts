/** Imports of articles as the API takes and shows them. */
import { z } from '@hono/zod-openapi'
import { OWN_SOURCES, PEOPLE } from '../../core/article-plan.ts'
import type { Article } from '../../core/model.ts'
import type { ArticleImport } from '../deps.ts'

/** Lines of each kind that an answer has. */
const MAX_LINES = 500
/** Texts that are shown before and after, and how much of each. */
const MAX_TEXTS = 50
const MAX_TEXT = 20_000

/** Not as a pattern of the schema: readers of it may not know classes of Unicode. */
const SOURCE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u

export const ArticleImportInput = z
  .strictObject({
    source: z
      .string()
      .min(1)
      .max(100)
      .refine((name) => SOURCE_NAME.test(name), {
        message:
          'must be letters, digits, spaces, dots, dashes and underscores, a letter or digit first',
      })
      .refine((name) => !OWN_SOURCES.includes(name), { message: 'this name is taken' })
      .default(PEOPLE)
      .openapi({
        description: 'under which name they are kept; ids begin with it',
        example: 'wiki',
      }),
    format: z.string().max(100).openapi({ example: 'confluence' }),
    files: z
      .array(z.strictObject({ name: z.string().min(1).max(1024), text: z.string() }))
      .min(1)
      .max(50_000),
    dryRun: z.boolean().default(false).openapi({ description: 'only says what would change' }),
    force: z.boolean().default(false).openapi({ description: 'however much it retires' }),
  })
  .openapi('ArticleImportInput')

const Line = z.strictObject({ id: z.string(), title: z.string() })

export const ArticleImportView = z
  .strictObject({
    source: z.string(),
    format: z.string(),
    state: z.enum(['planned', 'guarded', 'applied']).openapi({
      description: '`guarded`: it retires so much that nothing was done; `force` does it',
    }),
    counts: z.strictObject({
      added: z.int(),
      changed: z.int(),
      same: z.int(),
      retired: z.int(),
      taken: z.int(),
      bad: z.int(),
    }),
    retiredShare: z.number().openapi({ description: 'of what the source has said' }),
    added: z.array(Line),
    changed: z.array(
      z.strictObject({
        ...Line.shape,
        changed: z.array(z.string()).readonly(),
        before: z.string().nullable(),
        after: z.string().nullable(),
      }),
    ),
    retired: z.array(Line),
    taken: z
      .array(z.strictObject({ id: z.string(), source: z.string() }))
      .openapi({ description: 'ids that belong to another source; they stay as they are' }),
    bad: z.array(
      z.strictObject({ where: z.string(), field: z.string().nullable(), error: z.string() }),
    ),
  })
  .openapi('ArticleImport')

export const ArticleFormats = z
  .strictObject({
    items: z.array(z.strictObject({ id: z.string(), title: z.string(), docs: z.string() })),
  })
  .openapi('ArticleFormats')

/** With the first lines of each kind. */
export function viewArticleImport(done: ArticleImport): z.output<typeof ArticleImportView> {
  const { source, format, state, same, retiredShare, added, changed, retired, taken, bad } = done
  const some = <T>(all: readonly T[]): T[] => all.slice(0, MAX_LINES)
  return {
    ...{ source, format, state, retiredShare },
    counts: {
      ...{ same, added: added.length, changed: changed.length, retired: retired.length },
      ...{ taken: taken.length, bad: bad.length },
    },
    added: some(added).map(lineOf),
    changed: some(changed).map(({ article, changed: fields, before }, at) => {
      const shows = at < MAX_TEXTS && fields.includes('body')
      return {
        ...lineOf(article),
        changed: fields,
        before: shows ? before.slice(0, MAX_TEXT) : null,
        after: shows ? article.body.slice(0, MAX_TEXT) : null,
      }
    }),
    retired: some(retired).map(lineOf),
    taken: some(taken).map(({ id, source: other }) => ({ id, source: other })),
    bad: some(bad).map(({ where, field, error }) => ({ where, field: field ?? null, error })),
  }
}

function lineOf({ id, title }: Article): z.output<typeof Line> {
  return { id, title }
}
