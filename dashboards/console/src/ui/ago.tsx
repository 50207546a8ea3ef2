import { Tooltip } from '@mantine/core'
import { duration, exact, relative, useNow } from './clock.ts'

interface AgoProps {
  readonly at: string
  /** `ago`: "12m ago"; `for`: "12m"; then `until` may end it. */
  readonly form?: 'ago' | 'for'
  readonly until?: string | null
}

/** A time: relative to now, exact on hover and for screen readers' title. */
export function Ago({ at, form = 'ago', until = null }: AgoProps) {
  const start = Date.parse(at)
  const text = useNow((now) => {
    if (form === 'ago') return relative(start, now)
    return duration((until === null ? now : Date.parse(until)) - start)
  })
  return (
    <Tooltip label={exact(at)} openDelay={200} events={{ hover: true, focus: true, touch: true }}>
      <time dateTime={at} className="fl-num">
        {text}
      </time>
    </Tooltip>
  )
}
