import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { sourcesQuery } from '../api/queries.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'

/** Who reports, and who has fallen silent. */
export function SourcesSection() {
  const { data, error, refetch } = useQuery(sourcesQuery())
  return (
    <Section title="Sources" id="sources">
      {error !== null && data === undefined && (
        <Failure what="The sources" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={2} height={32} />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody has reported yet.
        </Text>
      )}
      {data !== undefined && data.items.length > 0 && (
        <Table.ScrollContainer minWidth={520} type="native" tabIndex={0}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Source</Table.Th>
                <Table.Th>Reporter</Table.Th>
                <Table.Th>First heard</Table.Th>
                <Table.Th>Last heard</Table.Th>
                <Table.Th>State</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map(({ source, reporter, firstSeenAt, lastSeenAt, silentSince }) => (
                <Table.Tr key={`${source} ${reporter}`}>
                  <Table.Th scope="row">{source}</Table.Th>
                  <Table.Td>{reporter}</Table.Td>
                  <Table.Td>
                    <Ago at={firstSeenAt} />
                  </Table.Td>
                  <Table.Td>
                    <Ago at={lastSeenAt} />
                  </Table.Td>
                  <Table.Td>
                    {silentSince === null ? (
                      <Mark tone="good">heard</Mark>
                    ) : (
                      <Mark tone="warn" why="Its firing alerts are stale: nobody confirms them.">
                        silent
                      </Mark>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Section>
  )
}
