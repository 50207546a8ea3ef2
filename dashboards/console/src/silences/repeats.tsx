/** When a recurring window mutes: days and hours by the clock of a time zone. */
import { Button, Group, MultiSelect, Paper, Select, Stack, Text, TextInput } from '@mantine/core'
import type { RecurrenceInput } from '../api/schema.d.ts'

type Window = RecurrenceInput['windows'][number]

const DAYS = [
  ...[
    ['mon', 'Monday'],
    ['tue', 'Tuesday'],
    ['wed', 'Wednesday'],
    ['thu', 'Thursday'],
  ],
  ...[
    ['fri', 'Friday'],
    ['sat', 'Saturday'],
    ['sun', 'Sunday'],
    ['holiday', 'Holidays'],
  ],
].map(([value = '', label = '']) => ({ value, label }))

const NTH = [
  ['1', 'first of the month'],
  ['2', 'second'],
  ['3', 'third'],
  ['4', 'fourth'],
  ['5', 'fifth'],
  ['-1', 'last of the month'],
].map(([value = '', label = '']) => ({ value, label }))

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
].map((label) => ({ value: label.slice(0, 3).toLowerCase(), label }))

/** A night, as most of them are. */
const FIRST: Window = { days: ['tue'], from: '02:00', to: '04:00' }

/** In the viewer's zone, for a year. */
export function newRecurrence(): RecurrenceInput {
  return { time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, windows: [FIRST] }
}

function zones(chosen: string): string[] {
  return [...new Set(['UTC', chosen, ...Intl.supportedValuesOf('timeZone')])]
}

interface RepeatsProps {
  readonly recurs: RecurrenceInput
  readonly onChange: (recurs: RecurrenceInput) => void
  readonly fault: string | undefined
}

export function Repeats({ recurs, onChange, fault }: RepeatsProps) {
  const { time_zone = 'UTC', windows, holidays = [] } = recurs
  const put = (changed: readonly Window[]): void => {
    const [first = FIRST, ...more] = changed
    onChange({ ...recurs, windows: [first, ...more] })
  }
  return (
    <Stack gap="sm" role="group" aria-label="Repeats">
      {windows.map((window, at) => (
        <WindowRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
          key={at}
          window={window}
          name={windows.length === 1 ? '' : ` ${at + 1}`}
          onChange={(one) => put(windows.with(at, one))}
          onRemove={windows.length === 1 ? null : () => put(windows.toSpliced(at, 1))}
        />
      ))}
      <Group gap="sm" align="flex-end">
        <Select
          label="Time zone"
          searchable
          allowDeselect={false}
          data={zones(time_zone)}
          value={time_zone}
          onChange={(zone) => onChange({ ...recurs, time_zone: zone ?? 'UTC' })}
        />
        <Button variant="default" size="sm" onClick={() => put([...windows, FIRST])}>
          Add a time
        </Button>
      </Group>
      {holidays.length > 0 && (
        <Text size="xs" c="dimmed">
          Holidays: {holidays.join(', ')}
        </Text>
      )}
      {fault !== undefined && (
        <Text size="sm" c="red" role="alert">
          {fault}
        </Text>
      )}
    </Stack>
  )
}

interface WindowRowProps {
  readonly window: Window
  readonly name: string
  readonly onChange: (window: Window) => void
  readonly onRemove: (() => void) | null
}

function WindowRow({ window, name, onChange, onRemove }: WindowRowProps) {
  const { days = [], nth = [], months = [], dates = [], from = '00:00', to = '24:00' } = window
  return (
    <Paper withBorder p="sm">
      <Group gap="sm" align="flex-start">
        <MultiSelect
          label={`Days${name}`}
          placeholder={days.length === 0 ? 'every day' : ''}
          data={DAYS}
          value={[...days]}
          onChange={(chosen) => onChange({ ...window, days: chosen })}
        />
        <TextInput
          type="time"
          label={`From${name}`}
          required
          value={from}
          onChange={(event) => onChange({ ...window, from: event.currentTarget.value })}
        />
        <TextInput
          type="time"
          label={`To${name}`}
          description={to <= from ? 'on the next day' : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          required
          // midnight of the next day, which a field calls 00:00
          value={to === '24:00' ? '00:00' : to}
          onChange={(event) => onChange({ ...window, to: event.currentTarget.value })}
        />
        <MultiSelect
          label={`Which of them${name}`}
          placeholder={nth.length === 0 ? 'every week' : ''}
          data={NTH}
          value={nth.map(String)}
          onChange={(chosen) => onChange({ ...window, nth: chosen.map(Number) })}
        />
        <MultiSelect
          label={`Months${name}`}
          placeholder={months.length === 0 ? 'every month' : ''}
          data={MONTHS}
          value={[...months]}
          onChange={(chosen) => onChange({ ...window, months: chosen })}
        />
      </Group>
      <Group justify="space-between" mt={6}>
        <Text size="xs" c="dimmed">
          {dates.length > 0 && `Only on these days of the month: ${dates.join(', ')}`}
        </Text>
        {onRemove !== null && (
          <Button variant="subtle" size="compact-xs" onClick={onRemove}>
            Remove this time
          </Button>
        )}
      </Group>
    </Paper>
  )
}
