/** What is to be done about a problem, and which changes and articles belong to it. */
import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { ProblemDetail, ProblemTask } from '../api/schema.d.ts'
import { Icon } from '../ui/icons.tsx'
import { Section } from '../ui/states.tsx'
import type { Steps } from './commands.ts'
import classes from './problems.module.css'

interface Props {
  readonly problem: ProblemDetail
  readonly steps: Pick<Steps, 'run' | 'busy'>
}

/** Those of a merged problem are seen and changed where it was merged into, under other ids. */
export function ProblemTasks({ problem: { tasks, status }, steps: { run, busy } }: Props) {
  const isMerged = status === 'merged'
  const open = tasks.filter(({ doneAt }) => doneAt === null).length
  return (
    <Section title={tasks.length === 0 ? 'Tasks' : `Tasks, ${open} open`} id="tasks">
      <ul className={classes['plain']} aria-label="Tasks">
        {tasks.map((task) => (
          <li key={task.id} className={classes['task']} data-task={task.id}>
            <Checkbox
              size="xs"
              checked={task.doneAt !== null}
              disabled={busy || isMerged}
              onChange={() =>
                void run({ do: 'task', body: { task: task.id, done: task.doneAt === null } })
              }
              label={task.text}
            />
            <Text size="xs" c="dimmed">
              {wordsOf(task)}
            </Text>
            {!isMerged && (
              <Drop
                label={`Drop ${task.id}`}
                disabled={busy}
                onDrop={() => void run({ do: 'drop-task', body: { task: task.id } })}
              />
            )}
          </li>
        ))}
      </ul>
      {!isMerged && <TaskForm run={run} busy={busy} />}
    </Section>
  )
}

function wordsOf({ assignee, due, doneBy }: ProblemTask): string {
  const words = [
    ...(assignee === null ? [] : [assignee]),
    ...(due === null ? [] : [`due ${due.slice(0, 10)}`]),
    ...(doneBy === null ? [] : [`done by ${doneBy}`]),
  ]
  return words.join(', ')
}

interface DropProps {
  readonly label: string
  readonly disabled: boolean
  readonly onDrop: () => void
}

function Drop({ label, disabled, onDrop }: DropProps) {
  return (
    <ActionIcon
      size="sm"
      variant="subtle"
      color="gray"
      aria-label={label}
      disabled={disabled}
      onClick={onDrop}
    >
      <Icon name="close" size={14} />
    </ActionIcon>
  )
}

function TaskForm({ run, busy }: Props['steps']) {
  const [text, setText] = useState('')
  const [assignee, setAssignee] = useState('')
  const [due, setDue] = useState('')
  const add = async (): Promise<void> => {
    const body = {
      text: text.trim(),
      ...(assignee.trim() === '' ? {} : { assignee: assignee.trim() }),
      // a day is over where it ends latest
      ...(due === '' ? {} : { due: `${due}T23:59:59Z` }),
    }
    if (body.text === '' || (await run({ do: 'task', body })) === null) return
    setText('')
    setAssignee('')
    setDue('')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <Group gap="xs" mt="xs" align="flex-end">
        <TextInput
          size="xs"
          style={{ flex: '1 1 180px' }}
          value={text}
          maxLength={1000}
          onChange={(event) => setText(event.currentTarget.value)}
          label="What is to be done"
        />
        <TextInput
          size="xs"
          w={120}
          value={assignee}
          maxLength={256}
          onChange={(event) => setAssignee(event.currentTarget.value)}
          label="Who"
        />
        <TextInput
          size="xs"
          w={140}
          type="date"
          value={due}
          onChange={(event) => setDue(event.currentTarget.value)}
          label="By when"
        />
        <Button size="xs" type="submit" variant="default" loading={busy}>
          Add task
        </Button>
      </Group>
    </form>
  )
}

/** Changes and articles that people linked. */
export function ProblemRelated({ problem, steps: { run, busy } }: Props) {
  const { changes, articles } = problem
  const isMerged = problem.status === 'merged'
  const [id, setId] = useState('')
  const add = async (what: 'changes' | 'articles'): Promise<void> => {
    const ids = [id.trim()]
    if (ids[0] === '') return
    if ((await run({ do: 'relate', body: { [what]: ids } })) !== null) setId('')
  }
  const drop = (what: 'changes' | 'articles', one: string): void =>
    void run({ do: 'unrelate', body: { [what]: [one] } })
  return (
    <Section title="Changes and articles" id="related">
      <ul className={classes['plain']} aria-label="Changes and articles of the problem">
        {changes.map((one) => (
          <Related
            key={one}
            what="Change"
            id={one}
            busy={busy}
            onDrop={isMerged ? null : () => drop('changes', one)}
          >
            <span className="fl-mono">{one}</span>
          </Related>
        ))}
        {articles.map((one) => (
          <Related
            key={one}
            what="Article"
            id={one}
            busy={busy}
            onDrop={isMerged ? null : () => drop('articles', one)}
          >
            <Link to="/knowledge/$id" params={{ id: one }} className="fl-link fl-mono">
              {one}
            </Link>
          </Related>
        ))}
      </ul>
      {!isMerged && (
        <Stack gap={4} mt="xs">
          <Group gap="xs" align="flex-end">
            <TextInput
              size="xs"
              style={{ flex: '1 1 180px' }}
              value={id}
              maxLength={1024}
              onChange={(event) => setId(event.currentTarget.value)}
              label="Id of a change or an article"
            />
            <Button size="xs" variant="default" disabled={busy} onClick={() => void add('changes')}>
              Add change
            </Button>
            <Button
              size="xs"
              variant="default"
              disabled={busy}
              onClick={() => void add('articles')}
            >
              Add article
            </Button>
          </Group>
        </Stack>
      )}
    </Section>
  )
}

interface RelatedProps {
  readonly what: string
  readonly id: string
  readonly busy: boolean
  /** null: it stays. */
  readonly onDrop: (() => void) | null
  readonly children: ReactNode
}

function Related({ what, id, busy, onDrop, children }: RelatedProps) {
  return (
    <li className={classes['task']}>
      <Text size="sm">
        {what} {children}
      </Text>
      <span />
      {onDrop !== null && <Drop label={`Take ${id} out`} disabled={busy} onDrop={onDrop} />}
    </li>
  )
}
