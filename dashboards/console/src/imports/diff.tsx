/** What an import changes or has changed, and what may be done with it. */
import { Button, Group, Progress, Stack, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { goesOn, useImportAction } from '../api/imports.ts'
import type { Import } from '../api/schema.d.ts'
import { sayRefused } from '../ui/notices.tsx'
import { Section } from '../ui/states.tsx'
import { countsText, StateMark } from './runs.tsx'

interface DiffProps {
  readonly run: Import
  /** Told of the import that takes it back. */
  readonly onStarted: (id: string) => void
}

export function Diff({ run, onStarted }: DiffProps) {
  const { id, state, source, diff, done, total, retiredShare, failure, undoes } = run
  const percent = Math.round(100 * (retiredShare ?? 0))
  return (
    <Section title={`${id} of ${source}`} id="import">
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap={6} role="status">
            <StateMark state={state} />
            <Text size="sm">{countsText(run)}</Text>
          </Group>
          <Actions run={run} onStarted={onStarted} />
        </Group>
        {goesOn(run) && total !== null && (
          <Progress value={total === 0 ? 100 : (100 * done) / total} aria-label="Progress" />
        )}
        {failure !== null && (
          <Text size="sm" c="var(--fl-bad)" role="alert">
            {failure}
          </Text>
        )}
        {state === 'guarded' && (
          <Text size="sm" role="alert">
            It would retire {percent} % of what {source} has said. Nothing has changed: confirm it,
            if that is so.
          </Text>
        )}
        {undoes !== null && (
          <Text size="sm">
            {state === 'planned' ? `It would take ${undoes} back:` : `It takes ${undoes} back.`}
          </Text>
        )}
        {diff !== null && <Parts diff={diff} />}
      </Stack>
    </Section>
  )
}

function Actions({ run: { id, state, undoable }, onStarted }: DiffProps) {
  const confirm = useImportAction('confirm')
  const undo = useImportAction('undo')
  return (
    <Group gap="xs">
      {(state === 'planned' || state === 'guarded') && (
        <Button
          size="compact-sm"
          loading={confirm.isPending}
          onClick={() => confirm.mutate(id, { onError: sayRefused })}
        >
          Apply
        </Button>
      )}
      {undoable && (
        <Button
          size="compact-sm"
          variant="default"
          loading={undo.isPending}
          onClick={() =>
            undo.mutate(id, {
              onSuccess: (started) => onStarted(started.id),
              onError: sayRefused,
            })
          }
        >
          Undo…
        </Button>
      )}
    </Group>
  )
}

function Parts({ diff }: { readonly diff: NonNullable<Import['diff']> }) {
  const { added, changed, retired, conflicts, bad } = diff
  return (
    <>
      <Part title="Bad rows" heads={['Where', 'Field', 'What is wrong']}>
        {bad.map(({ where, field, error }) => [where, field ?? '', error])}
      </Part>
      <Part title="Retired" heads={['Name', 'CI', 'Key']}>
        {retired.map(({ name, ci, key }) => [name, ci, key])}
      </Part>
      <Part title="Changed" heads={['Name', 'Attribute', 'Old', 'New']}>
        {changed.flatMap(({ name, fields, rule }) =>
          fields.length === 0
            ? [[name, rule, '', '']]
            : fields.map((one) => [name, one.field, one.old, one.new]),
        )}
      </Part>
      <Part title="Conflicts" heads={['CI', 'Attribute', 'Believed', 'Also said']}>
        {conflicts.map(({ ci, field, kept, other }) => [
          ci,
          field,
          `${kept.value} (${kept.source})`,
          `${other.value} (${other.source})`,
        ])}
      </Part>
      <Part title="Added" heads={['Name', 'CI', 'Found by']}>
        {added.map(({ name, ci, rule }) => [name, ci, rule])}
      </Part>
    </>
  )
}

interface PartProps {
  readonly title: string
  readonly heads: readonly string[]
  readonly children: readonly (readonly string[])[]
}

function Part({ title, heads, children }: PartProps): ReactNode {
  if (children.length === 0) return null
  return (
    <div>
      <Text fw={650} size="sm">
        {title}
      </Text>
      <Table.ScrollContainer minWidth={420} maxHeight={320}>
        <Table aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              {heads.map((head) => (
                <Table.Th key={head}>{head}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {children.map((cells) => (
              <Table.Tr key={JSON.stringify(cells)}>
                {cells.map((cell, at) => (
                  <Table.Td key={heads[at]} style={{ overflowWrap: 'anywhere' }}>
                    {cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  )
}
