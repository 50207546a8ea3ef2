/** Small marks that say one thing each, in words as well as in colour. */
import { Badge, Tooltip } from '@mantine/core'
import type { IncidentStatus, Severity } from '../api/schema.d.ts'
import classes from './badges.module.css'
import { exact } from './clock.ts'

const PRIORITY_NAMES = ['critical', 'high', 'moderate', 'low', 'planning'] as const

interface PriorityProps {
  readonly priority: 1 | 2 | 3 | 4 | 5
  readonly large?: boolean
}

export function PriorityMark({ priority, large = false }: PriorityProps) {
  const name = PRIORITY_NAMES[priority - 1]
  return (
    <span
      className={classes['priority']}
      data-priority={priority}
      data-large={large || undefined}
      title={`Priority ${priority}: ${name}`}
    >
      P{priority}
      {large && <span className={classes['priorityName']}>{name}</span>}
    </span>
  )
}

type Tone = 'good' | 'warn' | 'bad' | 'calm' | 'accent'

interface MarkProps {
  readonly tone: Tone
  readonly children: string
  readonly why?: string | undefined
}

/** A word with a tone; `why` shows on hover and focus. */
export function Mark({ tone, children, why }: MarkProps) {
  const badge = (
    <Badge
      variant="outline"
      radius="sm"
      size="sm"
      className={classes['mark'] ?? ''}
      data-tone={tone}
      {...(why === undefined ? {} : { tabIndex: 0, 'aria-label': `${children}: ${why}` })}
    >
      {children}
    </Badge>
  )
  if (why === undefined) return badge
  return (
    <Tooltip label={why} events={{ hover: true, focus: true, touch: true }}>
      {badge}
    </Tooltip>
  )
}

const STATUS: Readonly<Record<IncidentStatus, { tone: Tone; text: string; why: string }>> = {
  provisional: {
    tone: 'calm',
    text: 'forming',
    why: 'It exists, but has not met the policy that opens incidents. Alerts may still move.',
  },
  open: { tone: 'bad', text: 'open', why: 'It met the open policy and is not resolved.' },
  resolved: { tone: 'good', text: 'resolved', why: 'It reopens if an alert of it fires again.' },
  closed: { tone: 'calm', text: 'closed', why: 'It takes no more alerts.' },
  merged: { tone: 'calm', text: 'merged', why: 'It is part of another incident now.' },
}

export function StatusMark({ status }: { readonly status: IncidentStatus }) {
  const { tone, text, why } = STATUS[status]
  return (
    <Mark tone={tone} why={why}>
      {text}
    </Mark>
  )
}

interface Conditions {
  readonly stale: boolean
  readonly flappingSince: string | null
  readonly reopenCount?: number
  readonly late?: boolean
  /** The planned change within which it began. */
  readonly planned?: { readonly text: string } | null
}

/** What is unusual about an incident or an alert. */
export function ConditionMarks({
  stale,
  flappingSince,
  reopenCount = 0,
  late = false,
  planned = null,
}: Conditions) {
  return (
    <>
      {stale && (
        <Mark tone="warn" why="A source of its alerts has fallen silent: nobody confirms them.">
          stale
        </Mark>
      )}
      {flappingSince !== null && (
        <Mark tone="warn" why={`It keeps going on and off, since ${exact(flappingSince)}.`}>
          flapping
        </Mark>
      )}
      {reopenCount > 0 && (
        <Mark tone="warn" why="An alert of it fired again after it was resolved.">
          {reopenCount === 1 ? 'reopened' : `reopened ×${reopenCount}`}
        </Mark>
      )}
      {late && (
        <Mark tone="calm" why="Its report came in more than 5 s after the time it states.">
          late
        </Mark>
      )}
      {planned !== null && (
        <Mark tone="calm" why={`It began within ${planned.text}`}>
          planned change
        </Mark>
      )}
    </>
  )
}

export function SeverityWord({ severity }: { readonly severity: Severity }) {
  return (
    <span className={classes['severity']} data-severity={severity}>
      {severity}
    </span>
  )
}

/** Firing or over, as a dot with its word. */
export function StateDot({
  firing,
  muted = false,
}: {
  readonly firing: boolean
  readonly muted?: boolean
}) {
  const word = muted ? 'suppressed' : firing ? 'firing' : 'resolved'
  return (
    <span className={classes['state']} data-state={word}>
      {word}
    </span>
  )
}
