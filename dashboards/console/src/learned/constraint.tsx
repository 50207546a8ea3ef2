import { Button, Group, Text } from '@mantine/core'
import { useForget } from '../api/constraints.ts'
import type { Constraint } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { VERBS } from './verbs.ts'

const RELATIONS = {
  together: { name: 'belong together', tone: 'accent' },
  apart: { name: 'are apart', tone: 'calm' },
  noise: { name: 'is no incident', tone: 'warn' },
} as const

export function ConstraintRow({ constraint }: { readonly constraint: Constraint }) {
  const { id, scope, relation, a, b, severity, used } = constraint
  const forget = useForget()
  const { name, tone } = RELATIONS[relation]
  return (
    <li data-constraint={id}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
        <div>
          <Group gap={6}>
            <Text size="sm" fw={600}>
              {a.text}
            </Text>
            {b !== null && (
              <>
                <Text size="sm">and</Text>
                <Text size="sm" fw={600}>
                  {b.text}
                </Text>
              </>
            )}
            <Mark tone={tone}>{name}</Mark>
            {severity !== null && <Text size="sm">up to {severity}</Text>}
            {scope !== 'default' && <Text size="sm">in {scope}</Text>}
          </Group>
          <Origin constraint={constraint} />
        </div>
        <Group gap="md" wrap="nowrap">
          <Text size="xs" c="dimmed" ta="right">
            {used === 0 ? 'never used' : `used ${used === 1 ? 'once' : `${used} times`}`}
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            data-main
            aria-label={`Take back ${id}`}
            loading={forget.isPending}
            onClick={() =>
              forget.mutate(id, {
                onSuccess: () => sayDone(`${id} no longer holds`),
                onError: sayRefused,
              })
            }
          >
            Take back
          </Button>
        </Group>
      </Group>
    </li>
  )
}

function Origin({ constraint }: { readonly constraint: Constraint }) {
  const { id, by, at, from, usedAt, expiresAt } = constraint
  return (
    <Text size="xs" c="dimmed" component="div">
      <span className="fl-mono">{id}</span>: {by} {VERBS[from.kind]}{' '}
      <IncidentLink id={from.incident} />
      {from.other !== from.incident && (
        <>
          {' '}
          and <IncidentLink id={from.other} />
        </>
      )}{' '}
      <Ago at={at} />
      {usedAt !== null && (
        <>
          , of use <Ago at={usedAt} />
        </>
      )}
      , holds until <time dateTime={expiresAt}>{expiresAt.slice(0, 10)}</time>
    </Text>
  )
}
