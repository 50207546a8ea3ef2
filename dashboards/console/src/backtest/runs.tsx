/** The runs there were, each with how far it is. */
import { Button, Group, Progress, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { isOver, useEndBacktest } from '../api/backtests.ts'
import type { BacktestSummary } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { exact } from '../ui/clock.ts'
import { sayRefused } from '../ui/notices.tsx'
import rows from '../ui/rows.module.css'
import { Section } from '../ui/states.tsx'

const TONES = {
  waiting: 'calm',
  running: 'accent',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
} as const

interface RunsProps {
  readonly runs: readonly BacktestSummary[]
  readonly shown: string | null
}

export function Runs({ runs, shown }: RunsProps) {
  return (
    <Section title="Runs" id="runs">
      <ul className={rows['rows']}>
        {runs.map((run) => (
          <Run key={run.id} run={run} isShown={run.id === shown} />
        ))}
      </ul>
    </Section>
  )
}

function Run({ run, isShown }: { readonly run: BacktestSummary; readonly isShown: boolean }) {
  const end = useEndBacktest()
  const { id, state, by, packs, set, rules, weights, createdAt } = run
  const tried = [
    ...packs,
    ...rules,
    ...(weights?.changes ?? []).map(({ term, to }) => `weights.${term} = ${to}`),
    ...Object.entries(set).map(([key, value]) => `${key} = ${String(value)}`),
  ]
  return (
    <li data-run={id}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 240px' }}>
          <Group gap={6}>
            <Link
              to="/backtest"
              search={(before) => ({ ...before, id })}
              className="fl-link"
              data-main
              {...(isShown ? { 'aria-current': 'true' as const } : {})}
            >
              {id}
            </Link>
            <Mark tone={TONES[state]}>{state}</Mark>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {tried.join(', ')}
            </Text>
          </Group>
          <Text size="xs" c="dimmed">
            {exact(run.from)} – {exact(run.to)}; <Ago at={createdAt} />, by {by}
          </Text>
        </div>
        <Button
          size="compact-sm"
          variant="default"
          aria-label={isOver(run) ? `Forget ${id}` : `Cancel ${id}`}
          loading={end.isPending}
          onClick={() => end.mutate(id, { onError: sayRefused })}
        >
          {isOver(run) ? 'Forget' : 'Cancel'}
        </Button>
      </Group>
      {state === 'running' && <Going run={run} />}
    </li>
  )
}

function Going({ run: { id, done, total } }: { readonly run: BacktestSummary }) {
  const share = total === null || total === 0 ? 0 : Math.min(100, (100 * done) / total)
  return (
    <Group gap="sm" mt={6} wrap="nowrap">
      <Progress value={share} aria-label={`Progress of ${id}`} flex={1} />
      <Text size="xs" c="dimmed" className="fl-num">
        {total === null ? 'beginning' : `${done} of ${total} entries`}
      </Text>
    </Group>
  )
}
