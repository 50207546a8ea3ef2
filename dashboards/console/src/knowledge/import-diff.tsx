/** What an import of articles changes, or has changed. */
import { Button, Group, Stack, Table, Text } from '@mantine/core'
import type { ArticleImport } from '../api/schema.d.ts'
import { More } from '../ui/more.tsx'
import { Section } from '../ui/states.tsx'
import { TextDiff } from './diff.tsx'

interface DiffProps {
  readonly shown: ArticleImport
  readonly busy: boolean
  readonly onApply: (force: boolean) => void
}

/** A source that says so much less than before was probably not read in full. */
const GUARDED_FROM = 0.3

export function ImportDiff({ shown, busy, onApply }: DiffProps) {
  const { state, counts, retiredShare, source } = shown
  const { added, changed, retired, same, taken, bad } = counts
  const isGuarded = retiredShare > GUARDED_FROM
  const nothing = added + changed + retired === 0
  return (
    <Section title={state === 'applied' ? 'What has changed' : 'What would change'} id="changes">
      <Stack gap="sm">
        <Group justify="space-between">
          <Text size="sm" role="status">
            {`${added} added, ${changed} changed, ${retired} retired, ${same} as they were, ${taken} of another source, ${bad} bad`}
          </Text>
          {state !== 'applied' && (
            <Button
              size="compact-sm"
              loading={busy}
              disabled={nothing}
              onClick={() => onApply(isGuarded)}
            >
              {isGuarded ? 'Apply all the same' : 'Apply'}
            </Button>
          )}
        </Group>
        {isGuarded && state !== 'applied' && (
          <Text size="sm" role="alert">
            It would retire {Math.round(100 * retiredShare)} % of what {source} has said.
          </Text>
        )}
        <Lines title="Bad files" lines={shown.bad.map(({ where, error }) => [where, error])} />
        <Lines title="Of another source" lines={shown.taken.map((one) => [one.id, one.source])} />
        <Lines title="Retired" lines={shown.retired.map(({ id, title }) => [id, title])} />
        {shown.changed.map(({ id, title, changed: fields, before, after }) => (
          <More key={id} label={`${title} (${id}): ${fields.join(', ')}`}>
            {before === null || after === null ? (
              <Text size="sm">Its text is as it was, or is too far down the list.</Text>
            ) : (
              <TextDiff before={before} after={after} />
            )}
          </More>
        ))}
        <Lines title="Added" lines={shown.added.map(({ id, title }) => [id, title])} />
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
