/** The alerts of an incident, as many as there are: read in pages, drawn as far as they are seen. */
import { Button, Checkbox, Group, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { incidentAlertsQuery } from '../api/queries.ts'
import type { Alert, Incident } from '../api/schema.d.ts'
import { CiName } from '../ui/ci-name.tsx'
import { Icon } from '../ui/icons.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { AlertRow } from './alert-row.tsx'
import type { Commands } from './commands.ts'
import classes from './incident.module.css'

interface AlertsProps {
  readonly incident: Incident
  /** The moment shown; undefined: now. */
  readonly at: string | undefined
  /** Only those on this CI. */
  readonly ci: string | null
  readonly onCi: (ci: string | null) => void
  readonly selection: Selection
  readonly commands: Commands
}

/** Keys of alerts that are picked. */
export interface Selection {
  readonly keys: ReadonlySet<string>
  readonly toggle: (key: string) => void
  readonly choose: (keys: readonly string[]) => void
}

const STATES = ['all', 'firing', 'resolved', 'muted'] as const
type Shown = (typeof STATES)[number]

export function AlertsSection({ incident, at, ci, onCi, selection, commands }: AlertsProps) {
  const [state, setState] = useState<Shown>('all')
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 200)
  const filters = { at, q, ci: ci ?? '', state: state === 'all' ? undefined : state }
  const query = useInfiniteQuery(incidentAlertsQuery(incident.id, filters))
  const alerts = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  return (
    <Section
      title={`Alerts (${incident.alertCount})`}
      id="alerts"
      aside={
        <SegmentedControl
          size="xs"
          value={state}
          onChange={(value) => setState(STATES.find((name) => name === value) ?? 'all')}
          data={optionsOf(incident)}
          aria-label="Alerts shown"
        />
      }
    >
      <Group gap="xs" mb={6}>
        <TextInput
          size="xs"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder="Search title, rule, CI, labels"
          aria-label="Search alerts of this incident"
          leftSection={<Icon name="search" size={14} />}
          className={classes['find'] ?? ''}
        />
        {ci !== null && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => onCi(null)}
            rightSection={<Icon name="close" size={12} />}
          >
            <span>
              only on <CiName id={ci} />
            </span>
          </Button>
        )}
      </Group>
      <SelectionBar alerts={alerts} selection={selection} commands={commands} />
      {query.isPending && <WaitingRows rows={4} height={56} />}
      {query.isError && query.data === undefined && (
        <Failure what="Its alerts" error={query.error} retry={() => void query.refetch()} />
      )}
      <AlertList
        alerts={alerts}
        total={q === '' && ci === null && state === 'all' ? incident.alertCount : null}
        more={query.hasNextPage && !query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
        selection={selection}
        selectable={commands.editable}
      />
      {!query.isPending && alerts.length === 0 && (
        <Text size="sm" c="dimmed">
          {incident.alertCount === 0
            ? 'It has no alerts any more.'
            : 'None of its alerts is like that.'}
        </Text>
      )}
    </Section>
  )
}

function optionsOf({ firingCount, suppressedCount }: Incident) {
  return [
    { value: 'all', label: 'All' },
    { value: 'firing', label: `Firing (${firingCount})` },
    { value: 'resolved', label: 'Over' },
    ...(suppressedCount > 0 ? [{ value: 'muted', label: `Muted (${suppressedCount})` }] : []),
  ]
}

interface ListProps {
  readonly alerts: readonly Alert[]
  /** How many there are with those that are not read yet; null: nobody counted. */
  readonly total: number | null
  readonly more: boolean
  readonly onMore: () => void
  readonly selection: Selection
  readonly selectable: boolean
}

const ROW_HEIGHT = 78

function AlertList({ alerts, total, more, onMore, selection, selectable }: ListProps) {
  const list = useRef<HTMLUListElement>(null)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const titles = useMemo(() => new Map(alerts.map(({ key, title }) => [key, title])), [alerts])
  const virtualizer = useWindowVirtualizer({
    count: alerts.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => alerts[index]?.key ?? index,
    scrollMargin: list.current?.offsetTop ?? 0,
  })
  const rows = virtualizer.getVirtualItems()
  const end = rows.at(-1)?.index ?? -1
  useEffect(() => {
    if (more && end >= alerts.length - 20) onMore()
  }, [more, end, alerts.length, onMore])
  const toggleOpened = (key: string): void => {
    const next = new Set(opened)
    if (!next.delete(key)) next.add(key)
    setOpened(next)
  }
  return (
    <ul
      ref={list}
      className={classes['alerts']}
      aria-label="Alerts"
      style={{ height: virtualizer.getTotalSize(), position: 'relative' }}
    >
      {rows.map(({ index, key, start }) => {
        const alert = alerts[index]
        return alert === undefined ? null : (
          <AlertRow
            key={key}
            ref={virtualizer.measureElement}
            index={index}
            total={total ?? alerts.length}
            top={start - virtualizer.options.scrollMargin}
            alert={alert}
            titles={titles}
            opened={opened.has(alert.key)}
            onOpen={toggleOpened}
            selected={selection.keys.has(alert.key)}
            onToggle={selection.toggle}
            selectable={selectable}
          />
        )
      })}
    </ul>
  )
}

interface BarProps {
  readonly alerts: readonly Alert[]
  readonly selection: Selection
  readonly commands: Commands
}

function SelectionBar({ alerts, selection, commands }: BarProps) {
  if (!commands.editable || alerts.length === 0) return null
  const { keys, choose } = selection
  const everything = alerts.every(({ key }) => keys.has(key))
  return (
    <Group gap="sm" className={classes['selection'] ?? ''}>
      <Checkbox
        size="sm"
        checked={everything}
        indeterminate={keys.size > 0 && !everything}
        onChange={() => choose(everything ? [] : alerts.map(({ key }) => key))}
        label={keys.size === 0 ? 'Select alerts to split or move' : `${keys.size} selected`}
      />
      {keys.size > 0 && (
        <>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => commands.open('split')}
            leftSection={<Icon name="split" size={14} />}
          >
            Split off…
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => commands.open('move')}>
            Move to…
          </Button>
        </>
      )}
    </Group>
  )
}
