import { Group, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Source, Sources } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { percent } from '../ui/figures.ts'
import { More } from '../ui/more.tsx'
import { Snippet } from '../ui/snippet.tsx'
import { OUTCOMES } from './ledger.tsx'
import { ReporterTable } from './reporters.tsx'
import classes from './sources.module.css'

interface SourceItemProps {
  readonly source: Source
  readonly reporters: Sources['items']
}

const COUNT = new Intl.NumberFormat()

/** How late alerts are heard of, in the unit that fits. */
function lagText(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 90) return `${Math.round(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

export function SourceItem({ source, reporters }: SourceItemProps) {
  const { source: id, received, firing, stale, deadLetters, lastSeenAt, minutes } = source
  return (
    <li className={classes['source']} data-source-row={id}>
      <div className={classes['head']}>
        <div>
          <Group gap={8}>
            <Text fw={650}>{id}</Text>
            <StateMark source={source} />
          </Group>
          <Text size="xs" c="dimmed" component="div">
            {lastSeenAt === null ? (
              'not heard since the start'
            ) : (
              <>
                last heard <Ago at={lastSeenAt} />
              </>
            )}
          </Text>
        </div>
        <Rate minutes={minutes} />
        <dl className={classes['counts']}>
          <Count name="received">{COUNT.format(received)}</Count>
          <Count name="firing">{COUNT.format(firing)}</Count>
          <Count name="stale" warn={stale > 0}>
            {COUNT.format(stale)}
          </Count>
          <Count name="lag">{lagText(source.lagSeconds)}</Count>
          <Count name="dead letters" warn={deadLetters > 0}>
            {deadLetters === 0 ? (
              '0'
            ) : (
              <Link to="/dead-letters" search={{ source: id }}>
                {COUNT.format(deadLetters)}
              </Link>
            )}
          </Count>
        </dl>
      </div>
      <Outcomes source={source} />
      {source.lastBody !== null && (
        <More label="last payload">
          <LastBody body={source.lastBody} />
        </More>
      )}
      {reporters.length > 0 && (
        <More label={reporters.length === 1 ? '1 reporter' : `${reporters.length} reporters`}>
          <ReporterTable reporters={reporters} />
        </More>
      )}
    </li>
  )
}

function StateMark({ source: { state, stale, needsToken } }: Pick<SourceItemProps, 'source'>) {
  return (
    <>
      {state === 'silent' ? (
        <Mark
          tone="warn"
          why={`A reporter has fallen silent: nobody confirms ${stale} alerts of it.`}
        >
          silent
        </Mark>
      ) : (
        <Mark tone="good">heard</Mark>
      )}
      {needsToken && (
        <Mark tone="calm" why="A post needs a token of this source.">
          with token
        </Mark>
      )}
    </>
  )
}

function LastBody({ body }: { readonly body: NonNullable<Source['lastBody']> }) {
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed" component="div">
        came in <Ago at={body.at} />
        {body.whole ? '' : '; its beginning'}
      </Text>
      <Snippet code={body.text} />
    </Stack>
  )
}

interface CountProps {
  readonly name: string
  readonly warn?: boolean
  readonly children: ReactNode
}

function Count({ name, warn = false, children }: CountProps) {
  return (
    <div data-warn={warn || undefined}>
      <dt>{name}</dt>
      <dd className="fl-num">{children}</dd>
    </div>
  )
}

const RATE_MINUTES = 5
const BAR = 4
const HEIGHT = 28

/** Items of each of the last 60 minutes, and how many a minute bring in now. */
function Rate({ minutes }: Pick<Source, 'minutes'>) {
  const most = Math.max(1, ...minutes)
  const recent = minutes.slice(-RATE_MINUTES - 1, -1)
  const rate = recent.reduce((sum, one) => sum + one, 0) / RATE_MINUTES
  const hour = minutes.reduce((sum, one) => sum + one, 0)
  return (
    <div className={classes['rate']}>
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 ${minutes.length * BAR} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${hour} in the last hour, at most ${Math.max(...minutes)} a minute`}
      >
        {minutes.map((count, at) => {
          const height = count === 0 ? 1 : Math.max(2, (count / most) * HEIGHT)
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a minute is its place
              key={at}
              x={at * BAR}
              y={HEIGHT - height}
              width={BAR - 1}
              height={height}
              data-none={count === 0 || undefined}
            />
          )
        })}
      </svg>
      <Text size="xs" c="dimmed" className="fl-num">
        {COUNT.format(hour)} in the last hour
        {rate > 0 && `, now ${rate < 1 ? '<1' : COUNT.format(Math.round(rate))} a minute`}
      </Text>
    </div>
  )
}

/** What became of all that it ever sent, by shares. */
function Outcomes({ source: { outcomes, received } }: Pick<SourceItemProps, 'source'>) {
  const shares = OUTCOMES.map(([name, what]) => ({ name, what, count: outcomes[name] })).filter(
    ({ count }) => count > 0,
  )
  return (
    <div className={classes['outcomes']}>
      <div className={classes['bar']} aria-hidden="true">
        {shares.map(({ name, count }) => (
          <span key={name} data-outcome={name} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul className={classes['legend']}>
        {shares.map(({ name, what, count }) => (
          <li key={name} title={what} data-outcome={name} className="fl-num">
            {name} {percent(count / received)}
          </li>
        ))}
      </ul>
    </div>
  )
}
