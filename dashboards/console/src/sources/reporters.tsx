import { Table } from '@mantine/core'
import type { Sources } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'

/** Who reports through a source, and who has fallen silent. */
export function ReporterTable({ reporters }: { readonly reporters: Sources['items'] }) {
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Reporter</Table.Th>
            <Table.Th>First heard</Table.Th>
            <Table.Th>Last heard</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reporters.map(({ reporter, firstSeenAt, lastSeenAt, silentSince }) => (
            <Table.Tr key={reporter}>
              <Table.Th scope="row">{reporter}</Table.Th>
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
  )
}
