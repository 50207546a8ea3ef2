import { Group, Radio, ScrollArea, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { incidentsQuery } from '../api/queries.ts'
import type { IncidentSummary } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { PriorityMark, StatusMark } from '../ui/badges.tsx'
import { Icon } from '../ui/icons.tsx'
import classes from './incident.module.css'

interface PickerProps {
  /** Shown first, where they are open: incidents its alerts were close to. */
  readonly near: readonly string[]
  /** The incident that cannot be picked. */
  readonly except: string
  readonly picked: string | null
  readonly onPick: (id: string) => void
}

/** Finds another open incident: by its words, or among the newest. */
export function IncidentPicker({ except, near, picked, onPick }: PickerProps) {
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 200)
  const { data, isPending } = useInfiniteQuery(incidentsQuery({ status: 'open', q }))
  const rank = (id: string): number => (near.includes(id) ? near.indexOf(id) : near.length)
  const found = (data?.pages[0]?.items ?? [])
    .filter(({ id }) => id !== except)
    .sort((a, b) => rank(a.id) - rank(b.id))
  const first = found[0]?.id
  const isThere = found.some(({ id }) => id === picked)
  useEffect(() => {
    // the best one is picked already: one key opens, the next one confirms
    if (!isThere && first !== undefined) onPick(first)
  }, [isThere, first, onPick])
  return (
    <Stack gap="sm">
      <TextInput
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        placeholder="Search id, title, service, owner"
        aria-label="Search incidents"
        leftSection={<Icon name="search" size={16} />}
        data-autofocus
      />
      <ScrollArea.Autosize mah={340} type="auto">
        <Radio.Group value={picked} onChange={onPick} aria-label="Incident">
          <Stack gap={6}>
            {found.map((incident) => (
              <Choice key={incident.id} incident={incident} />
            ))}
          </Stack>
        </Radio.Group>
        {!isPending && found.length === 0 && (
          <Text size="sm" c="dimmed" role="status">
            No other open incident {q === '' ? 'is there' : 'matches'}.
          </Text>
        )}
      </ScrollArea.Autosize>
    </Stack>
  )
}

function Choice({ incident }: { readonly incident: IncidentSummary }) {
  return (
    <Radio.Card
      value={incident.id}
      className={classes['choice'] ?? ''}
      aria-label={`${incident.id} ${incident.title}`}
    >
      <Group wrap="nowrap" gap="sm" align="flex-start">
        <Radio.Indicator mt={2} />
        <PriorityMark priority={incident.priority} />
        <div>
          <Text size="sm" fw={600}>
            {incident.title}
          </Text>
          <Group gap={8}>
            <Text size="xs" c="dimmed" component="div">
              <span className="fl-mono">{incident.id}</span> · {incident.alertCount}{' '}
              {incident.alertCount === 1 ? 'alert' : 'alerts'} · <Ago at={incident.provisionalAt} />
            </Text>
            {incident.status !== 'open' && <StatusMark status={incident.status} />}
          </Group>
        </div>
      </Group>
    </Radio.Card>
  )
}
