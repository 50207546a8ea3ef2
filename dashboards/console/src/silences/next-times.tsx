import { Text } from '@mantine/core'
import type { Silence } from '../api/schema.d.ts'
import classes from './silences.module.css'

const AT = new Intl.DateTimeFormat(undefined, {
  ...{ weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' },
  ...{ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
})
/** In the viewer's zone. */
export function exactTime(iso: string): string {
  return AT.format(new Date(iso))
}

/** The next times of what recurs, in the viewer's zone. */
export function NextTimes({ next }: { readonly next: NonNullable<Silence['next']> }) {
  if (next.length === 0) return null
  return (
    <ol className={classes['times']} aria-label="Next times">
      {next.map(({ startsAt, endsAt }) => (
        <li key={startsAt}>
          <Text size="xs" c="dimmed" span>
            <time dateTime={startsAt}>{exactTime(startsAt)}</time>
            {' to '}
            <time dateTime={endsAt}>{exactTime(endsAt)}</time>
          </Text>
        </li>
      ))}
    </ol>
  )
}
