import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { deadLettersQuery, useReplay } from '../api/operations.ts'
import type { DeadLetterPage } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { More } from '../ui/more.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import classes from '../ui/rows.module.css'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'

/** What could not be read or applied, with a way back in. */
export function LettersPage() {
  const list = useInfiniteQuery(deadLettersQuery({}))
  const letters = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Stack gap="md">
      <title>Dead letters · Faultline</title>
      <Title order={1} size="h3">
        Dead letters
      </Title>
      <Section title="What could not be read or applied" id="dead-letters">
        {list.isPending && <WaitingRows rows={2} height={40} />}
        {list.isError && list.data === undefined && (
          <Failure what="The dead letters" error={list.error} retry={() => void list.refetch()} />
        )}
        {list.data !== undefined && letters.length === 0 && (
          <Text size="sm" c="dimmed">
            Everything that came in could be read.
          </Text>
        )}
        <ul className={classes['rows']}>
          {letters.map((letter) => (
            <Letter key={letter.id} letter={letter} />
          ))}
        </ul>
        {list.hasNextPage && (
          <Button
            variant="default"
            size="xs"
            mt="sm"
            onClick={() => void list.fetchNextPage()}
            loading={list.isFetchingNextPage}
          >
            Load more
          </Button>
        )}
      </Section>
    </Stack>
  )
}

type LetterItem = DeadLetterPage['items'][number]

const KIB = 1024

function sizeOf(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`
  return bytes < KIB * KIB
    ? `${Math.round(bytes / KIB)} KiB`
    : `${(bytes / KIB / KIB).toFixed(1)} MiB`
}

function Letter({ letter }: { readonly letter: LetterItem }) {
  const { id, source, step, reason, pointer, at, bodyStart, bodyBytes } = letter
  const replay = useReplay()
  const again = (): void =>
    replay.mutate(
      { id },
      {
        onSuccess: ({ accepted, rejected }) =>
          sayDone(`${accepted} taken over, ${rejected.length} still rejected`),
        onError: sayRefused,
      },
    )
  return (
    <li>
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <div>
          <Group gap={8}>
            <Text size="sm" fw={650}>
              {source}
            </Text>
            <Mark tone="warn">{step}</Mark>
            <Text size="xs" c="dimmed" component="div">
              <Ago at={at} /> · {sizeOf(bodyBytes)}
            </Text>
          </Group>
          <Text size="sm">
            {reason} <span className="fl-mono">{pointer}</span>
          </Text>
        </div>
        <Button
          size="compact-sm"
          variant="default"
          onClick={again}
          loading={replay.isPending}
          flex="none"
        >
          Replay
        </Button>
      </Group>
      <More label="Body">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the focus */}
        <pre className={classes['body']} tabIndex={0}>
          {bodyStart}
          {bodyStart.length < bodyBytes && bodyStart.length >= 4096 && '\n…'}
        </pre>
      </More>
    </li>
  )
}
