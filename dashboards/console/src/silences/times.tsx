/** When it begins and ends: from now for a while, or by the clock, in the viewer's zone. */
import { Button, Group, Switch, Text, TextInput } from '@mantine/core'
import { duration } from '../ui/clock.ts'
import { type Times, toField } from './draft-times.ts'

const MINUTE_MS = 60_000

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
