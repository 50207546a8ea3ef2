/** The folder that articles come from, and the files in it that are at fault. */
import { Button, Group, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { knowledgeFolderQuery, useReadFolder } from '../api/articles.ts'
import { Ago } from '../ui/ago.tsx'
import { More } from '../ui/more.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'

export function FolderState() {
  const { data } = useQuery(knowledgeFolderQuery())
  const read = useReadFolder()
  if (data === undefined || data === null) return null
  const { folder, at, files, faults, moreFaults } = data
  const count = faults.length + moreFaults
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {files} of the folder <code>{folder}</code>
          {at !== null && (
            <>
              , read <Ago at={at} />
            </>
          )}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          loading={read.isPending}
          onClick={() =>
            read.mutate(undefined, {
              onSuccess: ({ outcome }) =>
                sayDone(outcome === 'taken' ? 'Changes are taken over' : 'Nothing has changed'),
              onError: sayRefused,
            })
          }
        >
          Read it now
        </Button>
      </Group>
      {count > 0 && (
        <More label={count === 1 ? '1 file is at fault' : `${count} files are at fault`}>
          <Table aria-label="Files at fault">
            <Table.Tbody>
              {faults.map(({ file, error }) => (
                <Table.Tr key={`${file} ${error}`}>
                  <Table.Td className="fl-mono">{file}</Table.Td>
                  <Table.Td>{error}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </More>
      )}
    </div>
  )
}
