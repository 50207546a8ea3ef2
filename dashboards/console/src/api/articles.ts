/** Articles: found, read, written, with their versions and the folder they come from. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { ApiError, request } from './client.ts'
import { KEYS, paging, SELDOM_MS } from './queries.ts'
import type {
  Article,
  ArticleDraft,
  ArticleEdit,
  ArticleFacets,
  ArticleFormats,
  ArticleImport,
  ArticleImportInput,
  ArticlePage,
  ArticleUses,
  ArticleVersions,
  DeadRunbookLinks,
  FoundArticles,
  KnowledgeFolder,
} from './schema.d.ts'

export const ARTICLE_VIEWS = ['current', 'due', 'retired'] as const
export type ArticleView = (typeof ARTICLE_VIEWS)[number]

export interface ArticleSearch {
  readonly q?: string
  readonly source?: string
  readonly owner?: string
  /** `current` unless given. */
  readonly show?: ArticleView
}

const PAGE = 50

const pathOf = (id: string): string => `/api/v1/articles/${encodeURIComponent(id)}`

const filtersOf = ({ source, owner, show }: ArticleSearch) => ({
  ...{ source, owner },
  due: show === 'due' ? 'true' : undefined,
})

/** By id; what is no more has no ranks either, and is looked through for words. */
export const articlesQuery = (search: ArticleSearch) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.article, 'list', search],
    queryFn: ({ pageParam, signal }) =>
      request<ArticlePage>('/api/v1/articles', {
        query: {
          ...filtersOf(search),
          ...{ q: search.q, limit: PAGE, cursor: pageParam },
          retired: search.show === 'retired' ? 'true' : undefined,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
    enabled: search.q === undefined || search.show === 'retired',
  })

/** By words, the best first. */
export const foundQuery = (search: ArticleSearch) =>
  queryOptions({
    queryKey: [KEYS.article, 'search', search],
    queryFn: ({ signal }) =>
      request<FoundArticles>('/api/v1/article-search', {
        query: { ...filtersOf(search), q: search.q, limit: PAGE },
        signal,
      }),
    placeholderData: keepPreviousData,
    enabled: search.q !== undefined && search.show !== 'retired',
  })

export const articleFacetsQuery = () =>
  queryOptions({
    queryKey: [KEYS.article, 'facets'],
    queryFn: ({ signal }) => request<ArticleFacets>('/api/v1/article-facets', { signal }),
  })

/** null: no folder is set up. */
export const knowledgeFolderQuery = () =>
  queryOptions({
    queryKey: [KEYS.article, 'folder'],
    queryFn: ({ signal }) =>
      request<KnowledgeFolder>('/api/v1/knowledge/folder', { signal }).catch((cause: unknown) => {
        if (cause instanceof ApiError && cause.status === 404) return null
        throw cause
      }),
  })

/** As it is now, asked for anew whenever it is looked at. */
export const articleNowQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.article, id, 'now'],
    queryFn: ({ signal }) => request<Article>(pathOf(id), { signal }),
  })

/** To write on from: never from what was kept of an earlier look, which may have changed since. */
export const articleToEditQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.article, id, 'edit'],
    queryFn: ({ signal }) => request<Article>(pathOf(id), { signal }),
    gcTime: 0,
  })

/** What is known of an incident, as the beginning of an article; written on from what it was when it was opened. */
export const articleDraftQuery = (incident: string) =>
  queryOptions({
    queryKey: [KEYS.article, 'draft', incident],
    queryFn: ({ signal }) =>
      request<ArticleDraft>(`/api/v1/incidents/${encodeURIComponent(incident)}/article-draft`, {
        signal,
      }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.article, id, 'versions'],
    queryFn: ({ signal }) => request<ArticleVersions>(`${pathOf(id)}/versions`, { signal }),
  })

/** A version never changes. */
export const versionQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: [KEYS.article, id, 'versions', revision],
    queryFn: ({ signal }) => request<Article>(`${pathOf(id)}/versions/${revision}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: revision > 0,
  })

export const articleUsesQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.article, id, 'uses'],
    queryFn: ({ signal }) => request<ArticleUses>(`${pathOf(id)}/uses`, { signal }),
  })

export type ArticleAct =
  | { readonly do: 'write'; readonly id: string; readonly body: ArticleEdit }
  | { readonly do: 'retire'; readonly id: string }
  | { readonly do: 'restore'; readonly id: string; readonly revision: number }

function sendAct(act: ArticleAct): Promise<Article> {
  const path = pathOf(act.id)
  if (act.do === 'write') return request<Article>(path, { method: 'PUT', body: act.body })
  const body = act.do === 'restore' ? { revision: act.revision } : {}
  return request<Article>(`${path}/${act.do}`, { body })
}

export function useArticleAct() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: sendAct,
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.article] }),
  })
}

export function useReadFolder() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => request<KnowledgeFolder>('/api/v1/knowledge/folder/read', { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.article] }),
  })
}

export const articleFormatsQuery = () =>
  queryOptions({
    queryKey: [KEYS.article, 'formats'],
    queryFn: ({ signal }) => request<ArticleFormats>('/api/v1/knowledge/formats', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const importArticles = (body: ArticleImportInput): Promise<ArticleImport> =>
  request<ArticleImport>('/api/v1/knowledge/imports', { body })

export const deadLinksQuery = () =>
  queryOptions({
    queryKey: [KEYS.article, 'dead-links'],
    queryFn: ({ signal }) => request<DeadRunbookLinks>('/api/v1/knowledge/dead-links', { signal }),
    staleTime: SELDOM_MS,
  })
