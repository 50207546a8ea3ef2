/** Words about problems: what state they are in, what they cost, where that goes. */
import { Tooltip } from '@mantine/core'
import type { ProblemFigures, ProblemStatus, ProblemSummary } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'

const STATUS = {
  proposed: {
    tone: 'accent',
    text: 'proposed',
    why: 'Faultline found it. Accept it or dismiss it: both are remembered.',
  },
  open: { tone: 'bad', text: 'open', why: 'It was accepted; its cause is being looked for.' },
  known_error: { tone: 'warn', text: 'known error', why: 'There is a workaround.' },
  resolved: {
    tone: 'good',
    text: 'resolved',
    why: 'It opens again by itself when an incident of it comes.',
  },
  closed: { tone: 'calm', text: 'closed', why: 'It opens again when an incident of it comes.' },
  dismissed: { tone: 'calm', text: 'dismissed', why: 'No problem; it is not proposed again.' },
  merged: { tone: 'calm', text: 'merged', why: 'It is part of another problem now.' },
} as const satisfies Readonly<Record<ProblemStatus, object>>

export function ProblemStatusMark({ status }: { readonly status: ProblemStatus }) {
  const { tone, text, why } = STATUS[status]
  return (
    <Mark tone={tone} why={why}>
      {text}
    </Mark>
  )
}

/** `40 min`, `2.5 h`, `31 h` of people's time. */
export function effort(minutes: number): string {
  if (minutes < 90) return `${Math.round(minutes)} min`
  const hours = minutes / 60
  return `${hours < 10 ? Math.round(hours * 10) / 10 : Math.round(hours)} h`
}

/** The range is that of the rate: with few incidents it is wide. */
export function Cost({ figures }: { readonly figures: ProblemFigures }) {
  const { monthlyCost, costLow, costHigh } = figures
  const label = `people's time in 30 days, likely ${effort(costLow)} to ${effort(costHigh)}`
  return (
    <Tooltip label={label} events={{ hover: true, focus: true, touch: true }}>
      <span className="fl-num">
        {effort(monthlyCost)} <small>a month</small>
      </span>
    </Tooltip>
  )
}

const TRENDS = {
  rising: { tone: 'bad', why: 'More often in the last two weeks than in the six before.' },
  falling: { tone: 'good', why: 'Less often in the last two weeks than in the six before.' },
} as const

export function TrendMark({ trend }: Pick<ProblemFigures, 'trend'>) {
  if (trend === 'steady') return null
  const { tone, why } = TRENDS[trend]
  return (
    <Mark tone={tone} why={why}>
      {trend}
    </Mark>
  )
}

export function ReturnedMark({ reopenCount }: Pick<ProblemSummary, 'reopenCount'>) {
  if (reopenCount === 0) return null
  return (
    <Mark tone="warn" why="It was resolved, and then an incident of it came.">
      {reopenCount === 1 ? 'returned' : `returned ×${reopenCount}`}
    </Mark>
  )
}

export function countOf(n: number, what: string): string {
  return n === 1 ? `1 ${what}` : `${n} ${what}s`
}
