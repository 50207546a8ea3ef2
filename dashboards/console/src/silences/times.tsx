/** When it begins and ends: from now for a while, or by the clock, in the viewer's zone. */
import { Button, Group, Switch, Text, TextInput } from '@mantine/core'
import type { Silence } from '../api/schema.d.ts'
import { duration } from '../ui/clock.ts'
import type { Draft } from './wanted.ts'

export interface Times {
  /** As the field has it, in the viewer's zone; null: at once, or as it began. */
  readonly start: string | null
  readonly end: string
  /** It has begun: then only its end can be moved. */
  readonly begun: string | null
}

const MINUTE_MS = 60_000

/** `2026-03-01T10:00` in the viewer's zone, as the field wants it. */
function toField(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE_MS)
  return local.toISOString().slice(0, 16)
}

/** The fields of a draft, or of one there is. */
export function timesOf(draft: Draft | Silence): Times {
  const end = toField(Date.parse(draft.endsAt))
  const { startsAt } = draft
  if (startsAt === undefined) return { start: null, end, begun: null }
  const hasBegun = Date.parse(startsAt) <= Date.now()
  return hasBegun
    ? { start: null, end, begun: startsAt }
    : { start: toField(Date.parse(startsAt)), end, begun: null }
}

/** What the API is told; an unreadable end is now, which it refuses. */
export function toDraftTimes(
  { start, end, begun }: Times,
  now: number,
): Pick<Draft, 'startsAt' | 'endsAt'> {
  const at = (field: string): string => {
    const ms = Date.parse(field)
    return new Date(Number.isNaN(ms) ? now : ms).toISOString()
  }
  const startsAt = start === null ? begun : at(start)
  return { ...(startsAt === null ? {} : { startsAt }), endsAt: at(end) }
}

const YEAR_MS = 365 * 86_400_000

/** What repeats does so for a year, unless it says otherwise. */
export function inAYear(times: Times): Times {
  return { ...times, end: toField(Date.now() + YEAR_MS) }
}

const LENGTHS = [
  ['30 min', 0.5],
  ['2 h', 2],
  ['8 h', 8],
  ['1 d', 24],
  ['7 d', 168],
] as const

interface TimesFieldsProps {
  readonly times: Times
  readonly onChange: (times: Times) => void
  readonly fault: string | undefined
  readonly repeats: boolean
}

export function TimesFields({ times, onChange, fault, repeats }: TimesFieldsProps) {
  const { start, end, begun } = times
  const from = start === null ? Date.now() : Date.parse(start)
  const lasts = Date.parse(end) - from
  return (
    <div>
      {begun === null && (
        <Switch
          mb="sm"
          label="Begins later"
          checked={start !== null}
          onChange={(event) =>
            onChange({ ...times, start: event.currentTarget.checked ? toField(Date.now()) : null })
          }
        />
      )}
      <Group gap="sm" align="flex-start">
        {start !== null && (
          <TextInput
            type="datetime-local"
            label="Begins"
            required
            value={start}
            onChange={(event) => onChange({ ...times, start: event.currentTarget.value })}
          />
        )}
        <TextInput
          type="datetime-local"
          label={repeats ? 'Until' : 'Ends'}
          required
          value={end}
          error={fault}
          onChange={(event) => onChange({ ...times, end: event.currentTarget.value })}
        />
      </Group>
      <Group gap={6} mt={8} role="group" aria-label="How long">
        {(repeats ? [] : LENGTHS).map(([text, hours]) => (
          <Button
            key={text}
            size="compact-xs"
            variant="default"
            onClick={() => onChange({ ...times, end: toField(from + hours * 60 * MINUTE_MS) })}
          >
            {text}
          </Button>
        ))}
        <Text size="xs" c="dimmed" role="status">
          {lasts > 0
            ? `${start === null ? 'from now ' : ''}for ${duration(lasts + MINUTE_MS / 2)}`
            : 'ends before it begins'}
        </Text>
      </Group>
    </div>
  )
}
