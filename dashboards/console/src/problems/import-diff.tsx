/** What an import of past incidents changes, or has changed. */
import { Button, Group, Stack, Table, Text } from '@mantine/core'
import type { PastImport } from '../api/schema.d.ts'
import { Section } from '../ui/states.tsx'

interface DiffProps {
  readonly shown: PastImport
  readonly busy: boolean
  readonly onApply: () => void
}

export function PastDiff({ shown, busy, onApply }: DiffProps) {
  const { state, counts, source } = shown
  const { added, changed, same, passedOver, bound, unbound, unnamed, dropped, bad } = counts
  const isApplied = state === 'applied'
  return (
    <Section title={isApplied ? 'What has changed' : 'What would change'} id="changes">
      <Stack gap="sm">
        <Group justify="space-between">
          <Text size="sm" role="status">
            {`${added} added, ${changed} changed, ${same} as they were, ${passedOver} passed over, ${bad} bad`}
          </Text>
          {!isApplied && (
            <Button
              size="compact-sm"
              loading={busy}
              disabled={added + changed === 0}
              onClick={onApply}
            >
              Apply
            </Button>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {`${bound} at a CI that is known, ${unbound} at one that is not, ${unnamed} name none. Passed over is what is not over yet, was cancelled, or is no incident.`}
        </Text>
        {dropped > 0 && (
          <Text size="sm" role="alert">
            {`There is no room for ${dropped}: the oldest of all that is kept ${isApplied ? 'were' : 'would be'} left out.`}
          </Text>
        )}
        {added + changed + same + bad + passedOver === 0 && (
          <Text size="sm">There is no incident in these files.</Text>
        )}
        <Lines
          title="Bad rows"
          lines={shown.bad.map(({ where, field, error }) => [
            where,
            field === null ? error : `${field}: ${error}`,
          ])}
        />
        <Lines
          title="CIs that are not known"
          lines={shown.unbound.map(({ name, count }) => [name, `${count} of ${source}`])}
        />
        <Lines
          title="Changed"
          lines={shown.changed.map(({ number, title, changed: fields }) => [
            `${number} ${title}`,
            fields.join(', '),
          ])}
        />
        <Lines
          title="Added"
          lines={shown.added.map(({ number, title, ci }) => [
            `${number} ${title}`,
            ci ?? 'unbound',
          ])}
        />
      </Stack>
    </Section>
  )
}

interface LinesProps {
  readonly title: string
  readonly lines: readonly (readonly [string, string])[]
}

function Lines({ title, lines }: LinesProps) {
  if (lines.length === 0) return null
  return (
    <div>
      <Text fw={650} size="sm">
        {title}
      </Text>
      <Table.ScrollContainer minWidth={320} maxHeight={320}>
        <Table aria-label={title}>
          <Table.Tbody>
            {lines.map(([one, other]) => (
              <Table.Tr key={`${one} ${other}`}>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{one}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{other}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  )
}
