/**
 * Solutions of Freshservice and of SolarWinds Service Desk, as their APIs answer lists of them, or one.
 * Published ones, or those that are approved, only.
 *
 * @see https://api.freshservice.com/#solution_article_attributes
 * @see https://apidoc.samanage.com/
 */
import { z } from 'zod'
import { faultOf, readDocuments } from '../documents.ts'
import type { ImportFile } from '../importer.ts'
import { ArticleCollector, dayOf, type FoundArticle } from './collect.ts'
import type { ArticleImporter } from './importer.ts'

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? '')
const Texts = z
  .array(z.string())
  .nullish()
  .transform((texts) => texts ?? [])
const Key = z.union([z.string(), z.number()]).transform(String)

const FreshserviceArticle = z.object({
  id: Key,
  title: Text,
  description: Text,
  /** 1 draft, 2 published. */
  status: z.int().nullish(),
  tags: Texts,
  keywords: Texts,
  review_date: Text,
  /** Of an article that is somewhere else. */
  url: Text,
})

export const freshservice: ArticleImporter = {
  id: 'freshservice',
  title: 'Freshservice solutions, JSON',
  docs: 'https://api.freshservice.com/#solution_article_attributes',
  isWhole: true,
  read: (files, source) =>
    readObjects(files, source, {
      list: 'articles',
      one: 'article',
      toFound: (value) => {
        const read = FreshserviceArticle.safeParse(value)
        if (!read.success) return faultOf(read.error)
        const { id, title, description, status, tags, keywords, review_date, url } = read.data
        if (status !== undefined && status !== null && status !== 2) return null
        const html = description === '' && url !== '' ? `<p>${title}: ${url}</p>` : description
        const about = { key: id, title, html, tags: [...tags, ...keywords] }
        return { ...about, reviewOn: dayOf(review_date), url }
      },
    }),
}

const SolarWindsSolution = z.object({
  id: Key,
  name: Text,
  description: Text,
  state: Text,
  href: Text,
  category: z.object({ name: Text }).nullish(),
  subcategory: z.object({ name: Text }).nullish(),
})

export const solarwinds: ArticleImporter = {
  id: 'solarwinds',
  title: 'SolarWinds Service Desk solutions, JSON',
  docs: 'https://apidoc.samanage.com/#tag/Solution',
  isWhole: true,
  read: (files, source) =>
    readObjects(files, source, {
      list: 'solutions',
      one: 'solution',
      toFound: (value) => {
        const read = SolarWindsSolution.safeParse(value)
        if (!read.success) return faultOf(read.error)
        const { id, name, description, state, href, category, subcategory } = read.data
        if (/^draft$/i.test(state)) return null
        const tags = [category?.name ?? '', subcategory?.name ?? '']
        return { key: id, title: name, html: description, tags, url: href.replace(/\.json$/, '') }
      },
    }),
}

interface Objects {
  /** Names of what an answer has its list, or its one object, under. */
  readonly list: string
  readonly one: string
  /** null: it is not published; with `error`: it cannot be read. */
  readonly toFound: (
    value: unknown,
  ) => FoundArticle | { readonly field?: string; readonly error: string } | null
}

function readObjects(
  files: readonly ImportFile[],
  source: string,
  { list, one, toFound }: Objects,
) {
  const collector = new ArticleCollector(source)
  for (const { where, value } of readDocuments(files, collector)) {
    const all = listOf(value, { list, one })
    if (all === null) collector.bad({ where, error: 'is no list as the API answers it' })
    for (const [at, object] of (all ?? []).entries()) {
      const place = `${where} ${one} ${at + 1}`
      const found = toFound(unwrapped(object, one))
      if (found === null) continue
      if ('error' in found) collector.bad({ where: place, ...found })
      else collector.html(found, place)
    }
  }
  return collector.finish()
}

function listOf(
  value: unknown,
  { list, one }: Pick<Objects, 'list' | 'one'>,
): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'object' || value === null) return null
  const named: unknown = Reflect.get(value, list)
  if (Array.isArray(named)) return named
  return Object.hasOwn(value, one) ? [value] : null
}

/** Some answers have each object under its name. */
function unwrapped(object: unknown, one: string): unknown {
  const isWrapped = typeof object === 'object' && object !== null && Object.hasOwn(object, one)
  return isWrapped ? Reflect.get(object, one) : object
}
