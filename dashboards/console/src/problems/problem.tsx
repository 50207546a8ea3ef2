/** One problem: what it is, why it is one, what it costs, when it came, and what people do about it. */
import { Alert, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type ReactNode, useRef, useState } from 'react'
import { ApiError } from '../api/client.ts'
import { problemQuery } from '../api/problems.ts'
import type { ProblemDetail } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { Icon } from '../ui/icons.tsx'
import { focusStep, useKeys } from '../ui/keys.ts'
import { More } from '../ui/more.tsx'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'
import { TermTable } from '../ui/terms.tsx'
import { type Steps, useSteps } from './commands.ts'
import { ProblemDialogs } from './dialogs.tsx'
import { ProblemIncidents } from './incidents.tsx'
import classes from './problems.module.css'
import { ProblemRelated, ProblemTasks } from './tasks.tsx'
import { ProblemTimeline } from './timeline.tsx'
import { WhenSection } from './when.tsx'
import { Cost, effort, ProblemStatusMark, ReturnedMark, TrendMark } from './words.tsx'

export function ProblemPage() {
  const { id } = useParams({ from: '/inside/problems/$id' })
  const { data, error, isPending, refetch } = useQuery(problemQuery(id))
  if (isPending) return <WaitingRows />
  if (data !== undefined) return <Loaded key={data.id} problem={data} />
  if (error instanceof ApiError && error.status === 404)
    return (
      <Empty title={`There is no problem ${id}`}>
        <Anchor component={Link} to="/problems">
          All problems
        </Anchor>
      </Empty>
    )
  return <Failure what="The problem" error={error} retry={() => void refetch()} />
}

const MEMBER = '[data-member] a'

function Loaded({ problem }: { readonly problem: ProblemDetail }) {
  const navigate = useNavigate()
  const [selected, setSelected] = useState<readonly string[]>([])
  const commentBox = useRef<HTMLTextAreaElement>(null)
  const steps = useSteps(problem, selected, () => setSelected([]))
  const toggle = (id: string): void =>
    setSelected(selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id])
  useKeys({
    ...steps.keys,
    c: () => commentBox.current?.focus(),
    j: () => focusStep(MEMBER, 1),
    k: () => focusStep(MEMBER, -1),
    x: () => {
      const item = document.activeElement?.closest<HTMLElement>('[data-member]')
      if (item?.dataset['member'] !== undefined) toggle(item.dataset['member'])
    },
    u: () => void navigate({ to: '/problems' }),
  })
  return (
    <Stack gap="md">
      <title>{`${problem.title} · Faultline`}</title>
      <Headline problem={problem}>
        <ActionBar problem={problem} steps={steps} />
      </Headline>
      <div className={classes['columns']}>
        <div className={classes['column']}>
          {problem.workaround !== null && (
            <Section title="Workaround" id="workaround">
              <Text size="sm" className={classes['words'] ?? ''}>
                {problem.workaround}
              </Text>
              {problem.workaroundArticle !== null && (
                <Text size="sm" mt={8}>
                  It is an article, suggested at every incident of the problem:{' '}
                  <Link
                    to="/knowledge/$id"
                    params={{ id: problem.workaroundArticle }}
                    className="fl-link"
                  >
                    {problem.workaroundArticle}
                  </Link>
                </Text>
              )}
            </Section>
          )}
          <WhySection problem={problem} />
          <ProblemTasks problem={problem} steps={steps} />
          <ProblemIncidents
            problem={problem}
            selected={selected}
            onSelect={toggle}
            onSplit={steps.split}
            onUnlink={steps.unlink}
          />
        </div>
        <div className={classes['column']}>
          <WhenSection incidents={problem.incidents} figures={problem.figures} />
          <CostSection problem={problem} />
          <ProblemRelated problem={problem} steps={steps} />
          <ProblemTimeline id={problem.id} commentBox={commentBox} onComment={steps.comment} />
        </div>
      </div>
      <ProblemDialogs
        dialog={steps.dialog}
        problem={problem}
        busy={steps.busy}
        onClose={steps.close}
        run={steps.run}
      />
    </Stack>
  )
}

interface HeadlineProps {
  readonly problem: ProblemDetail
  readonly children: ReactNode
}

function Headline({ problem, children }: HeadlineProps) {
  const { id, title, status, figures, mergedInto, splitFrom } = problem
  return (
    <header className={classes['headline']}>
      <Group justify="space-between" gap="xs">
        <Anchor component={Link} to="/problems" size="sm" className={classes['back'] ?? ''}>
          <Icon name="back" size={14} /> Problems
        </Anchor>
        <Text size="sm" c="dimmed" className="fl-mono">
          {id}
        </Text>
      </Group>
      <Stack gap={8} mt={6}>
        <Group gap={8}>
          <ProblemStatusMark status={status} />
          <TrendMark trend={figures.trend} />
          <ReturnedMark reopenCount={problem.reopenCount} />
        </Group>
        <Title order={1} className={classes['pageTitle'] ?? ''}>
          {title}
        </Title>
        {mergedInto !== null && (
          <Alert color="fault" variant="light" title="This problem is part of another one now">
            <ProblemLink id={mergedInto}>Go to {mergedInto}</ProblemLink>
          </Alert>
        )}
        {splitFrom !== null && (
          <Text size="sm" c="dimmed">
            Split off from <ProblemLink id={splitFrom}>{splitFrom}</ProblemLink>
          </Text>
        )}
        <Text>{problem.hypothesis}</Text>
        {problem.resolution !== null && <Text size="sm">Resolved by: {problem.resolution}</Text>}
      </Stack>
      <FigureList problem={problem} />
      {children}
    </header>
  )
}

function ProblemLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <Link to="/problems/$id" params={{ id }} className={classes['title']}>
      {children}
    </Link>
  )
}

function FigureList({ problem }: Pick<HeadlineProps, 'problem'>) {
  const { figures, rootCi, service, owner } = problem
  return (
    <dl className={classes['figures']}>
      <div>
        <dt>People's time</dt>
        <dd>
          <Cost figures={figures} />
        </dd>
      </div>
      <div>
        <dt>Incidents</dt>
        <dd className="fl-num">
          {Math.round(figures.perMonth * 10) / 10} <small>a month</small>
        </dd>
      </div>
      <div>
        <dt>Last one</dt>
        <dd>{figures.lastAt === null ? 'unknown' : <Ago at={figures.lastAt} />}</dd>
      </div>
      <div>
        <dt>Owner</dt>
        <dd>{owner ?? 'nobody'}</dd>
      </div>
      {rootCi !== null && (
        <div>
          <dt>Where</dt>
          <dd>
            <CiName id={rootCi} />
          </dd>
        </div>
      )}
      {service !== null && (
        <div>
          <dt>Service</dt>
          <dd>
            <CiName id={service} />
          </dd>
        </div>
      )}
    </dl>
  )
}

function WhySection({ problem }: Pick<HeadlineProps, 'problem'>) {
  const { evidence, score, kind } = problem
  return (
    <Section title="Why they are one problem" id="why">
      {kind === 'split' && (
        <Text size="sm" mb="xs">
          Somebody put these incidents together.
        </Text>
      )}
      <ul style={{ margin: 0, paddingLeft: 18 }}>
        {evidence.map(({ name, note }) => (
          <li key={name}>
            <Text size="sm">{note}</Text>
          </li>
        ))}
      </ul>
      <More label="As numbers">
        <TermTable terms={evidence} score={score} sum="score" />
      </More>
    </Section>
  )
}

function CostSection({ problem: { figures } }: Pick<HeadlineProps, 'problem'>) {
  const { monthlyCost, costLow, costHigh, costTerms, medianMinutes, asOf } = figures
  return (
    <Section title="What it costs" id="cost">
      <Text size="sm">
        {effort(monthlyCost)} of people's time in 30 days, likely between {effort(costLow)} and{' '}
        {effort(costHigh)}. Half of its incidents take {effort(medianMinutes)} or less.
      </Text>
      <Text size="xs" c="dimmed" mt={4}>
        As of <Ago at={asOf} />
      </Text>
      {costTerms.length > 0 && (
        <More label="As numbers: minutes a month × people at work">
          <TermTable terms={costTerms} score={monthlyCost} sum="minutes a month" />
        </More>
      )}
    </Section>
  )
}

/** Somebody did something to it, as far as it shows; `z` undoes what does not show as well. */
function isTouched({ status, decidedAt, owner, workaround }: ProblemDetail): boolean {
  return status !== 'merged' && (decidedAt !== null || owner !== null || workaround !== null)
}

function ActionBar({ problem, steps }: { readonly problem: ProblemDetail; readonly steps: Steps }) {
  return (
    <Group gap={8} mt="md" role="group" aria-label="Actions">
      {steps.offered.map(({ name, act, primary }) => (
        <Button
          key={name}
          size="sm"
          variant={primary ? 'filled' : 'default'}
          disabled={steps.busy}
          onClick={act}
        >
          {name}
        </Button>
      ))}
      {isTouched(problem) && (
        <Button
          size="sm"
          variant="subtle"
          disabled={steps.busy}
          onClick={steps.undo}
          leftSection={<Icon name="undo" size={15} />}
        >
          Undo
        </Button>
      )}
    </Group>
  )
}
