import { ActionIcon, Anchor, Button, Drawer, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { articleQuery } from '../api/queries.ts'
import type { Incident } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'
import { Icon } from '../ui/icons.tsx'
import { Marked, wordsOf } from '../ui/marked.tsx'
import { More } from '../ui/more.tsx'
import { sayDone } from '../ui/notices.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { TermTable } from '../ui/terms.tsx'
import type { Commands } from './commands.ts'
import classes from './incident.module.css'

/** Laying out Markdown is loaded with the first article that is read. */
const Markdown = lazy(async () => ({
  default: (await import('../knowledge/markdown.tsx')).Markdown,
}))
const FIRST = 3

interface ArticlesProps {
  readonly incident: Incident
  readonly commands: Commands
}

type Suggested = Incident['articles'][number]

/** Articles that fit, with the passage that does. */
export function ArticlesSection({ incident, commands }: ArticlesProps) {
  const [reading, setReading] = useState<string | null>(null)
  const read = incident.articles.find(({ id }) => id === reading)
  const words = useMemo(() => wordsOf(read?.terms ?? []), [read])
  const more = incident.articles.slice(FIRST)
  const list = (articles: readonly Suggested[]) => (
    <ol className={classes['articles']}>
      {articles.map((article) => (
        <ArticleItem key={article.id} article={article} commands={commands} onRead={setReading} />
      ))}
    </ol>
  )
  return (
    <Section
      title="Runbooks"
      id="articles"
      aside={
        incident.articles.length > 0 && incident.resolvedAt !== null && <Draft {...incident} />
      }
    >
      {incident.articles.length === 0 ? (
        <Text size="sm" c="dimmed">
          No article fits. <Draft {...incident} />
        </Text>
      ) : (
        <>
          {list(incident.articles.slice(0, FIRST))}
          {more.length > 0 && (
            <div className={classes['others']}>
              <More label={`${more.length} more`}>{list(more)}</More>
            </div>
          )}
        </>
      )}
      <Drawer
        opened={reading !== null}
        onClose={() => setReading(null)}
        position="right"
        size="lg"
        title={read?.title ?? 'Article'}
      >
        {reading !== null && <ArticleText id={reading} words={words} />}
      </Drawer>
    </Section>
  )
}

/** What was found out is there for the next one who is woken by it. */
function Draft({ id, resolvedAt }: Pick<Incident, 'id' | 'resolvedAt'>) {
  return (
    <Link to="/knowledge/new" search={{ incident: id }} className="fl-link">
      {resolvedAt === null ? 'Draft one from this incident' : 'Draft an article from it'}
    </Link>
  )
}

interface ItemProps {
  readonly article: Suggested
  readonly commands: Commands
  readonly onRead: (id: string) => void
}

const HOW = {
  linked: { tone: 'accent', text: 'linked', why: 'The alert rule itself names this article.' },
  known_error: {
    tone: 'accent',
    text: 'known error',
    why: 'The workaround of the problem that this incident is one of.',
  },
  match: { tone: 'calm', text: 'match', why: 'Found by its words.' },
} as const

function ArticleItem({ article, commands, onRead }: ItemProps) {
  const { id, title, how, passage, score, terms } = article
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <Group gap={8}>
          <Anchor component="button" size="sm" fw={600} ta="left" onClick={() => onRead(id)}>
            {title}
          </Anchor>
          <Mark tone={HOW[how].tone} why={HOW[how].why}>
            {HOW[how].text}
          </Mark>
        </Group>
        <Votes article={article} commands={commands} />
      </Group>
      {passage !== '' && (
        <blockquote className={classes['passage']}>
          <Marked text={passage} words={wordsOf(terms)} />
        </blockquote>
      )}
      <More label="Why this one">
        <TermTable terms={terms} score={score} sum="score" />
      </More>
    </li>
  )
}

function Votes({ article: { id, title }, commands }: Omit<ItemProps, 'onRead'>) {
  if (!commands.editable) return null
  const vote = (helpful: boolean) => () =>
    void commands.run({ do: 'vote', body: { article: id, helpful } }, () =>
      sayDone(helpful ? 'Noted: it helped' : 'Noted: it did not help'),
    )
  return (
    <Group gap={2} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`${title} helped`}
        title="It helped"
        onClick={vote(true)}
      >
        <Icon name="up" size={15} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`${title} did not help`}
        title="It did not help"
        onClick={vote(false)}
      >
        <Icon name="down" size={15} />
      </ActionIcon>
    </Group>
  )
}

/** The article as it is read, with what made it fit marked in it. */
function ArticleText({ id, words }: { readonly id: string; readonly words: readonly string[] }) {
  const { data, error, isPending, refetch } = useQuery(articleQuery(id))
  if (isPending) return <WaitingRows rows={3} />
  if (error !== null) {
    return <Failure what="The article" error={error} retry={() => void refetch()} />
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="xs" c="dimmed" className="fl-mono">
          {id}
        </Text>
        <Link to="/knowledge/$id" params={{ id }} className="fl-link">
          Its page
        </Link>
      </Group>
      <Suspense fallback={<WaitingRows rows={3} />}>
        <Markdown text={data.body} words={words} />
      </Suspense>
      <Button
        component="a"
        variant="default"
        size="xs"
        href={`data:text/markdown;charset=utf-8,${encodeURIComponent(data.body)}`}
        download={`${id.replaceAll('/', '-')}.md`}
        style={{ alignSelf: 'flex-start' }}
      >
        Download
      </Button>
    </Stack>
  )
}
