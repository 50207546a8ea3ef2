import { Button, Group, SegmentedControl, Text, Textarea } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, useState } from 'react'
import { timelineQuery } from '../api/queries.ts'
import type { Decision, Incident } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { More } from '../ui/more.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import type { Commands } from './commands.ts'
import classes from './incident.module.css'

interface TimelineProps {
  readonly incident: Incident
  /** The moment shown: nothing that came after it; undefined: now. */
  readonly at: string | undefined
  readonly commands: Commands
}

const FILTERS = [
  { value: 'all', label: 'All' },
  { value: 'incident', label: 'No alerts' },
  { value: 'people', label: 'People' },
] as const
type Filter = (typeof FILTERS)[number]['value']

/** What people and the engine did, the newest first. */
export function TimelineSection({ incident, at, commands }: TimelineProps) {
  const [filter, setFilter] = useState<Filter>('all')
  const only = filter === 'all' ? undefined : filter
  const timeline = useInfiniteQuery(timelineQuery(incident.id, { only, until: at }))
  const decisions = timeline.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Section
      title="Timeline"
      id="timeline"
      aside={
        <SegmentedControl
          size="xs"
          value={filter}
          onChange={(value) =>
            setFilter(FILTERS.find((one) => one.value === value)?.value ?? 'all')
          }
          data={[...FILTERS]}
          aria-label="Decisions shown"
        />
      }
    >
      {at === undefined && <CommentForm commands={commands} />}
      {timeline.isPending && <WaitingRows rows={3} height={40} />}
      {timeline.isError && timeline.data === undefined && (
        <Failure what="The timeline" error={timeline.error} retry={() => void timeline.refetch()} />
      )}
      {timeline.isSuccess && decisions.length === 0 && (
        <Text size="sm" c="dimmed">
          {filter === 'people' ? 'Nobody has done anything yet.' : 'Nothing was decided.'}
        </Text>
      )}
      <ol className={classes['timeline']} aria-label="Timeline, the newest first">
        {inGroups(decisions).map((group) => (
          <GroupItem key={group[0].seq} group={group} />
        ))}
      </ol>
      {timeline.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          onClick={() => void timeline.fetchNextPage()}
          loading={timeline.isFetchingNextPage}
        >
          Show earlier
        </Button>
      )}
    </Section>
  )
}

/** One line: at least one decision. */
type Line = readonly [Decision, ...Decision[]]

/** Neighbours of the same action by the engine are one line; what people do stays apart. */
function inGroups(decisions: readonly Decision[]): readonly Line[] {
  const groups: [Decision, ...Decision[]][] = []
  for (const decision of decisions) {
    const last = groups.at(-1)
    const same = last?.[0].action === decision.action && last[0].actor === decision.actor
    const together = !isPerson(decision) || decision.action.startsWith('alert.')
    if (last !== undefined && same && together) last.push(decision)
    else groups.push([decision])
  }
  return groups
}

function isPerson({ actor }: Decision): boolean {
  return actor !== 'engine' && !actor.startsWith('rule:')
}

const FEW = 3

function GroupItem({ group }: { readonly group: Line }) {
  const [first] = group
  if (group.length <= FEW) {
    return group.map((decision) => <Item key={decision.seq} decision={decision} />)
  }
  return (
    <li className={classes['event']} data-kind={kindOf(first)}>
      <div>
        <Text size="sm">
          {group.length} × {first.action.replace('.', ' ').replaceAll('_', ' ')}
        </Text>
        <More label="Show each">
          <ol className={classes['timeline']}>
            {group.map((decision) => (
              <Item key={decision.seq} decision={decision} />
            ))}
          </ol>
        </More>
      </div>
      <When at={first.at} />
    </li>
  )
}

function kindOf(decision: Decision): 'person' | 'comment' | 'engine' {
  if (decision.action === 'incident.commented') return 'comment'
  return isPerson(decision) ? 'person' : 'engine'
}

function Item({ decision }: { readonly decision: Decision }) {
  const { text, actor, at, action } = decision
  return (
    <li className={classes['event']} data-kind={kindOf(decision)} title={action}>
      <div>
        <Text span size="sm" className={classes['eventText'] ?? ''}>
          {action === 'incident.resolved' && isPerson(decision) && 'Resolved: '}
          {text}
        </Text>
        {actor !== 'engine' && !text.startsWith(actor) && (
          <Text span size="sm" c="dimmed" className={classes['by'] ?? ''}>
            {actor.replace(':', ' ')}
          </Text>
        )}
      </div>
      <When at={at} />
    </li>
  )
}

function When({ at }: { readonly at: string }) {
  return (
    <Text size="xs" c="dimmed" className={classes['eventAt'] ?? ''} component="div">
      <Ago at={at} />
    </Text>
  )
}

function CommentForm({ commands }: { readonly commands: Commands }) {
  const [text, setText] = useState('')
  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault()
    const words = text.trim()
    if (words === '') return
    if (await commands.run({ do: 'comment', body: { text: words } })) setText('')
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit()
    if (event.key === 'Escape') event.currentTarget.blur()
  }
  return (
    <form onSubmit={(event) => void submit(event)} className={classes['comment']}>
      <Textarea
        ref={commands.commentBox}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        placeholder="Comment: what you see, what you try"
        aria-label="Comment"
        autosize
        minRows={1}
        maxRows={10}
        maxLength={10_000}
      />
      {text !== '' && (
        <Group justify="flex-end" mt={6}>
          <Text size="xs" c="dimmed">
            Ctrl + Enter
          </Text>
          <Button size="compact-sm" type="submit" aria-busy={commands.busy}>
            Comment
          </Button>
        </Group>
      )}
    </form>
  )
}
