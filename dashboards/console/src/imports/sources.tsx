/** What the CMDB is made of, source by source; those that are pulled with when, and a button. */
import { Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { cmdbSourcesQuery, usePull } from '../api/imports.ts'
import type { CmdbSourcePage } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { sayRefused } from '../ui/notices.tsx'
import { Pulled } from '../ui/pulled.tsx'
import { Failure, Section } from '../ui/states.tsx'
import { StateMark } from './runs.tsx'

interface SourcesProps {
  /** Told of the import that a pull is. */
  readonly onStarted: (id: string) => void
}

export function Sources({ onStarted }: SourcesProps) {
  const { data, error, refetch } = useQuery(cmdbSourcesQuery())
  if (error !== null && data === undefined)
    return <Failure what="The sources" error={error} retry={() => void refetch()} />
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title="Sources" id="cmdb-sources">
      <Table.ScrollContainer minWidth={420}>
        <Table aria-label="Sources">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Source</Table.Th>
              <Table.Th>CIs</Table.Th>
              <Table.Th>Retired</Table.Th>
              <Table.Th>Last import</Table.Th>
              <Table.Th>Pulled</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((one) => (
              <Row key={one.source} one={one} onStarted={onStarted} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  )
}

type Source = CmdbSourcePage['items'][number]

interface RowProps extends SourcesProps {
  readonly one: Source
}

function Row({ one: { source, items, retired, last, pull }, onStarted }: RowProps) {
  return (
    <Table.Tr data-source={source}>
      <Table.Td>{source === 'file' ? 'file (topology)' : source}</Table.Td>
      <Table.Td className="fl-num">{items}</Table.Td>
      <Table.Td className="fl-num">{retired}</Table.Td>
      <Table.Td>
        {last === null ? (
          '–'
        ) : (
          <>
            <StateMark state={last.state} /> <Ago at={last.at} />
          </>
        )}
      </Table.Td>
      <Table.Td>
        {pull === null ? '–' : <PulledSource source={source} pull={pull} onStarted={onStarted} />}
      </Table.Td>
    </Table.Tr>
  )
}

interface PulledSourceProps extends SourcesProps {
  readonly source: string
  readonly pull: NonNullable<Source['pull']>
}

function PulledSource({ source, pull, onStarted }: PulledSourceProps) {
  const now = usePull()
  const start = (): void =>
    now.mutate(source, { onSuccess: ({ id }) => onStarted(id), onError: sayRefused })
  return <Pulled source={source} pull={pull} isAsking={now.isPending} onPull={start} />
}
