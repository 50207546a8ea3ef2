import { Button, Group, Popover, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type FormEvent, useState } from 'react'
import { RANGES, type RangeName, type RangeSearch } from './time-range.ts'

interface RangePickerProps {
  readonly value: RangeSearch
  /** Chosen where the address says nothing; null: all time. */
  readonly usual: RangeName | null
  readonly onChange: (range: RangeSearch) => void
}

const NAMES: Readonly<Record<RangeName, string>> = {
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
  '30d': '30 d',
}

/** The usual ranges, and one of one's own. */
export function RangePicker({ value, usual, onChange }: RangePickerProps) {
  const isCustom = value.from !== undefined
  const chosen = isCustom ? '' : (value.range ?? usual ?? 'all')
  const data = [
    ...(usual === null ? [{ value: 'all', label: 'All' }] : []),
    ...RANGES.map((name) => ({ value: name, label: NAMES[name] })),
  ]
  return (
    <Group gap={6} role="group" aria-label="Time range">
      <SegmentedControl
        size="xs"
        value={chosen}
        data={data}
        onChange={(name) => {
          const range = RANGES.find((one) => one === name)
          onChange(range === undefined || range === usual ? {} : { range })
        }}
        aria-label="Time range"
      />
      <Custom value={value} isCustom={isCustom} onChange={onChange} />
    </Group>
  )
}

/** As an input of local time wants it. */
function toLocal(at: Date): string {
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}

const DAY_MS = 86_400_000

function Custom({
  value,
  isCustom,
  onChange,
}: Omit<RangePickerProps, 'usual'> & { readonly isCustom: boolean }) {
  const [opened, { open, close }] = useDisclosure(false)
  return (
    <Popover
      opened={opened}
      onChange={(shown) => !shown && close()}
      trapFocus
      position="bottom-end"
    >
      <Popover.Target>
        <Button
          size="xs"
          variant={isCustom ? 'light' : 'default'}
          onClick={opened ? close : open}
          aria-pressed={isCustom}
        >
          {isCustom ? named(value) : 'Custom'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <CustomForm
          value={value}
          onDone={(range) => {
            close()
            onChange(range)
          }}
        />
      </Popover.Dropdown>
    </Popover>
  )
}

const SHORT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
})

function named({ from, to }: RangeSearch): string {
  const name = (iso: string | undefined): string =>
    iso === undefined ? 'now' : SHORT.format(new Date(iso))
  return `${name(from)} – ${name(to)}`
}

function CustomForm({
  value,
  onDone,
}: {
  readonly value: RangeSearch
  readonly onDone: (range: RangeSearch) => void
}) {
  const [from, setFrom] = useState(() =>
    toLocal(value.from === undefined ? new Date(Date.now() - DAY_MS) : new Date(value.from)),
  )
  const [to, setTo] = useState(() => (value.to === undefined ? '' : toLocal(new Date(value.to))))
  const isRight = from !== '' && (to === '' || from < to)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isRight) return
    const start = new Date(from).toISOString()
    onDone(to === '' ? { from: start } : { from: start, to: new Date(to).toISOString() })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          type="datetime-local"
          label="From"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          required
          data-autofocus
        />
        <TextInput
          type="datetime-local"
          label="To"
          description="Empty: now"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={isRight ? null : 'It must be after the start'}
        />
        <Group justify="space-between" gap="xs">
          <Text size="xs" c="dimmed">
            In your own time zone
          </Text>
          <Button size="xs" type="submit" disabled={!isRight}>
            Show
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
