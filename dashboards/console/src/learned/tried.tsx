/** What a proposal would have made of the past. */
import { Group, Progress, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { BacktestFigures, ProposalBacktest } from '../api/schema.d.ts'
import { exact } from '../ui/clock.ts'
import { percent } from '../ui/figures.ts'

export function Tried({ backtest }: { readonly backtest: ProposalBacktest }) {
  const { id, state, from, to, done, total, failure, isCurrent, before, after } = backtest
  const share = total === null || total === 0 ? 0 : Math.min(100, (100 * done) / total)
  return (
    <div data-tried={id} style={{ margin: '6px 0' }}>
      <Text size="xs">
        <Link to="/backtest" search={{ id }} className="fl-link">
          {id}
        </Link>
        , {exact(from)} – {exact(to)}
        {state === 'done' ? '' : `: ${state}`}
        {failure !== null && `: ${failure}`}
        {!isCurrent && '. What is proposed has changed since: try it again.'}
      </Text>
      {(state === 'waiting' || state === 'running') && (
        <Progress value={share} aria-label={`Progress of ${id}`} mt={4} />
      )}
      {before !== null && after !== null && (
        <Figures before={before} after={after} totals={backtest.totals} />
      )}
    </div>
  )
}

interface FiguresProps {
  readonly before: BacktestFigures
  readonly after: BacktestFigures
  readonly totals: ProposalBacktest['totals']
}

const ROWS: readonly (readonly [string, (run: BacktestFigures) => string])[] = [
  ['Incidents', ({ opened }) => String(opened)],
  ['Alerts muted', ({ muted }) => String(muted)],
  ['Precision', ({ score }) => share(score.precision)],
  ['Recall', ({ score }) => share(score.recall)],
]

function share(value: number | null): string {
  return value === null ? '–' : percent(value)
}

function Figures({ before, after, totals }: FiguresProps) {
  const differs = Object.entries(WORDS).flatMap(([name, word]) => {
    const number = totals[name] ?? 0
    return number === 0 ? [] : [`${number} ${word}`]
  })
  return (
    <Group component="dl" gap="lg" my={4}>
      {ROWS.map(([name, of]) => (
        <div key={name} data-figure={name}>
          <Text component="dt" size="xs" c="dimmed">
            {name}
          </Text>
          <Text component="dd" size="sm" m={0} className="fl-num">
            {of(before)} → <strong>{of(after)}</strong>
          </Text>
        </div>
      ))}
      <div data-figure="differs">
        <Text component="dt" size="xs" c="dimmed">
          What differs
        </Text>
        <Text component="dd" size="sm" m={0}>
          {differs.length === 0 ? 'nothing in the end' : differs.join(', ')}
        </Text>
      </div>
    </Group>
  )
}

const WORDS: Readonly<Record<string, string>> = {
  merged: 'merged',
  split: 'split',
  gone: 'not opened',
  fresh: 'new',
  later: 'later',
  earlier: 'earlier',
  moved: 'alerts elsewhere',
  left: 'alerts in none',
  joined: 'alerts in one now',
}
