/** One file of the folder of articles: read again only when it has changed, or could not be read. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArticle } from './core/article.ts'
import type { Article } from './core/model.ts'

export interface FoundFile {
  /** Relative to the folder. */
  readonly path: string
  /** Differs once the file, or who may read it, has changed. */
  readonly stamp: string
  readonly bytes: number
}

/** What a file said when it was looked at. */
export interface ReadFile {
  /** null: the file could not be had, which says nothing of the next time. */
  readonly stamp: string | null
  readonly article: Article | null
  readonly error: string | null
}

const MAX_FILE_BYTES = 1_000_000

/**
 * Never throws.
 *
 * @param known what was read before: the answer where the file has not changed since
 */
export async function readArticle(
  folder: string,
  { path, stamp, bytes }: FoundFile,
  known?: ReadFile,
): Promise<ReadFile> {
  if (known?.stamp === stamp) return known
  const fail = (error: string): ReadFile => ({ stamp, article: null, error })
  if (bytes > MAX_FILE_BYTES) return fail(`it has more than ${MAX_FILE_BYTES} bytes`)
  const content = await readFile(join(folder, path)).catch(reasonOf)
  if (typeof content === 'string') return { ...fail(`it cannot be read: ${content}`), stamp: null }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    const { article, fault } = parseArticle(path, text)
    return { stamp, article, error: fault }
  } catch (cause) {
    const isText = !(cause instanceof TypeError)
    return fail(isText ? `it cannot be read: ${reasonOf(cause)}` : 'it is not UTF-8 text')
  }
}

/** The code of a failure, or else its message. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : ''
}
