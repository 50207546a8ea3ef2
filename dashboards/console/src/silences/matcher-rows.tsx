import { ActionIcon, Button, Group, Select, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Matcher } from '../api/schema.d.ts'
import { Icon } from '../ui/icons.tsx'
import { OPERATORS, operatorOf, withOperator } from './matchers.ts'
import classes from './silences.module.css'

/** What came of asking: firing alerts it holds for by itself, or what is wrong with it. */
export interface Tried {
  readonly hits: number | null
  readonly fault: string | null
}

interface MatcherRowsProps {
  readonly matchers: readonly Matcher[]
  readonly onChange: (matchers: readonly Matcher[]) => void
  readonly tried: readonly Tried[]
  /** A window may do without. */
  readonly optional: boolean
}

const EMPTY: Matcher = { name: '', value: '', isRegex: false, isEqual: true }

export function MatcherRows({ matchers, onChange, tried, optional }: MatcherRowsProps) {
  const [added, setAdded] = useState(false)
  const change = (at: number, matcher: Matcher): void =>
    onChange(matchers.map((one, index) => (index === at ? matcher : one)))
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={500} mb={2}>
        {optional ? 'Only alerts with these labels' : 'Alerts with all of these labels'}
      </Text>
      <Text size="xs" c="dimmed" mb={8}>
        =~ and !~ take an RE2 pattern for the whole value; a label that is missing counts as empty.
      </Text>
      {matchers.map((matcher, at) => (
        <MatcherRow
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have nothing else that stays
          key={at}
          matcher={matcher}
          number={at + 1}
          tried={tried[at] ?? { hits: null, fault: null }}
          focus={added && at === matchers.length - 1}
          onChange={(next) => change(at, next)}
          onRemove={
            optional || matchers.length > 1
              ? () => onChange(matchers.filter((_, index) => index !== at))
              : null
          }
        />
      ))}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Icon name="plus" size={13} />}
        onClick={() => {
          setAdded(true)
          onChange([...matchers, EMPTY])
        }}
      >
        Add a label
      </Button>
    </fieldset>
  )
}

interface RowProps {
  readonly matcher: Matcher
  readonly number: number
  readonly tried: Tried
  readonly focus: boolean
  readonly onChange: (matcher: Matcher) => void
  readonly onRemove: (() => void) | null
}

function MatcherRow({ matcher, number, tried, focus, onChange, onRemove }: RowProps) {
  return (
    <div className={classes['matcher']} style={{ marginBottom: 8 }} data-matcher={number}>
      <TextInput
        aria-label={`Label ${number}`}
        placeholder="service"
        value={matcher.name}
        autoFocus={focus}
        onChange={(event) => onChange({ ...matcher, name: event.currentTarget.value })}
      />
      <Select
        aria-label={`Operator ${number}`}
        data={[...OPERATORS]}
        allowDeselect={false}
        value={operatorOf(matcher)}
        onChange={(operator) => onChange(withOperator(matcher, operator ?? '='))}
      />
      <TextInput
        aria-label={`Value ${number}`}
        placeholder={matcher.isRegex ? 'web-.*' : 'checkout'}
        value={matcher.value}
        error={tried.fault}
        onChange={(event) => onChange({ ...matcher, value: event.currentTarget.value })}
      />
      <Text className={classes['hits'] ?? ''} component="div">
        {tried.hits !== null && (tried.hits === 1 ? '1 alert' : `${tried.hits} alerts`)}
      </Text>
      <Group justify="flex-end">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`Remove label ${number}`}
          disabled={onRemove === null}
          onClick={onRemove ?? undefined}
        >
          <Icon name="close" size={14} />
        </ActionIcon>
      </Group>
    </div>
  )
}
