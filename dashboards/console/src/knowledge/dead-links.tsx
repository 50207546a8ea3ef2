/** Runbooks that rules name and that are not there: what an alert would lead to at night. */
import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { deadLinksQuery } from '../api/articles.ts'
import { Ago } from '../ui/ago.tsx'
import { More } from '../ui/more.tsx'
import { SafeLink } from '../ui/safe-link.tsx'

export function DeadLinks() {
  const { data } = useQuery(deadLinksQuery())
  const links = data?.items ?? []
  if (links.length === 0) return null
  const label =
    links.length === 1
      ? '1 runbook that a rule names is not here'
      : `${links.length} runbooks that rules name are not here`
  return (
    <More label={label}>
      <Text size="sm" c="dimmed">
        Their addresses lead to no article. Write one whose id ends as the address does, or mend the
        rule.
      </Text>
      <Table.ScrollContainer minWidth={520} maxHeight={360}>
        <Table aria-label="Dead runbook links">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Rule</Table.Th>
              <Table.Th>Address</Table.Th>
              <Table.Th>Alerts in 30 days</Table.Th>
              <Table.Th>Last</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {links.map(({ rule, url, alerts, lastSeenAt }) => (
              <Table.Tr key={`${rule} ${url}`}>
                <Table.Td>{rule}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <SafeLink href={url}>{url}</SafeLink>
                </Table.Td>
                <Table.Td>{alerts}</Table.Td>
                <Table.Td>
                  <Ago at={lastSeenAt} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </More>
  )
}
