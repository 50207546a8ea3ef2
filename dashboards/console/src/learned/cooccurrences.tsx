/** Kinds of alerts that begin together more often than by chance. */
import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { cooccurrencesQuery } from '../api/constraints.ts'
import { decimal } from '../ui/figures.ts'
import { Failure, Section } from '../ui/states.tsx'

export function Cooccurrences({ scope }: { readonly scope: string | undefined }) {
  const { data, error, isError, refetch } = useQuery(cooccurrencesQuery(scope))
  if (isError)
    return <Failure what="What begins together" error={error} retry={() => void refetch()} />
  if (data === undefined) return null
  return (
    <Section title="What begins together" id="cooccurrences">
      <Text size="xs" c="dimmed" mb="sm">
        Counted from when and where alerts begin, not from how they were grouped. Old occasions lose
        half their weight in 14 days.
      </Text>
      {data.items.length === 0 ? (
        <Text size="sm">No two kinds of alerts have begun together so far.</Text>
      ) : (
        <Table.ScrollContainer minWidth={420}>
          <Table verticalSpacing={5} horizontalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Kinds of alerts</Table.Th>
                <Table.Th ta="right">Together</Table.Th>
                <Table.Th ta="right">By chance</Table.Th>
                <Table.Th ta="right">Log-odds</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.items.map(({ scope: of, a, b, n, expected, adds }) => (
                <Table.Tr key={JSON.stringify([of, a, b])} data-pair>
                  <Table.Td>
                    {a.text} <br />
                    {b.text}
                    {of !== 'default' && (
                      <Text size="xs" c="dimmed">
                        in {of}
                      </Text>
                    )}
                    {a.place !== null && (
                      <Text size="xs" c="dimmed">
                        far apart: one is looked for when the other begins
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td ta="right" className="fl-num">
                    {decimal(n)}
                  </Table.Td>
                  <Table.Td ta="right" className="fl-num">
                    {decimal(expected)}
                  </Table.Td>
                  <Table.Td ta="right" className="fl-num">
                    {decimal(adds)}
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
