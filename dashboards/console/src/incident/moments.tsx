import { Tooltip } from '@mantine/core'
import type { Incident } from '../api/schema.d.ts'
import { duration, exact, timeOfDay } from '../ui/clock.ts'
import classes from './incident.module.css'

interface Moment {
  readonly name: string
  readonly at: string | null
  /** Where it has not come yet. */
  readonly pending: string
  readonly why: string
}

function momentsOf(incident: Incident): readonly Moment[] {
  const { provisionalAt, openedAt, notifiedAt, acknowledgedAt, resolvedAt } = incident
  const isOver = incident.status === 'closed' || incident.status === 'merged'
  const pending = isOver ? 'never' : 'not yet'
  return [
    { name: 'First alert', at: incident.firstAlertAt, pending, why: 'When its first alert began' },
    { name: 'Provisional', at: provisionalAt, pending, why: 'It exists, and can be seen' },
    { name: 'Opened', at: openedAt, pending, why: 'It met the open policy' },
    { name: 'Notified', at: notifiedAt, pending, why: 'People and tools were told' },
    { name: 'Acknowledged', at: acknowledgedAt, pending, why: 'Somebody is on it' },
    {
      name: 'Resolved',
      at: resolvedAt,
      pending,
      why: 'All of its alerts resolved, or somebody did',
    },
  ]
}

/** The moments of an incident's life, each with how long after its first alert it came. */
export function Moments({ incident }: { readonly incident: Incident }) {
  const from = Date.parse(incident.firstAlertAt)
  return (
    <ol className={classes['moments']} aria-label="Moments of this incident">
      {momentsOf(incident).map(({ name, at, pending, why }) => (
        <li key={name} data-done={at !== null || undefined}>
          <Tooltip
            label={at === null ? why : `${why}: ${exact(at)}`}
            events={{ hover: true, focus: true, touch: true }}
          >
            <span>
              <span className={classes['momentName']}>{name}</span>
              {at === null ? (
                <span className={classes['momentAt']}>{pending}</span>
              ) : (
                <time dateTime={at} className={classes['momentAt']}>
                  {name === 'First alert' ? timeOfDay(at) : after(Date.parse(at) - from)}
                </time>
              )}
            </span>
          </Tooltip>
        </li>
      ))}
    </ol>
  )
}

/** `+0.25 s` while it matters, then whole units. */
function after(ms: number): string {
  if (ms < 0) return `−${after(-ms).slice(1)}`
  if (ms < 10_000) return `+${(ms / 1000).toFixed(2)}s`
  return `+${duration(ms)}`
}
