/** Service desks that planned changes are read from: when, what came of it, and a button to read now. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ChangeSource } from '../api/schema.d.ts'
import { changeSourcesQuery, usePullChanges } from '../api/silences.ts'
import { sayRefused } from '../ui/notices.tsx'
import { Pulled } from '../ui/pulled.tsx'
import { Failure, Section } from '../ui/states.tsx'
import classes from './silences.module.css'

const SHOWN_BAD = 3

export function ChangeSources() {
  const { data, error, refetch } = useQuery(changeSourcesQuery())
  const pull = usePullChanges()
  if (error !== null && data === undefined)
    return <Failure what="The sources of changes" error={error} retry={() => void refetch()} />
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title="Where changes are read from" id="change-sources">
      <ul className={classes['list']} aria-label="Sources of changes">
        {data.items.map((one) => (
          <li key={one.source} className={classes['planned']} data-source={one.source}>
            <Text size="sm" fw={600}>
              {one.source}
            </Text>
            <Pulled
              source={one.source}
              pull={one}
              isAsking={pull.isPending && pull.variables === one.source}
              onPull={() => pull.mutate(one.source, { onError: sayRefused })}
            >
              <Came last={one.last} />
            </Pulled>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Came({ last }: Pick<ChangeSource, 'last'>) {
  if (last === null || last.endedAt === null) return null
  const { read, told, passedOver, bad, badCount } = last
  const counts = [
    `${read} read`,
    `${told} new or changed`,
    ...(passedOver > 0 ? [`${passedOver} without a time near now`] : []),
    ...(badCount > 0 ? [`${badCount} bad`] : []),
  ]
  return (
    <>
      <Text size="xs" c="dimmed">
        {counts.join(', ')}
      </Text>
      {bad.slice(0, SHOWN_BAD).map(({ where, error }) => (
        <Text key={`${where} ${error}`} size="xs" c="dimmed">
          {where}: {error}
        </Text>
      ))}
    </>
  )
}
