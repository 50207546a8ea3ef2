/** One alert over time: when it fired, and when it was muted, flapping or stale, on one line each. */
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import type { AlertHistory } from '../api/schema.d.ts'
import { duration, exact, useNow } from '../ui/clock.ts'
import classes from './strip.module.css'

interface StripProps {
  readonly history: AlertHistory
  /** Bounds of what is shown; the first episode and now unless given. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** Further ones would not be told apart. */
const MAX_BARS = 600

const LANES = [
  ['suppressed', 'muted'],
  ['flapping', 'flapping'],
  ['stale', 'stale'],
] as const

export function HistoryStrip({ history, from, to }: StripProps) {
  // a minute is finer than a pixel of most strips
  const minute = useNow((now) => Math.ceil(now / 60_000))
  const { episodes, spans } = history
  const oldest = episodes.at(-1)?.startsAt
  const end = to === undefined ? minute * 60_000 : Date.parse(to)
  const begin = from === undefined ? Date.parse(oldest ?? '') : Date.parse(from)
  const length = Math.max(end - begin, 60_000)
  const start = end - length
  const place = (first: string, last: string | null) => {
    const left = Math.max(0, (Date.parse(first) - start) / length)
    const right = Math.min(1, ((last === null ? end : Date.parse(last)) - start) / length)
    return right <= 0 || left >= 1
      ? null
      : { left: `${left * 100}%`, width: `max(3px, ${Math.max(0, right - left) * 100}%)` }
  }
  const lanes = LANES.filter(([kind]) => spans.some((span) => span.kind === kind))
  return (
    <div className={classes['strip']} role="img" aria-label={inWords(history)}>
      <Lane name="fired">
        {episodes.slice(0, MAX_BARS).map(({ key, startsAt, endsAt, severity }) => {
          const style = place(startsAt, endsAt)
          if (style === null) return null
          const until = endsAt === null ? 'still fires' : `until ${exact(endsAt)}`
          return (
            <span
              key={key}
              className={classes['bar']}
              data-bar={severity}
              data-live={endsAt === null || undefined}
              style={style}
              title={`${severity}, from ${exact(startsAt)}, ${until}`}
            />
          )
        })}
      </Lane>
      {lanes.map(([kind, name]) => (
        <Lane key={kind} name={name}>
          {spans
            .filter((span) => span.kind === kind)
            .slice(0, MAX_BARS)
            .map((span) => {
              const style = place(span.from, span.to)
              return style === null ? null : (
                <span
                  key={span.from}
                  className={classes['bar']}
                  data-bar={kind}
                  style={style}
                  title={`${name} from ${exact(span.from)}: ${span.why}`}
                />
              )
            })}
        </Lane>
      ))}
      <Axis start={start} end={end} />
    </div>
  )
}

function Lane({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={classes['lane']} data-lane={name}>
      <span className={classes['name']}>{name}</span>
      <span className={classes['track']}>{children}</span>
    </div>
  )
}

const TICKS = [0, 0.25, 0.5, 0.75, 1]
const TICK = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

function Axis({ start, end }: { readonly start: number; readonly end: number }) {
  return (
    <div className={classes['lane']}>
      <span className={classes['name']} />
      <span className={classes['ticks']}>
        {TICKS.map((share) => (
          <Text key={share} span size="xs" c="dimmed">
            {TICK.format(new Date(start + share * (end - start)))}
          </Text>
        ))}
      </span>
    </div>
  )
}

/** What a reader who does not see the strip is told; the episodes stand below it. */
export function inWords({ episodes, spans }: AlertHistory): string {
  const [newest] = episodes
  const times = episodes.length === 1 ? 'once' : `${episodes.length} times`
  const last =
    newest === undefined || newest.endsAt !== null ? 'It does not fire now.' : 'It fires now.'
  const lengths = episodes.flatMap(({ startsAt, endsAt }) =>
    endsAt === null ? [] : [Date.parse(endsAt) - Date.parse(startsAt)],
  )
  const longest =
    lengths.length === 0 ? '' : ` The longest episode lasted ${duration(Math.max(...lengths))}.`
  const also = LANES.flatMap(([kind, name]) => {
    const count = spans.filter((span) => span.kind === kind).length
    return count === 0 ? [] : [` ${name} ${count === 1 ? 'once' : `${count} times`}.`]
  })
  return `It fired ${times}. ${last}${longest}${also.join('')}`
}
