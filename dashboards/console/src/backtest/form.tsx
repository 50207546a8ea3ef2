/** What is to be tried, and on which part of the past. */
import { Alert, Button, Group, NativeSelect, Stack, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { packsQuery, useStartBacktest } from '../api/backtests.ts'
import { ApiError } from '../api/client.ts'
import type { Backtest } from '../api/schema.d.ts'
import { exact } from '../ui/clock.ts'
import { useKeys } from '../ui/keys.ts'
import { RangePicker } from '../ui/range-picker.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { boundsOf, type RangeSearch } from '../ui/time-range.ts'
import { changedPacks, type Edited, PACKS, type PackName, readSettings } from './changes.ts'

interface FormProps {
  readonly range: RangeSearch
  readonly onRange: (range: RangeSearch) => void
  /** How far back the journal reaches. */
  readonly earliest: string | null
  readonly onStarted: (backtest: Backtest) => void
}

const USUAL = '24h'

export function BacktestForm({ range, onRange, earliest, onStarted }: FormProps) {
  const packs = useQuery(packsQuery())
  const [edited, setEdited] = useState<Edited>({})
  const [settings, setSettings] = useState('')
  const start = useStartBacktest()
  const field = useRef<HTMLTextAreaElement>(null)
  useKeys({ e: () => field.current?.focus() })
  const changed = changedPacks(edited, packs.data?.packs ?? {})
  const set = readSettings(settings)
  const names = [...Object.keys(changed), ...Object.keys(set ?? {})]
  const isReady = set !== null && names.length > 0
  const run = (): void => {
    if (!isReady || start.isPending) return
    const isUsual = range.from === undefined
    const named = isUsual ? { range: range.range ?? USUAL } : range
    const bounds = boundsOf(named, Date.now())
    const from = isUsual ? clamp(bounds.from, earliest) : (bounds.from ?? '')
    const to = bounds.to ?? new Date().toISOString()
    start.mutate({ from, to, packs: changed, set }, { onSuccess: onStarted })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    run()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run()
  }
  return (
    <Section title="What to try" id="try">
      <form onSubmit={submit} onKeyDown={onKeyDown} aria-label="Backtest">
        <Stack gap="sm">
          <Group gap="sm" justify="space-between">
            <RangePicker value={range} usual={USUAL} onChange={onRange} />
            <Text size="xs" c="dimmed">
              {earliest === null ? 'The journal is empty' : `Back to ${exact(earliest)} at most`}
            </Text>
          </Group>
          {packs.isPending && <WaitingRows rows={1} height={220} />}
          {packs.isError && <Failure what="The packs" error={packs.error} />}
          {packs.data !== undefined && (
            <PackEditor inForce={packs.data.packs} edited={edited} onChange={setEdited} />
          )}
          <Textarea
            ref={field}
            label="Settings"
            description="One a line: key = value. They come after the packs"
            placeholder={'correlate.gap = 15m\ncorrelate.join = 0.85'}
            autosize
            minRows={2}
            maxRows={8}
            spellCheck={false}
            classNames={{ input: 'fl-mono' }}
            value={settings}
            onChange={(event) => setSettings(event.currentTarget.value)}
            error={set === null ? 'A line is not key = value' : undefined}
          />
          {start.error !== null && <Refused error={start.error} />}
          <Group gap="sm">
            <Button type="submit" loading={start.isPending} disabled={!isReady}>
              Run
            </Button>
            <Text size="xs" c="dimmed">
              {names.length === 0
                ? 'Change a pack or name a setting. Nothing is changed in the live rules.'
                : `Tries ${names.join(', ')}. Ctrl or ⌘ and Enter`}
            </Text>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

/** A usual range begins where the journal does, where that is later. */
function clamp(from: string | undefined, earliest: string | null): string {
  if (from === undefined) return earliest ?? new Date(0).toISOString()
  return earliest !== null && earliest > from ? earliest : from
}

function Refused({ error }: { readonly error: Error }) {
  const faults = error instanceof ApiError ? error.faults : []
  return (
    <Alert color="red" role="alert" title="Not started">
      {faults.length === 0 ? error.message : faults.map(({ detail }) => detail).join('; ')}
    </Alert>
  )
}

interface EditorProps {
  readonly inForce: Readonly<Record<string, string>>
  readonly edited: Edited
  readonly onChange: (edited: Edited) => void
}

function PackEditor({ inForce, edited, onChange }: EditorProps) {
  const [name, setName] = useState<PackName>('correlate')
  const text = edited[name] ?? inForce[name] ?? ''
  const isChanged = (pack: PackName): boolean => changedPacks(edited, inForce)[pack] !== undefined
  return (
    <Stack gap={6}>
      <Group align="end" gap="sm">
        <NativeSelect
          label="Rule pack"
          value={name}
          onChange={(event) => {
            const chosen = PACKS.find((one) => one === event.currentTarget.value)
            if (chosen !== undefined) setName(chosen)
          }}
          data={PACKS.map((pack) => ({
            value: pack,
            label: isChanged(pack) ? `${pack} (changed)` : pack,
          }))}
        />
        {isChanged(name) && (
          <Button
            variant="default"
            onClick={() => onChange({ ...edited, [name]: inForce[name] ?? '' })}
          >
            As in force
          </Button>
        )}
      </Group>
      <Textarea
        label={`${name}.yaml`}
        value={text}
        onChange={(event) => onChange({ ...edited, [name]: event.currentTarget.value })}
        autosize
        minRows={8}
        maxRows={20}
        spellCheck={false}
        classNames={{ input: 'fl-mono' }}
      />
    </Stack>
  )
}
