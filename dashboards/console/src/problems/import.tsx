/** Past incidents of a service desk: what an import would change is shown before anything does. */
import { Button, FileInput, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type PastGiven, pastFormatsQuery, useImportPast } from '../api/past.ts'
import type { PastImport } from '../api/schema.d.ts'
import { textsOf } from '../knowledge/files.ts'
import { sayRefused } from '../ui/notices.tsx'
import { Failure, Section } from '../ui/states.tsx'
import { PastDiff } from './import-diff.tsx'
import { PastRuns } from './import-runs.tsx'

interface Given {
  readonly files: readonly File[]
  readonly format: string
  readonly source: string
  readonly address: string
}

const NOTHING: Given = { files: [], format: 'servicenow', source: '', address: '' }

/** Reads the files each time: those that were shown are those that are applied, or the server says so. */
async function bodyOf({ files, format, source, address }: Given): Promise<PastGiven> {
  const texts = await textsOf(files)
  const name = source.trim() === '' ? format : source.trim()
  const where = address.trim() === '' ? {} : { address: address.trim() }
  return { format, source: name, files: texts, ...where }
}

export function ImportPastPage() {
  const formats = useQuery(pastFormatsQuery())
  const run = useImportPast()
  const [given, setGiven] = useState<Given>(NOTHING)
  const [shown, setShown] = useState<PastImport | null>(null)
  const set = (changed: Partial<Given>): void => {
    setGiven({ ...given, ...changed })
    setShown(null)
  }
  const send = async (dryRun: boolean): Promise<void> => {
    try {
      setShown(await run.mutateAsync({ ...(await bodyOf(given)), dryRun }))
    } catch (cause) {
      sayRefused(cause instanceof Error ? cause : new Error('The files could not be read.'))
    }
  }
  return (
    <Stack gap="md">
      <title>Import past incidents · Faultline</title>
      <div>
        <Title order={1} size="h3">
          Import past incidents
        </Title>
        <Text size="sm" c="dimmed">
          What a service desk has resolved: found again by new incidents like it, and looked through
          for problems. It opens nothing and tells nobody.{' '}
          <Link to="/problems">Back to the problems</Link>
        </Text>
      </div>
      {formats.isError && (
        <Failure what="The formats" error={formats.error} retry={() => void formats.refetch()} />
      )}
      <Section title="Give files" id="give-files">
        <Group align="flex-end" gap="sm">
          <Select
            label="Format"
            data={(formats.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))}
            value={given.format}
            onChange={(format) => set({ format: format ?? NOTHING.format })}
            allowDeselect={false}
            w={320}
          />
          <TextInput
            label="Source"
            description="under which name they are kept"
            placeholder={given.format}
            value={given.source}
            onChange={({ currentTarget }) => set({ source: currentTarget.value })}
            w={200}
          />
          <TextInput
            label="Address of the tool"
            description="for links to its incidents"
            placeholder="https://acme.service-now.com"
            value={given.address}
            onChange={({ currentTarget }) => set({ address: currentTarget.value })}
            w={280}
          />
          <FileInput
            label="Files"
            placeholder="Choose files or a zip"
            multiple
            value={[...given.files]}
            onChange={(files) => set({ files })}
            w={260}
          />
          <Button
            disabled={given.files.length === 0}
            loading={run.isPending}
            onClick={() => void send(true)}
          >
            Show what changes
          </Button>
        </Group>
      </Section>
      {shown !== null && (
        <PastDiff shown={shown} busy={run.isPending} onApply={() => void send(false)} />
      )}
      <PastRuns />
    </Stack>
  )
}
