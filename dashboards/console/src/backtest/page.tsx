/** Other rules on the past: what to try, the runs, and what the one that is looked at came to. */
import { Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { backtestQuery, backtestsQuery } from '../api/backtests.ts'
import { focusStep, useKeys } from '../ui/keys.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { BacktestForm } from './form.tsx'
import { Result } from './result.tsx'
import { Runs } from './runs.tsx'

const ROW = '[data-run] [data-main]'

export function BacktestPage() {
  const { id, ...range } = useSearch({ from: '/inside/backtest' })
  const navigate = useNavigate({ from: '/backtest' })
  const list = useQuery(backtestsQuery())
  const runs = list.data?.items ?? []
  const known = runs.find((run) => run.id === id) ?? runs[0]
  const shown = known?.id ?? null
  useKeys({ j: () => focusStep(ROW, 1), k: () => focusStep(ROW, -1) })
  return (
    <Stack gap="md">
      <title>Backtest · Faultline</title>
      <div>
        <Title order={1} size="h3">
          Backtest
        </Title>
        <Text size="sm" c="dimmed">
          What other rules would have made of the past, beside what was. Nobody is told, and nothing
          is changed.
        </Text>
      </div>
      {list.isPending && <WaitingRows rows={2} height={120} />}
      {list.isError && list.data === undefined && (
        <Failure what="Backtests" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && (
        <BacktestForm
          range={range}
          earliest={list.data.earliest}
          onRange={(chosen) =>
            void navigate({ search: { ...chosen, ...(id && { id }) }, replace: true })
          }
          onStarted={(started) => void navigate({ search: { ...range, id: started.id } })}
        />
      )}
      {list.data !== undefined && runs.length === 0 && (
        <Empty title="No runs so far">
          <Text size="sm" c="dimmed">
            Change a rule pack or name a setting above, and run it on a part of the past. The newest
            20 runs are kept.
          </Text>
        </Empty>
      )}
      {runs.length > 0 && <Runs runs={runs} shown={shown} />}
      {shown !== null && <Shown id={shown} />}
    </Stack>
  )
}

function Shown({ id }: { readonly id: string }) {
  const run = useQuery(backtestQuery(id))
  if (run.isError) return <Failure what={id} error={run.error} />
  return run.data === undefined ? null : <Result run={run.data} />
}
