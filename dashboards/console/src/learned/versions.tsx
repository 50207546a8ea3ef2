/** Weights that people accepted, and the way back. */
import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useUndoWeights, weightsQuery } from '../api/proposals.ts'
import type { WeightsVersion } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import rows from '../ui/rows.module.css'
import { Failure, Section } from '../ui/states.tsx'

/** Nothing where none was ever accepted: the weights are those of the rules. */
export function WeightVersions({ scope }: { readonly scope: string | undefined }) {
  const { data, error, isError, refetch } = useQuery(weightsQuery)
  if (isError) return <Failure what="Learned weights" error={error} retry={() => void refetch()} />
  const items = data?.items.filter((one) => scope === undefined || one.scope === scope) ?? []
  if (items.length === 0) return null
  return (
    <Section title="Learned weights" id="weights">
      <Text size="xs" c="dimmed" mb="sm">
        Incidents have the weights that they began with. What somebody writes into the rules since
        counts before what was learned.
      </Text>
      <ul className={rows['rows']}>
        {items.map((version) => (
          <Version key={version.id} version={version} />
        ))}
      </ul>
    </Section>
  )
}

const STATES = { in_force: 'in force', before: 'before it', undone: 'undone' } as const

function Version({ version }: { readonly version: WeightsVersion }) {
  const { id, state, text, by, at, proposal, undone } = version
  const undo = useUndoWeights()
  return (
    <li data-version={id}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0, flex: '1 1 320px' }}>
          <Group gap={6}>
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {text}
            </Text>
            <Mark tone={state === 'in_force' ? 'good' : 'calm'}>{STATES[state]}</Mark>
          </Group>
          <Text size="xs" c="dimmed">
            <span className="fl-mono">{id}</span>: accepted by {by} <Ago at={at} />, from {proposal}
            {undone !== null && (
              <>
                ; undone by {undone.by} <Ago at={undone.at} />
              </>
            )}
          </Text>
        </div>
        {state === 'in_force' && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Undo ${id}`}
            loading={undo.isPending}
            onClick={() =>
              undo.mutate(id, {
                onSuccess: () => sayDone(`${id} is undone`),
                onError: sayRefused,
              })
            }
          >
            Undo
          </Button>
        )}
      </Group>
    </li>
  )
}
