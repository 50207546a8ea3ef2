/** The sections of a review, to be edited; its actions can become tasks of the problem. */
import { ActionIcon, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useProblemOrder } from '../api/problems.ts'
import { reviewFile, useWriteReview } from '../api/reviews.ts'
import type { IncidentReview, IncidentReviewAnswer } from '../api/schema.d.ts'
import { exact } from '../ui/clock.ts'
import { Icon } from '../ui/icons.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { saveFile } from '../ui/save-file.ts'
import { Section } from '../ui/states.tsx'

const WORDS = [
  { name: 'summary', label: 'Summary', why: 'What happened, in some sentences' },
  { name: 'impact', label: 'Impact', why: 'Who was hurt, how, and how long' },
  { name: 'rootCause', label: 'Root cause', why: 'Why it happened' },
  { name: 'wentWell', label: 'What went well', why: 'What made it shorter or milder' },
] as const

interface FormProps {
  readonly answer: IncidentReviewAnswer
  readonly onWritten: (written: IncidentReviewAnswer) => void
}

export function ReviewForm({ answer, onWritten }: FormProps) {
  const { incident, version, versions } = answer
  const [review, setReview] = useState(answer.review)
  const write = useWriteReview(incident)
  const change = (part: Partial<IncidentReview>): void => setReview({ ...review, ...part })
  const save = async (): Promise<void> => {
    const actions = review.actions.map((text) => text.trim()).filter((text) => text !== '')
    try {
      // an older version is written anew on top of the newest
      const body = { base: versions.length, review: { ...review, actions } }
      const written = await write.mutateAsync(body)
      sayDone(`Version ${written.version} written`, [])
      onWritten(written)
    } catch (cause) {
      sayRefused(cause as Error)
    }
  }
  const download = async (): Promise<void> => {
    try {
      saveFile(await reviewFile(incident, version), `review-${incident}.md`)
    } catch (cause) {
      sayRefused(cause as Error)
    }
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="md">
        {WORDS.map(({ name, label, why }) => (
          <Textarea
            key={name}
            label={label}
            description={why}
            autosize
            minRows={2}
            maxLength={20_000}
            value={review[name]}
            onChange={(event) => change({ [name]: event.currentTarget.value })}
          />
        ))}
        <Actions answer={answer} review={review} change={change} />
        <Timeline review={review} change={change} />
        <Group gap="xs">
          <Button type="submit" loading={write.isPending}>
            Save as version {versions.length + 1}
          </Button>
          <Button variant="default" onClick={() => void download()}>
            {version === 0 ? 'Draft as Markdown' : `Version ${version} as Markdown`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface PartProps {
  readonly review: IncidentReview
  readonly change: (part: Partial<IncidentReview>) => void
}

function Actions({ answer: { problem }, review, change }: PartProps & Pick<FormProps, 'answer'>) {
  const order = useProblemOrder()
  const { actions } = review
  const set = (index: number, text: string): void =>
    change({ actions: actions.map((one, at) => (at === index ? text : one)) })
  const toTask = async (to: string, text: string): Promise<void> => {
    try {
      await order.mutateAsync({ problem: to, command: { do: 'task', body: { text: text.trim() } } })
      sayDone(`A task of ${to}`, [])
    } catch (cause) {
      sayRefused(cause as Error)
    }
  }
  return (
    <Section title="Actions" id="actions">
      <Stack gap="xs">
        {actions.map((text, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and keep their order
          <Group key={index} gap="xs" wrap="nowrap">
            <TextInput
              style={{ flex: 1 }}
              size="sm"
              aria-label={`Action ${index + 1}`}
              maxLength={1000}
              value={text}
              onChange={(event) => set(index, event.currentTarget.value)}
            />
            {problem !== null && (
              <Button
                size="xs"
                variant="default"
                disabled={text.trim() === '' || order.isPending}
                onClick={() => void toTask(problem, text)}
              >
                Task of {problem}
              </Button>
            )}
            <Remove
              label={`Remove action ${index + 1}`}
              onClick={() => change({ actions: actions.filter((_, at) => at !== index) })}
            />
          </Group>
        ))}
        <Button
          size="xs"
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          onClick={() => change({ actions: [...actions, ''] })}
        >
          Add action
        </Button>
      </Stack>
    </Section>
  )
}

function Timeline({ review: { timeline }, change }: PartProps) {
  const set = (index: number, text: string): void =>
    change({ timeline: timeline.map((one, at) => (at === index ? { ...one, text } : one)) })
  return (
    <Section title="Timeline" id="moments">
      <Stack gap="xs">
        {timeline.map(({ at, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: moments may be at one time, and keep their order
          <Group key={index} gap="xs" wrap="nowrap">
            <Text size="xs" c="dimmed" className="fl-num" style={{ flex: '0 0 auto' }}>
              {exact(at)}
            </Text>
            <TextInput
              style={{ flex: 1 }}
              size="xs"
              aria-label={`What happened at ${exact(at)}`}
              maxLength={2000}
              value={text}
              onChange={(event) => set(index, event.currentTarget.value)}
            />
            <Remove
              label={`Remove moment ${index + 1}`}
              onClick={() => change({ timeline: timeline.filter((_, one) => one !== index) })}
            />
          </Group>
        ))}
        <NewMoment onAdd={(moment) => change({ timeline: inOrder([...timeline, moment]) })} />
      </Stack>
    </Section>
  )
}

type Moment = IncidentReview['timeline'][number]

function inOrder(timeline: readonly Moment[]): Moment[] {
  return [...timeline].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

function NewMoment({ onAdd }: { readonly onAdd: (moment: Moment) => void }) {
  const [when, setWhen] = useState('')
  const [text, setText] = useState('')
  return (
    <Group gap="xs" align="flex-end">
      <TextInput
        size="xs"
        type="datetime-local"
        label="When"
        value={when}
        onChange={(event) => setWhen(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        style={{ flex: '1 1 180px' }}
        label="What happened"
        maxLength={2000}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button
        size="xs"
        variant="default"
        disabled={when === '' || text.trim() === ''}
        onClick={() => {
          onAdd({ at: new Date(when).toISOString(), text: text.trim() })
          setText('')
        }}
      >
        Add moment
      </Button>
    </Group>
  )
}

function Remove({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={onClick}>
      <Icon name="close" size={14} />
    </ActionIcon>
  )
}
