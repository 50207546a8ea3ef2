/** Regroupings that wait for a word, of all incidents, and those that were not wanted. */
import { Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { regroupingsQuery } from '../api/regroupings.ts'
import type { Regrouping } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import rows from '../ui/rows.module.css'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { Acts } from './act.tsx'
import { Said } from './said.tsx'

export function Regroupings({ scope }: { readonly scope: string | undefined }) {
  const { data, error, isPending, isError, refetch } = useQuery(regroupingsQuery('open', scope))
  const dismissed = useQuery(regroupingsQuery('dismissed', scope))
  if (isPending) return <WaitingRows rows={1} height={90} />
  if (isError)
    return <Failure what="Proposed regroupings" error={error} retry={() => void refetch()} />
  const others = dismissed.data?.items ?? []
  return (
    <Section title="Proposed regroupings" id="regroupings">
      <Text size="xs" c="dimmed" mb="sm">
        What the engine would merge, split or move by what it knows now. People know of these
        incidents: nothing of it is done by itself.
      </Text>
      <Stack gap="sm">
        {data.total === 0 && <Text size="sm">No incident waits for a word.</Text>}
        {data.total > 0 && <Rows items={data.items} />}
        {others.length > 0 && (
          <More label={`${others.length} dismissed`}>
            <Rows items={others} />
          </More>
        )}
      </Stack>
    </Section>
  )
}

function Rows({ items }: { readonly items: readonly Regrouping[] }) {
  return (
    <ul className={rows['rows']}>
      {items.map((one) => (
        <li key={one.id} data-regrouping={one.id}>
          <Group justify="space-between" align="flex-start" gap="sm">
            <div style={{ minWidth: 0, flex: '1 1 320px' }}>
              <Group gap={6}>
                <IncidentLink id={one.incident.id} />
                <Mark tone="accent">{one.kind}</Mark>
                <Text size="xs" c="dimmed" component="span">
                  <Ago at={one.at} />
                </Text>
              </Group>
              <Said regrouping={one} />
              {one.dismissed !== null && (
                <Text size="xs" c="dimmed">
                  Dismissed by {one.dismissed.by} <Ago at={one.dismissed.at} />. It returns once
                  twice as many alerts speak for it.
                </Text>
              )}
            </div>
            <Acts regrouping={one} />
          </Group>
        </li>
      ))}
    </ul>
  )
}
