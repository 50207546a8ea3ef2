/** Imports of past incidents that were applied; the newest of each source can be taken back. */
import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { pastImportsQuery, useUndoPast } from '../api/past.ts'
import type { PastImportRun } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { sayRefused } from '../ui/notices.tsx'
import rows from '../ui/rows.module.css'
import { Failure, Section } from '../ui/states.tsx'

export function PastRuns() {
  const runs = useQuery(pastImportsQuery())
  const undo = useUndoPast()
  if (runs.isError && runs.data === undefined)
    return <Failure what="Imports" error={runs.error} retry={() => void runs.refetch()} />
  if (runs.data === undefined) return null
  const { items, kept } = runs.data
  return (
    <Section title="Imports" id="imports">
      {items.length === 0 ? (
        <Text size="sm" c="dimmed">
          None yet. With the incidents of a year or two, problems and similar incidents are found
          from the first day.
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {kept} past incidents are kept. Only the newest import of a source can be taken back.
        </Text>
      )}
      <ul className={rows['rows']} aria-label="Imports of past incidents">
        {items.map((run) => (
          <li key={run.id} data-run={run.id}>
            <Group gap={8} justify="space-between">
              <div>
                <Text size="sm">
                  {run.source} ({run.format}): {wordsOf(run)}
                </Text>
                <Text size="xs" c="dimmed" component="div">
                  <Ago at={run.at} /> by {run.by}
                </Text>
              </div>
              {run.undoable && (
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={undo.isPending}
                  onClick={() => undo.mutate(run.id, { onError: sayRefused })}
                >
                  Undo
                </Button>
              )}
            </Group>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function wordsOf({ counts, undoes, undoneBy }: PastImportRun): string {
  const { added, changed, removed, dropped } = counts
  const said = Object.entries({ added, changed, removed, dropped }).filter(([, n]) => n > 0)
  const text = said.map(([name, count]) => `${count} ${name}`).join(', ')
  if (undoes !== null) return `${text}, by taking an import back`
  return undoneBy === null ? text : `${text}; taken back`
}
