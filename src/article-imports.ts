/** Imports of articles: read in a thread of its own, compared with what there is, and applied when asked. */
import { Worker } from 'node:worker_threads'
import type { ArticleTask } from './articles-worker.ts'
import type { ImportedArticles } from './cmdb/articles/importer.ts'
import { ARTICLE_IMPORTERS } from './cmdb/articles/index.ts'
import { PEOPLE, planArticles } from './core/article-plan.ts'
import { MAX_RETIRED_SHARE } from './core/cmdb/plan.ts'
import { AppError } from './core/errors.ts'
import { versionOf } from './inputs.ts'
import type { Journey } from './journey.ts'
import { articleWorker } from './paths.ts'
import type { ArticleImport, ArticleImportAsked, ArticleImports } from './server/deps.ts'
import { submitArticles } from './submit-articles.ts'

/** Read at once; others are refused. */
const MAX_RUNNING = 2
const READ_MS = 120_000

export function openArticleImports(journey: Pick<Journey, 'engine' | 'submit'>): ArticleImports {
  let running = 0
  let queue: Promise<unknown> = Promise.resolve()
  return {
    formats: () =>
      [...ARTICLE_IMPORTERS.values()].map(({ id, title, docs }) => ({ id, title, docs })),
    run: async (by, asked) => {
      if (!ARTICLE_IMPORTERS.has(asked.format))
        throw new AppError('payload_invalid', `there is no format ${asked.format}`, {
          pointer: '#/format',
        })
      if (running >= MAX_RUNNING) throw new AppError('overloaded', 'too many imports are read')
      running += 1
      const read = await readInThread(asked).finally(() => {
        running -= 1
      })
      // one after the other: each is compared with what those before it made
      const done = queue.then(() => take(journey, { by, asked, read }))
      queue = done.catch(() => undefined)
      return { done }
    },
  }
}

interface Taking {
  readonly by: string
  readonly asked: ArticleImportAsked
  readonly read: ImportedArticles
}

async function take(
  journey: Pick<Journey, 'engine' | 'submit'>,
  { by, asked, read }: Taking,
): Promise<ArticleImport> {
  const { source, format, dryRun, force } = asked
  const { articles: known } = journey.engine.state
  const given = read.articles.map((article) => ({ ...article, source }))
  const plan = planArticles(known, { source, articles: given })
  const isWhole = ARTICLE_IMPORTERS.get(format)?.isWhole === true && source !== PEOPLE
  // what could not be read may be what is missing
  const retired = isWhole && read.bad.length === 0 ? plan.unsaid : []
  const before = plan.unsaid.length + plan.changed.length + plan.same
  const retiredShare = before === 0 ? 0 : retired.length / before
  const isGuarded = retiredShare > MAX_RETIRED_SHARE && !force
  const news = [...plan.added, ...plan.changed].map(({ article }) => article)
  const applies = !dryRun && !isGuarded
  if (applies && news.length + retired.length > 0)
    await submitArticles(journey, {
      ...{ source, articles: news, actor: by, note: `import of ${format}` },
      version: versionOf(JSON.stringify(given)),
      retire: retired.map(({ id }) => id),
    })
  return {
    ...{
      source,
      format,
      state: applies ? 'applied' : isGuarded && !dryRun ? 'guarded' : 'planned',
    },
    ...{ same: plan.same, retiredShare, taken: plan.taken, bad: read.bad, retired },
    added: plan.added.map(({ article }) => article),
    changed: plan.changed.map(({ article, changed }) => {
      return { article, changed, before: known.get(article.id)?.body ?? '' }
    }),
  }
}

/** @throws AppError `payload_invalid` where the thread fails, or takes too long */
async function readInThread({
  format,
  source,
  files,
}: ArticleImportAsked): Promise<ImportedArticles> {
  const workerData: ArticleTask = { format, source, files }
  const worker = new Worker(articleWorker(), { workerData })
  const fail = (cause?: unknown): AppError =>
    new AppError('payload_invalid', 'the files could not be read', {}, cause)
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<ImportedArticles>((resolve, reject) => {
      timer = setTimeout(() => reject(fail()), READ_MS)
      worker.on('message', resolve)
      worker.on('error', (cause) => reject(fail(cause)))
      worker.on('exit', () => reject(fail()))
    })
  } finally {
    clearTimeout(timer)
    await worker.terminate()
  }
}
