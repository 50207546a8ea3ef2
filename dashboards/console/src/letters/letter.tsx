import { Button, Group, Text, Textarea, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { letterQuery, useDiscard, useReplay } from '../api/operations.ts'
import type { DeadLetterPage, Receipt } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import classes from '../ui/rows.module.css'
import { bytesText } from '../ui/sizes.ts'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { shownSafely } from './body.ts'

export type LetterItem = DeadLetterPage['items'][number]

interface LetterProps {
  readonly letter: LetterItem
}

export function Letter({ letter }: LetterProps) {
  const { id, source, scope, step, reason, pointer, at, bodyBytes, state } = letter
  const [opened, { toggle }] = useDisclosure(false)
  return (
    <li data-letter={id}>
      <Group justify="space-between" gap="sm" align="flex-start">
        <div style={{ flex: '1 1 320px' }}>
          <Group gap={8}>
            <Text size="sm" fw={650}>
              {source}
            </Text>
            <Mark tone="warn">{step}</Mark>
            {scope !== 'default' && <Text size="sm">in {scope}</Text>}
            {state !== 'open' && <MarkedBy letter={letter} />}
            <Text size="xs" c="dimmed" component="div">
              <Ago at={at} /> · {bytesText(bodyBytes)}
            </Text>
          </Group>
          <Text size="sm">
            {reason} <span className="fl-mono">{pointer}</span>
          </Text>
          <UnstyledButton
            className={classes['open'] ?? ''}
            aria-expanded={opened}
            onClick={toggle}
            data-main
          >
            <Icon name={opened ? 'expand' : 'chevron'} size={13} /> Body
          </UnstyledButton>
        </div>
        <Acts letter={letter} />
      </Group>
      {opened && <Body letter={letter} />}
    </li>
  )
}

function MarkedBy({ letter: { state, marked } }: LetterProps) {
  return (
    <Text size="xs" c="dimmed" component="div">
      <Mark tone={state === 'replayed' ? 'good' : 'calm'}>{state}</Mark>
      {marked !== null && (
        <>
          {' by '}
          {marked.by} <Ago at={marked.at} />
        </>
      )}
    </Text>
  )
}

function told({ accepted, rejected }: Receipt): string {
  return `${accepted} taken over, ${rejected.length} still rejected`
}

function Acts({ letter: { id, state } }: LetterProps) {
  const replay = useReplay()
  const discard = useDiscard()
  const [mending, dialog] = useDisclosure(false)
  const again = (body?: string): void =>
    replay.mutate(
      { id, ...(body === undefined ? {} : { body }) },
      {
        onSuccess: (receipt) => {
          dialog.close()
          sayDone(told(receipt))
        },
        onError: sayRefused,
      },
    )
  return (
    <Group gap={6}>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => again()}
        loading={replay.isPending}
      >
        Replay
      </Button>
      <Button size="compact-sm" variant="default" onClick={dialog.open}>
        Mend
      </Button>
      {state === 'open' && (
        <Button
          size="compact-sm"
          variant="default"
          loading={discard.isPending}
          onClick={() =>
            discard.mutate(id, { onSuccess: () => sayDone('Discarded'), onError: sayRefused })
          }
        >
          Discard
        </Button>
      )}
      <Dialog opened={mending} onClose={dialog.close} title="Mend and replay" size="xl">
        <Mend id={id} onReplay={again} busy={replay.isPending} />
      </Dialog>
    </Group>
  )
}

interface MendProps {
  readonly id: string
  readonly onReplay: (body: string) => void
  readonly busy: boolean
}

/** The whole body to be put right by hand; what was received stays as it was. */
function Mend({ id, onReplay, busy }: MendProps) {
  const { data, error } = useQuery(letterQuery(id))
  const [text, setText] = useState<string | null>(null)
  if (error !== null) return <Failure what="The body" error={error} />
  if (data === undefined) return <WaitingRows rows={1} height={240} />
  const body = text ?? data.body
  return (
    <>
      <Textarea
        label="Body"
        autosize
        minRows={10}
        maxRows={26}
        value={body}
        onChange={(event) => setText(event.currentTarget.value)}
        styles={{ input: { fontFamily: 'var(--fl-mono)', fontSize: 12 } }}
        data-autofocus
      />
      <Group justify="flex-end" mt="sm">
        <Button onClick={() => onReplay(body)} loading={busy}>
          Replay as it stands here
        </Button>
      </Group>
    </>
  )
}

/** Text that is never anything but text; the rest of a long one comes when asked for. */
function Body({ letter: { id, bodyStart, bodyBytes } }: LetterProps) {
  const isCut = bodyStart.length < bodyBytes && bodyStart.length >= 4096
  const [whole, { open }] = useDisclosure(false)
  const { data, error, isFetching } = useQuery({ ...letterQuery(id), enabled: whole && isCut })
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the focus */}
      <pre className={classes['body']} tabIndex={0}>
        {shownSafely(data?.body ?? bodyStart)}
      </pre>
      {isCut && data === undefined && (
        <Button size="compact-xs" variant="default" mt={6} onClick={open} loading={isFetching}>
          Show all {bytesText(bodyBytes)}
        </Button>
      )}
      {error !== null && <Failure what="The whole body" error={error} />}
    </>
  )
}
