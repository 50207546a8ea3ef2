/** Paste a payload: what it would become, and which field came from where. Nothing is taken in. */
import {
  Alert,
  Badge,
  Button,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Table,
  Text,
  Textarea,
  Title,
} from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { request } from '../api/client.ts'
import { sourcesQuery } from '../api/queries.ts'
import type { Preview } from '../api/schema.d.ts'
import { Failure } from '../ui/states.tsx'
import { EXAMPLE_BODY, EXAMPLE_MAPPING } from './try-example.ts'

type Way = 'source' | 'mapping'

export function TryPage() {
  const [way, setWay] = useState<Way>('source')
  const [source, setSource] = useState('generic')
  const [mapping, setMapping] = useState(EXAMPLE_MAPPING)
  const [body, setBody] = useState('')
  const preview = useMutation({
    mutationFn: () =>
      request<Preview>('/api/v1/ingest/preview', {
        body: way === 'source' ? { source, body } : { mapping, body },
      }),
  })
  const run = (): void => {
    if (body.trim() !== '') preview.mutate()
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run()
  }
  return (
    <Stack gap="md" onKeyDown={onKeyDown}>
      <title>Try a payload · Faultline</title>
      <div>
        <Title order={1} size="h3">
          Try a payload
        </Title>
        <Text size="sm" c="dimmed">
          What a body would become, field by field. Nothing is taken in.
        </Text>
      </div>
      <SimpleGrid cols={{ base: 1, md: way === 'mapping' ? 2 : 1 }}>
        <Stack gap="xs">
          <Group align="end" gap="sm">
            <SegmentedControl
              aria-label="Read it by"
              value={way}
              onChange={(value) => setWay(value === 'mapping' ? 'mapping' : 'source')}
              data={[
                { value: 'source', label: 'By a source' },
                { value: 'mapping', label: 'By a mapping' },
              ]}
            />
            {way === 'source' && <SourceSelect value={source} onChange={setSource} />}
          </Group>
          <Textarea
            label="Payload"
            description="as the tool posts it"
            value={body}
            onChange={(event) => setBody(event.currentTarget.value)}
            placeholder={EXAMPLE_BODY}
            autosize
            minRows={10}
            maxRows={24}
            spellCheck={false}
            classNames={{ input: 'fl-mono' }}
          />
        </Stack>
        {way === 'mapping' && (
          <Textarea
            label="Mapping"
            description="as in rules/ingest/<name>.yaml"
            value={mapping}
            onChange={(event) => setMapping(event.currentTarget.value)}
            autosize
            minRows={12}
            maxRows={26}
            spellCheck={false}
            classNames={{ input: 'fl-mono' }}
          />
        )}
      </SimpleGrid>
      <Group gap="sm">
        <Button onClick={run} loading={preview.isPending} disabled={body.trim() === ''}>
          Show what it becomes
        </Button>
        <Button
          variant="default"
          onClick={() => {
            setWay('mapping')
            setBody(EXAMPLE_BODY)
          }}
        >
          Fill in an example
        </Button>
        <Text size="xs" c="dimmed">
          Ctrl or ⌘ and Enter
        </Text>
      </Group>
      {preview.isError && <Failure what="The preview" error={preview.error} retry={run} />}
      {preview.data !== undefined && <Result preview={preview.data} />}
    </Stack>
  )
}

interface SourceSelectProps {
  readonly value: string
  readonly onChange: (source: string) => void
}

function SourceSelect({ value, onChange }: SourceSelectProps) {
  const { data } = useQuery(sourcesQuery())
  const known = (data?.sources ?? [])
    .filter(({ path }) => path !== null)
    .map(({ source }) => source)
    .sort()
  const names = known.includes(value) ? known : [value, ...known]
  return (
    <NativeSelect
      label="Source"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={names}
    />
  )
}

function Result({ preview }: { readonly preview: Preview }) {
  const { faults, items, count } = preview
  if (faults.length > 0)
    return (
      <Alert color="red" title="The mapping cannot be used" role="alert">
        <ul>
          {faults.map((fault) => (
            <li key={fault}>
              <span className="fl-mono">{fault}</span>
            </li>
          ))}
        </ul>
      </Alert>
    )
  if (items.length === 0)
    return <Alert title="It reports nothing">It would be accepted, and change nothing.</Alert>
  return (
    <Stack gap="sm" aria-live="polite">
      <Text size="sm" c="dimmed">
        {count} {count === 1 ? 'item' : 'items'}
        {count > items.length ? `, the first ${items.length} are shown` : ''}
      </Text>
      {items.map((item, index) => (
        // items have no ids: they stand in the order of the body
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is never reordered
        <ItemCard key={index} item={item} index={index} />
      ))}
    </Stack>
  )
}

type Item = Preview['items'][number]

function ItemCard({ item, index }: { readonly item: Item; readonly index: number }) {
  const title = typeof item.event?.['title'] === 'string' ? item.event['title'] : 'Rejected'
  return (
    <Paper withBorder p="md" bg="var(--fl-card)">
      <Stack gap="sm">
        <Group gap="xs">
          <Badge variant="default">{item.kind}</Badge>
          <Title order={2} size="h5">
            {index + 1}. {title}
          </Title>
        </Group>
        {item.reason !== null && (
          <Text size="sm">
            {item.reason} <span className="fl-mono">{item.pointer}</span>
          </Text>
        )}
        {item.event !== null && <Fields event={item.event} provenance={item.provenance} />}
      </Stack>
    </Paper>
  )
}

interface FieldsProps {
  readonly event: NonNullable<Item['event']>
  readonly provenance: Item['provenance']
}

/** Fields of an event that say something to people, flat: `labels.host`. */
function flatten(event: FieldsProps['event']): readonly (readonly [string, string])[] {
  return Object.entries(event).flatMap(([name, value]): (readonly [string, string])[] => {
    if (value === null || value === undefined || UNTOLD.has(name)) return []
    if (typeof value !== 'object') return [[name, String(value)]]
    return Object.entries(value).map(([key, one]) => [`${name}.${key}`, String(one)])
  })
}

/** The same for every item of a source. */
const UNTOLD = new Set(['source', 'family', 'reporter', 'relay'])

const NAMES: Readonly<Record<string, string>> = { generatorUrl: 'url', severityText: 'severity' }

function Fields({ event, provenance }: FieldsProps) {
  const from = (field: string): string => {
    const name = NAMES[field] ?? field
    const paths = provenance
      .filter((one) => one.value !== null)
      .filter((one) => one.field === name || `${one.field}.${one.path}` === field)
      .map(({ path }) => path)
    return [...new Set(paths)].join(', ')
  }
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Value</Table.Th>
            <Table.Th>Came from</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {flatten(event).map(([field, value]) => (
            <Table.Tr key={field}>
              <Table.Th scope="row" fw={500}>
                {field}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
              <Table.Td>
                <span className="fl-mono">{from(field)}</span>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
