/** Articles from files: what they would change is shown before anything does. */
import { Button, FileInput, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { articleFormatsQuery, importArticles } from '../api/articles.ts'
import { KEYS } from '../api/queries.ts'
import type { ArticleImport } from '../api/schema.d.ts'
import { sayRefused } from '../ui/notices.tsx'
import { Section } from '../ui/states.tsx'
import { textsOf } from './files.ts'
import { ImportDiff } from './import-diff.tsx'
import { PEOPLE } from './source.ts'

interface Given {
  readonly files: readonly File[]
  readonly format: string
  readonly source: string
}

/** Reads the files each time: those that were shown are those that are applied, or the server says so. */
async function send(given: Given, how: { readonly dryRun: boolean; readonly force: boolean }) {
  const { format, source } = given
  return importArticles({ format, source, files: await textsOf(given.files), ...how })
}

export function ImportArticlesPage() {
  const formats = useQuery(articleFormatsQuery())
  const client = useQueryClient()
  const [given, setGiven] = useState<Given>({ files: [], format: 'markdown', source: '' })
  const [shown, setShown] = useState<ArticleImport | null>(null)
  const set = (changed: Partial<Given>): void => {
    setGiven({ ...given, ...changed })
    setShown(null)
  }
  const usual = given.format === 'markdown' ? PEOPLE : given.format
  const source = given.source.trim() === '' ? usual : given.source.trim()
  const run = useMutation({
    mutationFn: (how: { readonly dryRun: boolean; readonly force: boolean }) =>
      send({ ...given, source }, how),
    onSuccess: setShown,
    onError: sayRefused,
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.article] }),
  })
  return (
    <Stack gap="md">
      <title>Import articles · Faultline</title>
      <div>
        <Title order={1} size="h3">
          Import articles
        </Title>
        <Text size="sm" c="dimmed">
          Markdown files, or an export of a knowledge base: all that it says under one name. A zip
          is unpacked here. <Link to="/knowledge">Back to the articles</Link>
        </Text>
      </div>
      <Section title="Give files" id="give-files">
        <Group align="flex-end" gap="sm">
          <Select
            label="Format"
            data={(formats.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))}
            value={given.format}
            onChange={(format) => set({ format: format ?? 'markdown' })}
            allowDeselect={false}
            w={320}
          />
          <TextInput
            label="Source"
            description="under which name they are kept"
            placeholder={usual}
            value={given.source}
            onChange={({ currentTarget }) => set({ source: currentTarget.value })}
            w={200}
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
            onClick={() => run.mutate({ dryRun: true, force: false })}
          >
            Show what changes
          </Button>
        </Group>
      </Section>
      {shown !== null && (
        <ImportDiff
          shown={shown}
          busy={run.isPending}
          onApply={(force) => run.mutate({ dryRun: false, force })}
        />
      )}
    </Stack>
  )
}
