/** A proposed rule as files to be put into the folder of rules, which the server reads and never writes. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { proposalFilesQuery } from '../api/proposals.ts'
import type { RuleProposal } from '../api/schema.d.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Snippet } from '../ui/snippet.tsx'
import { Failure, WaitingRows } from '../ui/states.tsx'

interface AcceptProps {
  readonly proposal: RuleProposal
  readonly onClose: () => void
}

export function AcceptDialog({ proposal, onClose }: AcceptProps) {
  const { id, text, pack, yaml } = proposal
  const { data, error, isPending, refetch } = useQuery(proposalFilesQuery(id))
  return (
    <Dialog opened onClose={onClose} title={`Accept ${id}`} size="xl">
      <Stack gap="sm">
        <Text size="sm">
          {text}. Put the rule into the folder of rules, first in <code>{pack}.yaml</code>, and the
          case into <code>{pack}.test.yaml</code>; or save both files as they are with it. Once they
          are there, they are checked and taken over, and the proposal is in use.
        </Text>
        {isPending && <WaitingRows rows={2} height={120} />}
        {error !== null && <Failure what="The files" error={error} retry={() => void refetch()} />}
        {data !== undefined && (
          <>
            <Group gap="sm">
              {data.files.map((file, index) => (
                <Button
                  key={file.name}
                  component="a"
                  size="xs"
                  variant={index === 0 ? 'filled' : 'default'}
                  href={`data:text/yaml;charset=utf-8,${encodeURIComponent(file.text)}`}
                  download={file.name}
                >
                  Save {file.name}
                </Button>
              ))}
            </Group>
            <Text size="sm" fw={600}>
              {pack}.yaml, below <code>rules:</code>
            </Text>
            <Snippet code={yaml} />
            {data.case !== null && (
              <>
                <Text size="sm" fw={600}>
                  {pack}.test.yaml, below <code>cases:</code>
                </Text>
                <Snippet code={data.case} />
              </>
            )}
          </>
        )}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={onClose}>
            Close
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}
