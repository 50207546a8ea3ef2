import { Button, Checkbox, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ProblemSummary } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { CiName } from '../ui/ci-name.tsx'
import type { Acts } from './acts.ts'
import classes from './problems.module.css'
import { Cost, countOf, ProblemStatusMark, ReturnedMark, TrendMark } from './words.tsx'

interface RowProps {
  readonly problem: ProblemSummary
  readonly acts: Acts
  readonly marked: boolean
  readonly onMark: () => void
}

export function ProblemRow({ problem, acts, marked, onMark }: RowProps) {
  const { id, title, status, hypothesis, figures, incidentCount } = problem
  return (
    <li
      className={classes['row']}
      data-problem={id}
      data-status={status}
      data-marked={marked || undefined}
    >
      <Checkbox
        size="xs"
        checked={marked}
        onChange={onMark}
        aria-label={`Mark ${id} for merging`}
        className={classes['tick'] ?? ''}
      />
      <div className={classes['what']}>
        <Group gap={6} wrap="wrap">
          <Link to="/problems/$id" params={{ id }} className={classes['title']}>
            {title}
          </Link>
          <ProblemStatusMark status={status} />
          <TrendMark trend={figures.trend} />
          <ReturnedMark reopenCount={problem.reopenCount} />
        </Group>
        <Text size="sm" className={classes['hypothesis'] ?? ''}>
          {hypothesis}
        </Text>
        <Where problem={problem} />
      </div>
      <div className={classes['counts']}>
        <Text size="sm" fw={650} c="var(--fl-strong)">
          <Cost figures={figures} />
        </Text>
        <Text size="xs" c="dimmed" className="fl-num">
          {countOf(incidentCount, 'incident')}
          {figures.lastAt !== null && (
            <>
              , last <Ago at={figures.lastAt} />
            </>
          )}
        </Text>
      </div>
      <Choices problem={problem} acts={acts} />
    </li>
  )
}

function Where({ problem: { id, rootCi, service, owner } }: Pick<RowProps, 'problem'>) {
  return (
    <Text size="xs" c="dimmed" className={classes['where'] ?? ''}>
      <span className="fl-mono">{id}</span>
      {rootCi !== null && <CiName id={rootCi} />}
      {service !== null && service !== rootCi && <CiName id={service} />}
      {owner !== null && (
        <Link to="/problems" search={{ owner }} title={`All that ${owner} has`} className="fl-link">
          {owner} has it
        </Link>
      )}
    </Text>
  )
}

function Choices({ problem: { id, status }, acts }: Pick<RowProps, 'problem' | 'acts'>) {
  if (status !== 'proposed') return <div className={classes['choices']} />
  return (
    <div className={classes['choices']}>
      <Button
        size="compact-sm"
        disabled={acts.busy}
        onClick={() => void acts.act(id, { do: 'accept' })}
        aria-label={`Accept ${id}`}
      >
        Accept
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={acts.busy}
        onClick={() => void acts.act(id, { do: 'dismiss', body: {} })}
        aria-label={`Dismiss ${id}`}
      >
        Dismiss
      </Button>
    </div>
  )
}
