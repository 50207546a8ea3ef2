/** Problems: what keeps coming back, the most expensive first. */
import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type RefObject, useRef, useState } from 'react'
import { type ProblemSearch, problemsQuery } from '../api/problems.ts'
import type { ProblemSummary } from '../api/schema.d.ts'
import { focusStep, useKeys } from '../ui/keys.ts'
import { sayRefused } from '../ui/notices.tsx'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { type Acts, useActs } from './acts.ts'
import { ProblemCostCharts } from './costs.tsx'
import { ProblemFilters } from './filters.tsx'
import classes from './problems.module.css'
import { ReportButtons } from './report.tsx'
import { ProblemRow } from './row.tsx'
import { countOf } from './words.tsx'

const ROW = '[data-problem] a'

export function ProblemsPage() {
  const search = useSearch({ from: '/inside/problems' })
  const navigate = useNavigate({ from: '/problems' })
  const setSearch = (next: ProblemSearch): void =>
    void navigate({ to: '/problems', search: next, replace: true })
  const searchBox = useRef<HTMLInputElement>(null)
  const list = useInfiniteQuery(problemsQuery(search))
  const problems = list.data?.pages.flatMap(({ items }) => items) ?? []
  const [marked, setMarked] = useState<readonly string[]>([])
  const mark = (id: string): void =>
    setMarked(marked.includes(id) ? marked.filter((one) => one !== id) : [...marked, id])
  const acts = useActs()
  const merge = async (): Promise<void> => {
    const [first, ...others] = marked
    if (first === undefined || others.length === 0)
      sayRefused(new Error('Mark two problems or more first: x marks the one with the focus.'))
    else if ((await acts.act(first, { do: 'merge', body: { from: others } })) !== null)
      setMarked([])
  }
  useListKeys({ problems, acts, mark, merge, searchBox })
  return (
    <Stack gap="md">
      <title>Problems · Faultline</title>
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1} size="h3">
            Problems
          </Title>
          <Text size="sm" c="dimmed">
            What keeps coming back, and what it costs
          </Text>
        </div>
        <Group gap="xs">
          <Link to="/problems/import" className="fl-link">
            Import past incidents
          </Link>
          <ReportButtons search={search} />
        </Group>
      </Group>
      <ProblemFilters
        search={search}
        scopes={list.data?.pages[0]?.scopes ?? []}
        onChange={setSearch}
        searchBox={searchBox}
      />
      <ProblemCostCharts search={search} onChange={setSearch} />
      {marked.length > 0 && (
        <Group gap="xs" className={classes['marked'] ?? ''} role="status">
          <Text size="sm">{countOf(marked.length, 'problem')} marked</Text>
          <Button
            size="compact-sm"
            disabled={marked.length < 2}
            loading={acts.busy}
            onClick={() => void merge()}
          >
            Merge them
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setMarked([])}>
            Clear
          </Button>
        </Group>
      )}
      {list.isPending && <WaitingRows height={84} />}
      {list.isError && list.data === undefined && (
        <Failure what="The list" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && problems.length === 0 && (
        <NoProblems search={search} onClear={() => setSearch({})} />
      )}
      {problems.length > 0 && (
        <ul
          className={classes['list']}
          aria-label="Problems"
          data-dimmed={list.isPlaceholderData || undefined}
        >
          {problems.map((problem) => (
            <ProblemRow
              key={problem.id}
              problem={problem}
              acts={acts}
              marked={marked.includes(problem.id)}
              onMark={() => mark(problem.id)}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            onClick={() => void list.fetchNextPage()}
            loading={list.isFetchingNextPage}
          >
            Load more
          </Button>
        </Group>
      )}
    </Stack>
  )
}

interface EmptyProps {
  readonly search: ProblemSearch
  readonly onClear: () => void
}

function NoProblems({ search, onClear }: EmptyProps) {
  const { q, show = 'current', order: _order, ...narrowed } = search
  if (q === undefined && Object.keys(narrowed).length === 0 && show === 'current')
    return (
      <Empty title="Nothing keeps coming back">
        <Text size="sm">
          Every night at 03:00 UTC, and soon after many incidents were resolved, Faultline looks for
          what recurs: at least three times, and more often than chance. What it finds is proposed
          here.
        </Text>
        <Text size="sm">
          It need not wait for new ones: <Link to="/problems/import">import past incidents</Link> of
          your service desk.
        </Text>
      </Empty>
    )
  return (
    <Empty title={q === undefined ? 'None of these' : `No problem matches “${q}”`}>
      <Button variant="default" size="xs" onClick={onClear} style={{ alignSelf: 'flex-start' }}>
        Show the current ones
      </Button>
    </Empty>
  )
}

interface ListKeys {
  readonly problems: readonly ProblemSummary[]
  readonly acts: Acts
  readonly mark: (id: string) => void
  readonly merge: () => Promise<void>
  readonly searchBox: RefObject<HTMLInputElement | null>
}

function useListKeys({ problems, acts, mark, merge, searchBox }: ListKeys): void {
  const last = useRef<string | null>(null)
  const onFocused = (what: (problem: ProblemSummary) => void) => (): void => {
    const row = document.activeElement?.closest<HTMLElement>('[data-problem]')
    const problem = problems.find(({ id }) => id === row?.dataset['problem'])
    if (problem === undefined) return
    last.current = problem.id
    what(problem)
  }
  useKeys({
    j: () => focusStep(ROW, 1),
    k: () => focusStep(ROW, -1),
    a: onFocused(({ id }) => void acts.act(id, { do: 'accept' })),
    d: onFocused(({ id }) => void acts.act(id, { do: 'dismiss', body: {} })),
    x: onFocused(({ id }) => mark(id)),
    m: () => void merge(),
    z: () => {
      if (last.current !== null) acts.undo(last.current)
    },
    '/': () => {
      searchBox.current?.focus()
      searchBox.current?.select()
    },
  })
}
