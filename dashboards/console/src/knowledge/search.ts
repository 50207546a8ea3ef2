/** The filters of the list of articles as they stand in its address; what is usual is left out. */
import { ARTICLE_VIEWS, type ArticleSearch } from '../api/articles.ts'
import { textIn } from '../ui/search-params.ts'

/** Takes what an address holds; what does not fit is left out. */
export function readArticleSearch(given: Record<string, unknown>): ArticleSearch {
  const show = ARTICLE_VIEWS.find((name) => name === given['show'] && name !== 'current')
  const words = given['q']
  const q = typeof words === 'string' || typeof words === 'number' ? `${words}` : ''
  const source = textIn(given, 'source')
  const owner = textIn(given, 'owner')
  return {
    ...(q === '' ? {} : { q }),
    ...(source === undefined ? {} : { source }),
    ...(owner === undefined ? {} : { owner }),
    ...(show === undefined ? {} : { show }),
  }
}

/** A new article may begin as a copy of another one, or as what is known of an incident. */
export function readNewArticleSearch(given: Record<string, unknown>): {
  readonly from?: string
  readonly incident?: string
} {
  const [from, incident] = [textIn(given, 'from'), textIn(given, 'incident')]
  return {
    ...(from === undefined ? {} : { from }),
    ...(incident === undefined ? {} : { incident }),
  }
}
