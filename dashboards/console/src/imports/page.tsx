/** Where the CMDB comes from: its sources, files to give, the imports and what each changes. */
import { Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { importQuery, importsQuery } from '../api/imports.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { Diff } from './diff.tsx'
import { Runs } from './runs.tsx'
import { Sources } from './sources.tsx'
import { Upload } from './upload.tsx'

export function ImportsPage() {
  const { id } = useSearch({ from: '/inside/imports' })
  const navigate = useNavigate({ from: '/imports' })
  const list = useQuery(importsQuery())
  const runs = list.data?.items ?? []
  const shown = id ?? runs[0]?.id
  const show = (started: string): void => void navigate({ search: { id: started } })
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
      <Upload onStarted={show} />
      <Sources onStarted={show} />
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
      {shown !== undefined && <Shown id={shown} onStarted={show} />}
      {runs.length > 0 && <Runs runs={runs} shown={shown} />}
    </Stack>
  )
}

interface ShownProps {
  readonly id: string
  readonly onStarted: (id: string) => void
}

function Shown({ id, onStarted }: ShownProps) {
  const run = useQuery(importQuery(id))
  if (run.isError) return <Failure what={id} error={run.error} />
  return run.data === undefined ? null : <Diff run={run.data} onStarted={onStarted} />
}
