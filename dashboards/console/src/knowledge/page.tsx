/** Articles: found by words, by whose they are, and by what is due. */
import { Button, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type Ref, useRef } from 'react'
import {
  ARTICLE_VIEWS,
  type ArticleSearch,
  type ArticleView,
  articleFacetsQuery,
  articlesQuery,
  foundQuery,
} from '../api/articles.ts'
import type { ArticleFacets } from '../api/schema.d.ts'
import { focusStep, useKeys } from '../ui/keys.ts'
import { LoadMore } from '../ui/load-more.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { kept } from '../ui/search-params.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { DeadLinks } from './dead-links.tsx'
import { FolderState } from './folder.tsx'
import classes from './knowledge.module.css'
import { ArticleRow } from './row.tsx'

const ROW = '[data-article] a[data-main]'

export function KnowledgePage() {
  const search = useSearch({ from: '/inside/knowledge' })
  const navigate = useNavigate()
  const setSearch = (next: ArticleSearch): void =>
    void navigate({ to: '/knowledge', search: next, replace: true })
  const searchBox = useRef<HTMLInputElement>(null)
  const facets = useQuery(articleFacetsQuery())
  useKeys({
    j: () => focusStep(ROW, 1),
    k: () => focusStep(ROW, -1),
    n: () => void navigate({ to: '/knowledge/new' }),
    '/': () => searchBox.current?.select(),
  })
  return (
    <Stack gap="md">
      <title>Knowledge · Faultline</title>
      <Group justify="space-between">
        <div>
          <Title order={1} size="h3">
            Knowledge
          </Title>
          <Text size="sm" c="dimmed">
            Articles that are suggested at incidents
          </Text>
        </div>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => <Link to="/knowledge/import" {...props} />}
          >
            Import
          </Button>
          <Button size="xs" renderRoot={(props) => <Link to="/knowledge/new" {...props} />}>
            New article
          </Button>
        </Group>
      </Group>
      <Filters search={search} facets={facets.data} onChange={setSearch} searchBox={searchBox} />
      <FolderState />
      <DeadLinks />
      <Articles search={search} onClear={() => setSearch({})} />
    </Stack>
  )
}

interface FiltersProps {
  readonly search: ArticleSearch
  readonly facets: ArticleFacets | undefined
  readonly onChange: (next: ArticleSearch) => void
  readonly searchBox: Ref<HTMLInputElement>
}

function Filters({ search, facets, onChange, searchBox }: FiltersProps) {
  const set = (
    changed: { readonly [Name in keyof ArticleSearch]: ArticleSearch[Name] | undefined },
  ) => onChange(kept({ ...search, ...changed }))
  const show = search.show ?? 'current'
  const texts: Readonly<Record<ArticleView, string>> = {
    current: `Current${countOf(facets?.total)}`,
    due: `Review due${countOf(facets?.due)}`,
    retired: `Retired${countOf(facets?.retired)}`,
  }
  return (
    <Group component="search" gap="xs" aria-label="Filter articles">
      <SearchBox
        ref={searchBox}
        value={search.q}
        onChange={(q) => set({ q })}
        label="Search articles"
        placeholder="Search titles and texts"
      />
      <SegmentedControl
        size="sm"
        value={show}
        data={ARTICLE_VIEWS.map((value) => ({ value, label: texts[value] }))}
        onChange={(value) =>
          set({ show: ARTICLE_VIEWS.find((one) => one === value && one !== 'current') })
        }
        aria-label="Which articles"
      />
      <OneOf
        label="Source"
        values={facets?.sources ?? []}
        value={search.source}
        onChange={(source) => set({ source })}
      />
      <OneOf
        label="Owner"
        values={facets?.owners ?? []}
        value={search.owner}
        onChange={(owner) => set({ owner })}
      />
    </Group>
  )
}

function countOf(count: number | undefined): string {
  return count === undefined ? '' : ` (${count})`
}

interface OneOfProps {
  readonly label: string
  readonly values: ArticleFacets['sources']
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

function OneOf({ label, values, value, onChange }: OneOfProps) {
  return (
    <Select
      w={170}
      size="sm"
      aria-label={label}
      placeholder={label}
      clearable
      searchable
      data={values.map(({ name, count }) => ({ value: name, label: `${name} (${count})` }))}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  )
}

interface ArticlesProps {
  readonly search: ArticleSearch
  readonly onClear: () => void
}

function Articles({ search, onClear }: ArticlesProps) {
  const list = useInfiniteQuery(articlesQuery(search))
  const found = useQuery(foundQuery(search))
  const isRanked = search.q !== undefined && search.show !== 'retired'
  const { isPending, error, refetch } = isRanked ? found : list
  if (error !== null)
    return <Failure what="The articles" error={error} retry={() => void refetch()} />
  if (isPending) return <WaitingRows rows={8} height={52} />
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const rows = isRanked
    ? (found.data?.items ?? []).map((one) => (
        <ArticleRow key={one.id} article={one} passage={one.passage} words={one.words} />
      ))
    : items.map((one) => <ArticleRow key={one.id} article={one} />)
  if (rows.length === 0) return <NoArticles search={search} onClear={onClear} />
  return (
    <>
      <ul className={classes['list']} aria-label="Articles">
        {rows}
      </ul>
      {!isRanked && <LoadMore list={list} />}
    </>
  )
}

function NoArticles({ search, onClear }: ArticlesProps) {
  if (Object.keys(search).length > 0)
    return (
      <Empty title={search.q === undefined ? 'None of these' : `No article has “${search.q}”`}>
        <Button variant="default" size="xs" onClick={onClear} style={{ alignSelf: 'flex-start' }}>
          Show all articles
        </Button>
      </Empty>
    )
  return (
    <Empty title="No articles yet">
      <Text size="sm">
        Name a folder of Markdown in the settings (<code>knowledge</code>), write the first one
        here, or post them to <code>/api/v1/articles</code>.
      </Text>
    </Empty>
  )
}
