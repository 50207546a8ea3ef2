/** The thread that reads files of articles: HTML of a whole knowledge base takes seconds. */
import { parentPort, workerData } from 'node:worker_threads'
import { ARTICLE_IMPORTERS } from './cmdb/articles/index.ts'
import type { ImportFile } from './cmdb/importer.ts'

export interface ArticleTask {
  readonly format: string
  readonly source: string
  readonly files: readonly ImportFile[]
}

const { format, source, files } = workerData as ArticleTask
parentPort?.postMessage(
  ARTICLE_IMPORTERS.get(format)?.read(files, source) ?? { articles: [], bad: [] },
)
