/** Files for the CMDB: chosen here, looked at before anything changes. */
import { Button, FileInput, Group, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { formatsQuery, useStartImport } from '../api/imports.ts'
import { sayRefused } from '../ui/notices.tsx'
import { Section } from '../ui/states.tsx'

export function Upload({ onStarted }: { readonly onStarted: (id: string) => void }) {
  const formats = useQuery(formatsQuery())
  const start = useStartImport()
  const [files, setFiles] = useState<File[]>([])
  const [format, setFormat] = useState('faultline')
  const [source, setSource] = useState('')
  const name = source.trim() === '' ? format : source.trim()
  const look = async (): Promise<void> => {
    const texts = await Promise.all(
      files.map(async (file) => ({ name: file.name, text: await file.text() })),
    )
    start.mutate(
      { source: name, format, files: texts, dryRun: true },
      { onSuccess: ({ id }) => onStarted(id), onError: sayRefused },
    )
  }
  return (
    <Section title="Give files" id="give-files">
      <Group align="flex-end" gap="sm">
        <Select
          label="Format"
          data={(formats.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))}
          value={format}
          onChange={(value) => setFormat(value ?? 'faultline')}
          allowDeselect={false}
          w={260}
        />
        <TextInput
          label="Source"
          description="under which name it is kept"
          placeholder={format}
          value={source}
          onChange={({ currentTarget }) => setSource(currentTarget.value)}
          w={200}
        />
        <FileInput
          label="Files"
          placeholder="Choose files"
          multiple
          value={files}
          onChange={setFiles}
          w={260}
        />
        <Button disabled={files.length === 0} loading={start.isPending} onClick={() => void look()}>
          Show what changes
        </Button>
      </Group>
    </Section>
  )
}
