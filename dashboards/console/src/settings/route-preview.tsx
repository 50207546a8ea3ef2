/** Who would be told of an alert at a given time, and why: asked of the rules in force, nothing is kept. */
import { Button, Group, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { request } from '../api/client.ts'
import type { RoutePreview } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'
import { Failure, Section } from '../ui/states.tsx'
import classes from './settings.module.css'

const EXAMPLE = 'alertname=ApiDown\nservice=payments\nseverity=critical'

/** `name=value` by line; what has no sign of equality is left out. */
function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const at = line.indexOf('=')
      return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]]
    }),
  )
}

export function RoutePreviewSection() {
  const [text, setText] = useState(EXAMPLE)
  const [time, setTime] = useState('')
  const preview = useMutation({
    mutationFn: () =>
      request<RoutePreview>('/api/v1/rules/route-preview', {
        body: {
          labels: labelsOf(text),
          // the time of this browser's zone, as it is chosen
          ...(time === '' ? {} : { at: new Date(time).toISOString() }),
        },
      }),
  })
  const ask = (event: FormEvent): void => {
    event.preventDefault()
    preview.mutate()
  }
  return (
    <Section title="Who would be told" id="route-preview">
      <form onSubmit={ask}>
        <Textarea
          label="Labels of an alert"
          description="One by line, as name=value"
          autosize
          minRows={3}
          maxRows={12}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group align="end" gap="sm" mt={8}>
          <TextInput
            label="At"
            description="Now unless given"
            type="datetime-local"
            value={time}
            onChange={(event) => setTime(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={preview.isPending}>
            Ask the rules
          </Button>
        </Group>
      </form>
      {preview.error !== null && (
        <Failure what="The answer" error={preview.error} retry={() => preview.mutate()} />
      )}
      {preview.data !== undefined && <Answer preview={preview.data} />}
    </Section>
  )
}

function Answer({ preview }: { readonly preview: RoutePreview }) {
  const { text, ci, priority, asked } = preview
  return (
    <div data-routed={preview.team ?? ''}>
      <Text size="sm" mt={12}>
        {text}.
      </Text>
      <Text size="xs" c="dimmed">
        P{priority}, {ci === null ? 'bound to no CI' : `bound to ${ci}`}
      </Text>
      <ul className={classes['faults']}>
        {asked.map(({ rule, depth, holds, why }) => (
          <li key={rule} data-asked={rule} style={{ marginInlineStart: depth * 16 }}>
            <span className="fl-mono">{rule}</span>{' '}
            <Mark tone={holds ? 'good' : 'calm'}>{holds ? 'holds' : 'does not hold'}</Mark>{' '}
            <Text span size="xs" c="dimmed">
              {why}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  )
}
