/** When the incidents of a problem came: by week, and by hour of the week, in the viewer's zone. */
import { Text } from '@mantine/core'
import type { ProblemFigures, ProblemIncident } from '../api/schema.d.ts'
import { exact } from '../ui/clock.ts'
import { Section } from '../ui/states.tsx'
import classes from './problems.module.css'
import { countOf } from './words.tsx'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WEEK_MS = 7 * DAY_MS
const MIN_WEEKS = 12
const MAX_WEEKS = 52

interface WhenProps {
  readonly incidents: readonly ProblemIncident[]
  readonly figures: ProblemFigures
}

export function WhenSection({ incidents, figures }: WhenProps) {
  const starts = incidents.map(({ startedAt }) => Date.parse(startedAt))
  return (
    <Section title="When it came" id="when">
      {figures.period !== null && (
        <Text size="sm" mb="sm">
          It comes {figures.period.every === 'week' ? 'on ' : ''}
          <strong>{figures.period.text}</strong>
          {localPeriod(figures.period)}
        </Text>
      )}
      {starts.length === 0 ? (
        <Text size="sm" c="dimmed">
          None of its incidents is kept any more.
        </Text>
      ) : (
        <>
          <Weeks starts={starts} />
          <Hours starts={starts} />
        </>
      )}
    </Section>
  )
}

/** 2026-01-05 was a Monday. */
const SOME_MONDAY = Date.UTC(2026, 0, 5)

/** The same moment in the viewer's zone, where that is another one; daylight saving moves it. */
function localPeriod({ every, phaseMs }: NonNullable<ProblemFigures['period']>): string {
  const then = new Date(SOME_MONDAY + phaseMs)
  if (then.getTimezoneOffset() === 0) return '.'
  const form = new Intl.DateTimeFormat(undefined, {
    ...(every === 'week' ? { weekday: 'long' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  })
  return `: ${form.format(then)}.`
}

function Weeks({ starts }: { readonly starts: readonly number[] }) {
  const now = Date.now()
  const oldest = Math.min(...starts)
  const count = Math.min(MAX_WEEKS, Math.max(MIN_WEEKS, Math.ceil((now - oldest) / WEEK_MS) + 1))
  const weeks = Array.from({ length: count }, (_, index) => {
    const from = now - (count - index) * WEEK_MS
    return { from, n: starts.filter((at) => at > from && at <= from + WEEK_MS).length }
  })
  const most = Math.max(1, ...weeks.map(({ n }) => n))
  const shown = weeks.reduce((sum, { n }) => sum + n, 0)
  const label = `${countOf(shown, 'incident')} in the last ${count} weeks, at most ${most} in one`
  return (
    <figure style={{ margin: 0 }}>
      <div className={classes['weeks']} role="img" aria-label={label}>
        {weeks.map(({ from, n }) => (
          <span
            key={from}
            data-some={n > 0 || undefined}
            style={{ height: `${(n / most) * 100}%` }}
            title={`The week from ${exact(new Date(from).toISOString())}: ${n}`}
          />
        ))}
      </div>
      <div className={classes['ends']} aria-hidden="true">
        <span>{count} weeks ago</span>
        <span>now</span>
      </div>
    </figure>
  )
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const CELL = { width: 18, height: 15, left: 30, top: 4 } as const

/** A dot for each hour of the week that had one; the larger the more. */
function Hours({ starts }: { readonly starts: readonly number[] }) {
  const counts = new Map<string, { day: number; hour: number; n: number }>()
  for (const start of starts) {
    const at = new Date(start)
    const day = (at.getDay() + 6) % 7
    const hour = at.getHours()
    const known = counts.get(`${day} ${hour}`)
    if (known === undefined) counts.set(`${day} ${hour}`, { day, hour, n: 1 })
    else known.n += 1
  }
  const cells = [...counts.values()]
  const most = Math.max(...cells.map(({ n }) => n))
  const [top] = [...cells].sort((a, b) => b.n - a.n)
  const label =
    top === undefined
      ? 'No hours'
      : `Hours of the week: most often ${DAYS[top.day]} from ${top.hour}:00, ${countOf(top.n, 'incident')}`
  const width = CELL.left + 24 * CELL.width
  const height = CELL.top + 7 * CELL.height + 16
  return (
    <svg
      className={classes['hours']}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {DAYS.map((name, day) => (
        <g key={name}>
          <text x={0} y={CELL.top + (day + 0.75) * CELL.height}>
            {name}
          </text>
          <rect
            x={CELL.left}
            y={CELL.top + day * CELL.height + 1}
            width={24 * CELL.width}
            height={CELL.height - 2}
            rx={3}
          />
        </g>
      ))}
      {cells.map(({ day, hour, n }) => (
        <circle
          key={`${day} ${hour}`}
          cx={CELL.left + (hour + 0.5) * CELL.width}
          cy={CELL.top + (day + 0.5) * CELL.height}
          r={2 + 4 * Math.sqrt(n / most)}
        >
          <title>{`${DAYS[day]} ${hour}:00–${hour + 1}:00: ${n}`}</title>
        </circle>
      ))}
      {[0, 6, 12, 18, 23].map((hour) => (
        <text
          key={hour}
          x={CELL.left + (hour + 0.5) * CELL.width}
          y={height - 3}
          textAnchor="middle"
        >
          {hour}
        </text>
      ))}
    </svg>
  )
}
