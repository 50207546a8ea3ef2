/** Proposed weights of the link score: which change by how much, and the button that puts them in force. */
import { Button, Table, Text } from '@mantine/core'
import { useAcceptWeights, useUndoWeights } from '../api/proposals.ts'
import type { WeightsProposal } from '../api/schema.d.ts'
import { sayDone, sayRefused } from '../ui/notices.tsx'

interface WeightsProps {
  readonly proposal: WeightsProposal
}

export function Weights({ proposal: { changes, links, scope, version } }: WeightsProps) {
  return (
    <div data-weights>
      <Text size="xs">
        Of {links.of} links of corrections the score judges {links.before} as people did,{' '}
        {links.after} with these weights. For {scope === 'default' ? 'every alert' : scope}
        {version !== null && `, on top of ${version}`}.
      </Text>
      <Table verticalSpacing={2} horizontalSpacing="xs" w="auto">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Weight</Table.Th>
            <Table.Th ta="right">Now</Table.Th>
            <Table.Th ta="right">Proposed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ term, from, to }) => (
            <Table.Tr key={term} data-term={term}>
              <Table.Td className="fl-mono">{term}</Table.Td>
              <Table.Td ta="right" className="fl-num">
                {from}
              </Table.Td>
              <Table.Td ta="right" className="fl-num">
                <strong>{to}</strong>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}

/** One press, for there is a way back: it counts only for incidents that begin from then on. */
export function AcceptWeights({ proposal: { id, changes } }: WeightsProps) {
  const accept = useAcceptWeights()
  const undo = useUndoWeights()
  const back = (version: string): void =>
    undo.mutate(version, { onSuccess: () => sayDone(`${version} is undone`), onError: sayRefused })
  return (
    <Button
      size="compact-sm"
      variant="default"
      data-do="accept"
      aria-label={`Accept ${id}`}
      loading={accept.isPending}
      onClick={() =>
        accept.mutate(
          { id, changes },
          {
            onSuccess: (version) =>
              sayDone(`${version.id} is in force for incidents that begin from now on`, [
                { label: 'Undo', act: () => back(version.id) },
              ]),
            onError: sayRefused,
          },
        )
      }
    >
      Accept
    </Button>
  )
}
