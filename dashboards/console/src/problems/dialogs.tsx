/** Dialogs of one problem: who has it, how to live with it, why it is over, what it is the same as. */
import { Button, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { type ProblemCommand, problemsQuery } from '../api/problems.ts'
import type { ProblemAnswer, ProblemDetail } from '../api/schema.d.ts'
import { useSession } from '../api/session.ts'
import { Dialog } from '../ui/dialog.tsx'

export type ProblemDialog = 'assign' | 'workaround' | 'resolve' | 'merge'

interface DialogProps {
  readonly problem: ProblemDetail
  readonly busy: boolean
  readonly onClose: () => void
  readonly run: (command: ProblemCommand) => Promise<ProblemAnswer | null>
}

export function ProblemDialogs({
  dialog,
  ...props
}: DialogProps & { readonly dialog: ProblemDialog | null }) {
  switch (dialog) {
    case null:
      return null
    case 'assign':
      return <AssignDialog {...props} />
    case 'workaround':
      return <WorkaroundDialog {...props} />
    case 'resolve':
      return <ResolveDialog {...props} />
    case 'merge':
      return <MergeDialog {...props} />
  }
}

interface FrameProps {
  readonly title: string
  readonly button: string
  readonly disabled?: boolean
  readonly left?: ReactNode
  readonly children: ReactNode
  readonly onSubmit: () => void
}

function Frame({
  title,
  button,
  disabled = false,
  left,
  children,
  onSubmit,
  busy,
  onClose,
}: FrameProps & Pick<DialogProps, 'busy' | 'onClose'>) {
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <Stack>
          {children}
          <Group justify="space-between">
            <Group gap="xs">{left}</Group>
            <Button type="submit" disabled={disabled} loading={busy}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

function AssignDialog({ problem, busy, onClose, run }: DialogProps) {
  const { actor } = useSession()
  const [name, setName] = useState(problem.owner ?? '')
  const assign = async (to: string | null): Promise<void> => {
    if ((await run({ do: 'assign', body: { to } })) !== null) onClose()
  }
  return (
    <Frame
      {...{ busy, onClose }}
      title={`Assign ${problem.id}`}
      button="Assign"
      disabled={name.trim() === ''}
      onSubmit={() => void assign(name.trim())}
      left={
        <>
          <Button variant="default" onClick={() => void assign(actor ?? 'admin')}>
            To me
          </Button>
          {problem.owner !== null && (
            <Button variant="default" onClick={() => void assign(null)}>
              To nobody
            </Button>
          )}
        </>
      }
    >
      <TextInput
        label="Owner"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={256}
        data-autofocus
      />
    </Frame>
  )
}

function WorkaroundDialog({ problem, busy, onClose, run }: DialogProps) {
  const [text, setText] = useState(problem.workaround ?? '')
  const save = async (words: string | null): Promise<void> => {
    if ((await run({ do: 'workaround', body: { text: words } })) !== null) onClose()
  }
  return (
    <Frame
      {...{ busy, onClose }}
      title={`Workaround for ${problem.id}`}
      button="Save"
      disabled={text.trim() === ''}
      onSubmit={() => void save(text.trim())}
      left={
        problem.workaround !== null && (
          <Button variant="default" onClick={() => void save(null)}>
            Take it back
          </Button>
        )
      }
    >
      <Textarea
        label="How to live with it"
        description="Markdown. It becomes an article, suggested at every incident of the problem"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        minRows={4}
        autosize
        maxLength={10_000}
        data-autofocus
      />
    </Frame>
  )
}

function ResolveDialog({ problem, busy, onClose, run }: DialogProps) {
  const [text, setText] = useState(problem.resolution ?? '')
  const resolve = async (): Promise<void> => {
    const resolution = text.trim()
    const body = resolution === '' ? {} : { resolution }
    if ((await run({ do: 'resolve', body })) !== null) onClose()
  }
  return (
    <Frame
      {...{ busy, onClose }}
      title={`Resolve ${problem.id}`}
      button="Resolve"
      onSubmit={() => void resolve()}
    >
      <Textarea
        label="What removed the cause"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        minRows={3}
        autosize
        maxLength={10_000}
        data-autofocus
      />
      <Text size="sm" c="dimmed">
        When an incident of it comes again, it opens by itself.
      </Text>
    </Frame>
  )
}

const CHOICES = 6

function MergeDialog({ problem, busy, onClose, run }: DialogProps) {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [q] = useDebouncedValue(text.trim(), 200)
  const list = useInfiniteQuery(problemsQuery(q === '' ? {} : { q }))
  const found = (list.data?.pages[0]?.items ?? [])
    .filter(({ id }) => id !== problem.id)
    .slice(0, CHOICES)
  const merge = async (): Promise<void> => {
    if (chosen === null) return
    if ((await run({ do: 'merge', body: { from: [chosen] } })) !== null) onClose()
  }
  return (
    <Frame
      {...{ busy, onClose }}
      title={`Merge another problem into ${problem.id}`}
      button="Merge"
      disabled={chosen === null}
      onSubmit={() => void merge()}
    >
      <TextInput
        label="Which one"
        placeholder="Search title, CI, service, owner"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        data-autofocus
      />
      {found.length === 0 && !list.isPending && (
        <Text size="sm" c="dimmed">
          There is no other problem like that.
        </Text>
      )}
      <Radio.Group value={chosen} onChange={setChosen} aria-label="Problems">
        <Stack gap="xs">
          {found.map(({ id, title }) => (
            <Radio key={id} value={id} label={title} description={id} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm" c="dimmed">
        The older one stays, with the incidents of both.
      </Text>
    </Frame>
  )
}
