import { Button, Group, Text } from '@mantine/core'
import type { BindingSuggestion, UnboundName } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { useAddCi, useLearn, useUndoAdded } from './api.ts'

const REASONS = {
  unknown: 'no CI has it',
  ambiguous: 'several CIs have it',
  retired: 'only a retired CI has it',
} as const

/** One click on a suggestion accepts it. */
export function UnboundRow({ unbound }: { readonly unbound: UnboundName }) {
  const { id, label, name, realm, reason, count, rules, lastAt, suggestions, missing } = unbound
  const add = useAddCi()
  const undo = useUndoAdded()
  return (
    <li data-unbound={id}>
      <Group gap={6}>
        <Text size="sm" fw={600} className="fl-mono">
          {label}={name}
        </Text>
        <Mark tone="warn">{REASONS[reason]}</Mark>
        {Object.entries(realm).map(([key, value]) => (
          <Text key={key} size="xs" c="dimmed">
            {key} {value}
          </Text>
        ))}
      </Group>
      <Text size="xs" c="dimmed" component="div">
        {count === 1 ? 'one alert' : `${count} alerts`}: {rules.join(', ')}; the last{' '}
        <Ago at={lastAt} />
      </Text>
      <Group gap="xs" mt={6}>
        {suggestions.map((suggestion) => (
          <Accept key={suggestion.ci} unbound={unbound} suggestion={suggestion} />
        ))}
        {reason === 'unknown' && (
          <Button
            size="compact-sm"
            variant="subtle"
            data-main
            title={`Adds ${missing.id} to the CMDB`}
            loading={add.isPending}
            onClick={() =>
              add.mutate(unbound, {
                onSuccess: ({ id: added }) =>
                  sayDone(`${missing.id} is in the CMDB`, [
                    {
                      label: 'Undo',
                      act: () =>
                        undo.mutate(added, {
                          onSuccess: () => sayDone(`${missing.id} is retired`),
                          onError: sayRefused,
                        }),
                    },
                  ]),
                onError: sayRefused,
              })
            }
          >
            It is a new {missing.class}
          </Button>
        )}
      </Group>
    </li>
  )
}

function Accept({
  unbound: { id, name },
  suggestion: { ci, score, reasons },
}: {
  readonly unbound: UnboundName
  readonly suggestion: BindingSuggestion
}) {
  const learn = useLearn()
  return (
    <Button
      size="compact-sm"
      variant="default"
      data-main
      title={reasons.map(({ text }) => text).join('; ')}
      aria-label={`${name} means ${ci}`}
      loading={learn.isPending}
      onClick={() =>
        learn.mutate(
          { unbound: id, ci },
          { onSuccess: () => sayDone(`${name} means ${ci}`), onError: sayRefused },
        )
      }
    >
      {ci} ({Math.round(score * 100)} %)
    </Button>
  )
}
