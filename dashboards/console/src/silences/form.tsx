/** The form of a silence or window, beside what it would mute at this moment. */
import {
  Alert,
  Button,
  Group,
  Paper,
  SegmentedControl,
  Stack,
  Switch,
  Textarea,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ApiError } from '../api/client.ts'
import type { Matcher, MuteInput, MutePreview, RecurrenceInput, Silence } from '../api/schema.d.ts'
import { previewQuery, useWriteSilence } from '../api/silences.ts'
import { CiPicker } from './ci-picker.tsx'
import { once, readTimes, repeated, type Times, timesOf } from './draft-times.ts'
import { MatcherRows, type Tried } from './matcher-rows.tsx'
import { Preview } from './preview.tsx'
import { toPreviewed } from './previewed.ts'
import { newRecurrence, Repeats } from './repeats.tsx'
import { ServicePicker } from './service-picker.tsx'
import classes from './silences.module.css'
import { TimesFields } from './times.tsx'
import { asRecurrence, type Draft, toWanted } from './wanted.ts'

interface FormProps {
  readonly draft: Draft | Silence
  readonly onSaved: (silence: Silence) => void
}

const EMPTY: Matcher = { name: '', value: '', isRegex: false, isEqual: true }
const PAUSE_MS = 250

interface Fields {
  readonly kind: Draft['kind']
  readonly matchers: readonly Matcher[]
  readonly cis: readonly string[]
  readonly services: readonly string[]
  readonly comment: string
  readonly times: Times
  /** Null: once. */
  readonly recurs: RecurrenceInput | null
}

function fieldsOf(draft: Draft | Silence): Fields {
  const { kind, matchers, cis, services = [], comment } = draft
  const recurs = draft.recurs === undefined ? null : asRecurrence(draft.recurs)
  const needsOne = kind === 'silence' && matchers.length === 0
  return {
    kind,
    cis,
    services,
    comment,
    recurs,
    matchers: needsOne ? [EMPTY] : matchers,
    times: timesOf(draft),
  }
}

/** Rows that nothing was written into count for nothing. */
function written(matchers: readonly Matcher[]): readonly Matcher[] {
  return matchers.filter(({ name }) => name.trim() !== '')
}

export function SilenceForm({ draft, onSaved }: FormProps) {
  const [fields, setFields] = useState(() => fieldsOf(draft))
  const set = (changed: Partial<Fields>): void => setFields({ ...fields, ...changed })
  const write = useWriteSilence()
  const faults = write.error instanceof ApiError ? write.error.faults : []
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const { kind, cis, services, comment, times, recurs } = fields
    const wanted = toWanted({
      ...('id' in draft && draft.id !== undefined ? { id: draft.id } : {}),
      ...{ kind, cis, services, comment: comment.trim(), matchers: written(fields.matchers) },
      // what cannot be read ends now, which the API refuses
      ...(readTimes(times) ?? { endsAt: new Date().toISOString() }),
      ...(kind === 'silence' || recurs === null ? {} : { recurs }),
    })
    write.mutate(wanted, { onSuccess: onSaved })
  }
  const preview = usePreview(fields)
  const isNew = !('id' in draft)
  const faultAt = (pointer: string): string | undefined =>
    faults.find((fault) => fault.pointer?.startsWith(pointer) === true)?.detail
  return (
    <form onSubmit={submit} className={classes['columns']} aria-label="Silence">
      <Paper withBorder bg="var(--fl-card)" p={{ base: 'sm', sm: 'md' }}>
        <Stack gap="md">
          {isNew && (
            <KindChoice kind={fields.kind} onChange={(kind) => set(toKind(fields, kind))} />
          )}
          {fields.kind === 'maintenance' && (
            <>
              <CiPicker
                chosen={fields.cis}
                onChange={(cis) => set({ cis })}
                fault={faultAt('#/cis')}
              />
              <ServicePicker chosen={fields.services} onChange={(services) => set({ services })} />
            </>
          )}
          <MatcherRows
            matchers={fields.matchers}
            onChange={(matchers) => set({ matchers })}
            optional={fields.kind === 'maintenance'}
            tried={triedOf(fields.matchers, preview)}
          />
          {fields.kind === 'maintenance' && (
            <RepeatsChoice fields={fields} onChange={set} fault={faultAt('#/recurs')} />
          )}
          <TimesFields
            repeats={repeats(fields)}
            times={fields.times}
            onChange={(times) => set({ times })}
            fault={faultAt('#/endsAt') ?? faultAt('#/startsAt')}
          />
          <Textarea
            label="Why"
            description="Shown with every alert it mutes"
            required
            autosize
            minRows={2}
            maxLength={10_000}
            value={fields.comment}
            onChange={(event) => set({ comment: event.currentTarget.value })}
            error={faultAt('#/comment')}
          />
          {write.error !== null && (
            <Alert color="red" role="alert" title="Not done">
              {faults.length === 0
                ? write.error.message
                : faults.map(({ detail }) => detail).join('; ')}
            </Alert>
          )}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" renderRoot={(props) => <Link to="/silences" {...props} />}>
              Cancel
            </Button>
            <Button type="submit" loading={write.isPending}>
              {isNew ? 'Mute' : 'Save'}
            </Button>
          </Group>
        </Stack>
      </Paper>
      <Preview preview={preview} />
    </form>
  )
}

function repeats({ kind, recurs }: Fields): boolean {
  return kind === 'maintenance' && recurs !== null
}

/** Only windows repeat. */
function toKind({ recurs, times }: Fields, kind: Fields['kind']): Partial<Fields> {
  if (kind === 'maintenance' || recurs === null) return { kind }
  return { kind, recurs: null, times: once(times, Date.now()) }
}

interface RepeatsChoiceProps {
  readonly fields: Fields
  readonly onChange: (changed: Partial<Fields>) => void
  readonly fault: string | undefined
}

function RepeatsChoice({ fields: { recurs, times }, onChange, fault }: RepeatsChoiceProps) {
  return (
    <>
      <Switch
        label="Repeats"
        checked={recurs !== null}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked
              ? { recurs: newRecurrence(), times: repeated(times, Date.now()) }
              : { recurs: null, times: once(times, Date.now()) },
          )
        }
      />
      {recurs !== null && (
        <Repeats
          recurs={recurs}
          onChange={(changed) => onChange({ recurs: changed })}
          fault={fault}
        />
      )}
    </>
  )
}

function KindChoice({ kind, onChange }: Pick<Fields, 'kind'> & KindChange) {
  return (
    <SegmentedControl
      value={kind}
      onChange={(value) => onChange(value === 'maintenance' ? 'maintenance' : 'silence')}
      data={[
        { value: 'silence', label: 'Silence: by labels' },
        { value: 'maintenance', label: 'Maintenance: by CIs, services or labels' },
      ]}
      aria-label="Kind"
    />
  )
}

interface KindChange {
  readonly onChange: (kind: Fields['kind']) => void
}

interface Previewed {
  readonly data: MutePreview | undefined
  readonly error: Error | null
  readonly isStale: boolean
}

function usePreview(fields: Fields): Previewed {
  const { kind, cis, services, recurs } = fields
  const matchers = written(fields.matchers)
  const input = toPreviewed({ ...fields, matchers })
  const wanted = input === null ? null : JSON.stringify(input)
  const [asked] = useDebouncedValue(wanted, PAUSE_MS)
  const hasSomething =
    matchers.length > 0 ||
    (kind === 'maintenance' && (cis.length + services.length > 0 || recurs !== null))
  const { data, error, isPlaceholderData } = useQuery({
    ...previewQuery(JSON.parse(asked ?? '{}') as MuteInput),
    enabled: hasSomething && asked !== null,
  })
  const isStale = isPlaceholderData || wanted === null || asked !== wanted
  return { data: hasSomething ? data : undefined, error: hasSomething ? error : null, isStale }
}

const MATCHER_FAULT = /^#\/matchers\/(\d+)\//

/** By row: how many alerts its matcher holds for, or what is wrong with it. */
function triedOf(matchers: readonly Matcher[], { data, error }: Previewed): readonly Tried[] {
  const faults = error instanceof ApiError ? error.faults : []
  let at = -1
  return matchers.map(({ name }) => {
    if (name.trim() === '') return { hits: null, fault: null }
    at += 1
    const fault = faults.find(
      ({ pointer }) => Number(MATCHER_FAULT.exec(pointer ?? '')?.[1]) === at,
    )
    const hits = error === null ? (data?.byMatcher[at] ?? null) : null
    return { hits, fault: fault?.detail ?? null }
  })
}
