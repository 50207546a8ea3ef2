/** What alerts tell of the world and the CMDB does not have: one or many are confirmed or rejected. */
import { Button, Checkbox, Group, SegmentedControl, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Observed, ObservedList, ObservedThing } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import classes from '../ui/rows.module.css'
import { Failure, Section } from '../ui/states.tsx'
import { type ObservedAct, observedQuery, useObserved } from './api.ts'

type Status = Observed['status']

const ACTS: Readonly<Record<Status, readonly ObservedAct[]>> = {
  proposed: ['confirm', 'reject'],
  confirmed: ['reject', 'undo'],
  rejected: ['undo'],
}
const VERBS = { confirm: 'Confirm', reject: 'Reject', undo: 'Undo' } as const
const DONE = { confirm: 'confirmed', reject: 'rejected', undo: 'as before' } as const

const MODES: Readonly<Record<ObservedList['settings']['mode'], string>> = {
  off: 'Nothing is noted: it is switched off in the rules.',
  propose: 'Nothing is used until somebody confirms it.',
  confirm: 'Nothing is used until somebody confirms it, or it is said often enough.',
}

const NONE: Readonly<Record<Status, string>> = {
  proposed: 'Nothing waits to be confirmed or rejected.',
  confirmed: 'Nothing is confirmed.',
  rejected: 'Nothing is rejected.',
}

export function ObservedSection() {
  const [status, setStatus] = useState<Status>('proposed')
  const [chosen, setChosen] = useState<readonly string[]>([])
  const { data, error, refetch } = useQuery(observedQuery(status))
  if (error !== null && data === undefined)
    return <Failure what="What alerts tell of" error={error} retry={() => void refetch()} />
  if (data === undefined) return null
  const { counts, items, settings, total } = data
  const shown = chosen.filter((id) => items.some((one) => one.id === id))
  const choose = (id: string): void =>
    setChosen(shown.includes(id) ? shown.filter((one) => one !== id) : [...shown, id])
  return (
    <Section title="What alerts tell of" id="observed">
      <Text size="xs" c="dimmed" mb="xs">
        CIs and relations that the CMDB does not have. {MODES[settings.mode]}
      </Text>
      <Group gap="sm" mb="sm">
        <SegmentedControl
          size="xs"
          aria-label="Which of them"
          value={status}
          onChange={(value) => setStatus(value as Status)}
          data={(['proposed', 'confirmed', 'rejected'] as const).map((value) => ({
            value,
            label: `${counts[value]} ${value}`,
          }))}
        />
        <Checkbox
          size="xs"
          label="All shown"
          disabled={items.length === 0}
          checked={items.length > 0 && shown.length === items.length}
          indeterminate={shown.length > 0 && shown.length < items.length}
          onChange={({ currentTarget }) =>
            setChosen(currentTarget.checked ? items.map(({ id }) => id) : [])
          }
        />
        {shown.length > 0 && <Acts ids={shown} of={`${shown.length} chosen`} acts={ACTS[status]} />}
      </Group>
      {items.length === 0 && (
        <Text size="sm" c="dimmed">
          {NONE[status]}
        </Text>
      )}
      <ul className={classes['rows']}>
        {items.map((one) => (
          <Row key={one.id} one={one} isChosen={shown.includes(one.id)} onChoose={choose} />
        ))}
      </ul>
      {items.length < total && (
        <Text size="xs" c="dimmed">
          {items.length} of {total}, those said most often first
        </Text>
      )}
    </Section>
  )
}

interface RowProps {
  readonly one: Observed
  readonly isChosen: boolean
  readonly onChoose: (id: string) => void
}

function Row({ one, isChosen, onChoose }: RowProps) {
  const { id, thing, relation, status, by, alerts, times, rules, sources, firstAt, lastAt } = one
  const name = nameOf(one)
  const acts = ACTS[status].filter((act) => act !== 'undo' || one.undoable)
  return (
    <li data-observed={id}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Group wrap="nowrap" gap="sm">
          <Checkbox
            size="xs"
            aria-label={`Choose ${name}`}
            checked={isChosen}
            onChange={() => onChoose(id)}
          />
          <div>
            <Group gap={6}>
              <ThingName thing={thing} />
              {relation !== null && (
                <>
                  <Text size="sm" c="dimmed">
                    {relation.type.replaceAll('_', ' ')}
                  </Text>
                  <ThingName thing={relation.to} />
                </>
              )}
              <Mark tone="warn">observed</Mark>
              {status !== 'proposed' && (
                <Text size="xs" c="dimmed">
                  {status} by {by ?? 'repetition'}
                </Text>
              )}
            </Group>
            <Text size="xs" c="dimmed" component="div">
              {alerts === 1 ? 'one alert' : `${alerts} alerts`} in{' '}
              {times === 1 ? 'one hour' : `${times} hours`}: {rules.join(', ')} (
              {sources.join(', ')}
              ); first <Ago at={firstAt} />, last <Ago at={lastAt} />
            </Text>
          </div>
        </Group>
        <Group gap={6} wrap="nowrap">
          <Acts ids={[id]} of={name} acts={acts} />
        </Group>
      </Group>
    </li>
  )
}

function nameOf({ thing, relation }: Observed): string {
  return relation === null ? thing.name : `${thing.name} ${relation.type} ${relation.to.name}`
}

function ThingName({ thing: { class: kind, name, realm, ci } }: { readonly thing: ObservedThing }) {
  return (
    <Text size="sm" component="span">
      {kind} {ci === null ? <strong>{name}</strong> : <CiName id={ci} />}{' '}
      <Text span size="xs" c="dimmed">
        {Object.values(realm).join(' ')}
      </Text>
    </Text>
  )
}

interface ActsProps {
  readonly ids: readonly string[]
  readonly of: string
  readonly acts: readonly ObservedAct[]
}

function Acts({ ids, of, acts }: ActsProps) {
  const change = useObserved()
  return (
    <>
      {acts.map((act) => (
        <Button
          key={act}
          size="compact-sm"
          variant={act === 'confirm' ? 'default' : 'subtle'}
          data-main
          aria-label={`${VERBS[act]} ${of}`}
          loading={change.isPending && change.variables.act === act}
          onClick={() =>
            change.mutate(
              { act, ids },
              { onSuccess: () => sayDone(`${of}: ${DONE[act]}`), onError: sayRefused },
            )
          }
        >
          {VERBS[act]}
        </Button>
      ))}
    </>
  )
}
