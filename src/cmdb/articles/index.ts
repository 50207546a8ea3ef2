/** Formats that articles are imported from, by id. */
import { confluence } from './confluence.ts'
import type { ArticleImporter } from './importer.ts'
import { markdown } from './markdown.ts'
import { freshservice, solarwinds } from './service-desks.ts'
import { servicenow } from './servicenow.ts'

export const ARTICLE_IMPORTERS: ReadonlyMap<string, ArticleImporter> = new Map(
  [markdown, confluence, servicenow, freshservice, solarwinds].map((one) => [one.id, one]),
)
