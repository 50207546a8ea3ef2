/** Where the CMDB comes from: its sources, files to give, the imports and what each changes. */
import { Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { cmdbSourcesQuery, importQuery, importsQuery } from '../api/imports.ts'
import { Ago } from '../ui/ago.tsx'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'
import { Diff } from './diff.tsx'
import { Runs, StateMark } from './runs.tsx'
import { Upload } from './upload.tsx'

export function ImportsPage() {
  const { id } = useSearch({ from: '/inside/imports' })
  const navigate = useNavigate({ from: '/imports' })
  const list = useQuery(importsQuery())
  const runs = list.data?.items ?? []
  const shown = id ?? runs[0]?.id
  return (
    <Stack gap="md">
      <title>CMDB imports · Faultline</title>
      <div>
        <Title order={1} size="h3">
          CMDB imports
        </Title>
        <Text size="sm" c="dimmed">
          What is given here becomes CIs and relations. What a source names no more is retired,
          never erased, and the newest import of each source can be undone.
        </Text>
      </div>
      <Upload onStarted={(started) => void navigate({ search: { id: started } })} />
      <Sources />
      {list.isPending && <WaitingRows rows={2} height={60} />}
      {list.isError && list.data === undefined && (
        <Failure what="Imports" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && runs.length === 0 && (
        <Empty title="No imports so far">
          <Text size="sm" c="dimmed">
            Choose files above, or run <code>faultline import</code>.
          </Text>
        </Empty>
      )}
      {shown !== undefined && <Shown id={shown} />}
      {runs.length > 0 && <Runs runs={runs} shown={shown} />}
    </Stack>
  )
}

function Shown({ id }: { readonly id: string }) {
  const run = useQuery(importQuery(id))
  if (run.isError) return <Failure what={id} error={run.error} />
  return run.data === undefined ? null : <Diff run={run.data} />
}

function Sources() {
  const { data } = useQuery(cmdbSourcesQuery())
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title="Sources" id="cmdb-sources">
      <Table.ScrollContainer minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Source</Table.Th>
              <Table.Th>CIs</Table.Th>
              <Table.Th>Retired</Table.Th>
              <Table.Th>Last import</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map(({ source, items, retired, last }) => (
              <Table.Tr key={source}>
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
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  )
}
