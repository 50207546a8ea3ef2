import { Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { type LetterFilters, useDiscardAll, useReplayAll } from '../api/operations.ts'
import { Dialog } from '../ui/dialog.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'

interface BulkProps {
  readonly filters: LetterFilters
  readonly count: number
}

/** What is done with every open letter of the filter at once; asked for twice. */
export function BulkActs({ filters, count }: BulkProps) {
  const replay = useReplayAll()
  const discard = useDiscardAll()
  const [replaying, replayDialog] = useDisclosure(false)
  const [discarding, discardDialog] = useDisclosure(false)
  if (count === 0) return null
  const replayAll = (): void =>
    replay.mutate(filters, {
      onSuccess: ({ bodies, accepted, rejected }) => {
        replayDialog.close()
        const posted = bodies === 1 ? '1 body' : `${bodies} bodies`
        sayDone(`${posted} posted again: ${accepted} taken over, ${rejected} rejected`)
      },
      onError: sayRefused,
    })
  const discardAll = (): void =>
    discard.mutate(filters, {
      onSuccess: ({ discarded }) => {
        discardDialog.close()
        sayDone(`${discarded} discarded`)
      },
      onError: sayRefused,
    })
  return (
    <Group gap="xs">
      <Button variant="default" size="sm" onClick={discardDialog.open}>
        Discard all {count}
      </Button>
      <Button size="sm" onClick={replayDialog.open}>
        Replay all {count}
      </Button>
      <Dialog opened={replaying} onClose={replayDialog.close} title={`Replay ${inWords(count)}`}>
        <Text size="sm">
          Each received body {about(filters)} is posted again, once, the oldest first. What was
          accepted of it the first time counts as a repeat; what still cannot be read is a new dead
          letter.
        </Text>
        <Answer act="Replay all" busy={replay.isPending} onAct={replayAll} />
      </Dialog>
      <Dialog opened={discarding} onClose={discardDialog.close} title={`Discard ${inWords(count)}`}>
        <Text size="sm">
          Nothing is done about the dead letters {about(filters)}; they do not count as open any
          more, and are kept under Discarded.
        </Text>
        <Answer act="Discard all" busy={discard.isPending} onAct={discardAll} />
      </Dialog>
    </Group>
  )
}

function inWords(count: number): string {
  return count === 1 ? '1 dead letter' : `${count} dead letters`
}

function about({ source, scope, step }: LetterFilters): string {
  const from = source === undefined ? 'of every source' : `of ${source}`
  const of = scope === undefined ? from : `${from} in ${scope}`
  return step === undefined ? of : `${of} that failed at ${step}`
}

interface AnswerProps {
  readonly act: string
  readonly busy: boolean
  readonly onAct: () => void
}

function Answer({ act, busy, onAct }: AnswerProps) {
  return (
    <Group justify="flex-end" mt="md">
      <Button onClick={onAct} loading={busy} data-autofocus>
        {act}
      </Button>
    </Group>
  )
}
