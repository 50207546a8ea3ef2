import { Button, Group, Text, Textarea } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type RefObject, useState } from 'react'
import { problemTimelineQuery } from '../api/problems.ts'
import { Ago } from '../ui/ago.tsx'
import { LoadMore } from '../ui/load-more.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import classes from './problems.module.css'

interface TimelineProps {
  readonly id: string
  readonly commentBox: RefObject<HTMLTextAreaElement | null>
  /** Resolves to whether it was taken. */
  readonly onComment: (text: string) => Promise<boolean>
}

/** What people and the engine did, the newest first. */
export function ProblemTimeline({ id, commentBox, onComment }: TimelineProps) {
  const timeline = useInfiniteQuery(problemTimelineQuery(id))
  const decisions = timeline.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Section title="Timeline" id="timeline">
      <CommentForm commentBox={commentBox} onComment={onComment} />
      {timeline.isPending && <WaitingRows rows={3} height={40} />}
      {timeline.isError && timeline.data === undefined && (
        <Failure what="The timeline" error={timeline.error} retry={() => void timeline.refetch()} />
      )}
      <ol className={classes['timeline']} aria-label="Timeline, the newest first">
        {decisions.map(({ seq, at, text, actor }) => (
          <li key={seq}>
            <Text size="sm" className={classes['words'] ?? ''}>
              {text}
            </Text>
            <Text size="xs" c="dimmed">
              {actor === 'engine' ? 'Faultline' : actor}, <Ago at={at} />
            </Text>
          </li>
        ))}
      </ol>
      <LoadMore list={timeline} label="Show earlier" />
    </Section>
  )
}

function CommentForm({ commentBox, onComment }: Omit<TimelineProps, 'id'>) {
  const [text, setText] = useState('')
  const send = async (): Promise<void> => {
    const words = text.trim()
    if (words !== '' && (await onComment(words))) setText('')
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <Textarea
        ref={commentBox}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur()
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send()
        }}
        placeholder="What did you find?"
        aria-label="Comment"
        autosize
        minRows={1}
        maxLength={10_000}
      />
      {text.trim() !== '' && (
        <Group justify="flex-end" mt={6}>
          <Button type="submit" size="compact-sm">
            Comment
          </Button>
        </Group>
      )}
    </form>
  )
}
