/** What an importer of articles is: a format of knowledge bases read into Markdown. */
import type { Article } from '../../core/model.ts'
import type { BadRow, ImportFile } from '../importer.ts'

export interface ImportedArticles {
  /** Each id once, by id. */
  readonly articles: readonly Article[]
  readonly bad: readonly BadRow[]
}

/**
 * A format of files. `read` is pure, never throws, and answers the same whatever the order of the files.
 * Ids begin with the name of the source, and do not change when a title does.
 */
export interface ArticleImporter {
  readonly id: string
  readonly title: string
  /** The page that describes the format. */
  readonly docs: string
  /** Whether files are all that there is, so that what is not in them is no more. */
  readonly isWhole: boolean
  readonly read: (files: readonly ImportFile[], source: string) => ImportedArticles
}
