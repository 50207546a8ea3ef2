/** One article: its text, whose it is, its versions, and where it was of use. */
import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { articleNowQuery, articleUsesQuery, useArticleAct } from '../api/articles.ts'
import type { Article } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { useKeys } from '../ui/keys.ts'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { SafeLink } from '../ui/safe-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { Markdown } from './markdown.tsx'
import { ReviewMark } from './row.tsx'
import { PEOPLE, PROBLEMS, problemOf } from './source.ts'
import { Versions } from './versions.tsx'

export function ArticlePage() {
  const { id } = useParams({ from: '/inside/knowledge/$id' })
  const navigate = useNavigate()
  const { data, error, isPending, refetch } = useQuery(articleNowQuery(id))
  const isOurs = data !== undefined && data.source === PEOPLE && !data.retired
  useKeys({
    u: () => void navigate({ to: '/knowledge' }),
    e: isOurs ? () => void navigate({ to: '/knowledge/$id/edit', params: { id } }) : undefined,
  })
  if (isPending) return <WaitingRows rows={3} height={120} />
  if (error !== null && data === undefined)
    return <Failure what="The article" error={error} retry={() => void refetch()} />
  return (
    <Stack gap="md">
      <title>{`${data.title} · Faultline`}</title>
      <Head article={data} />
      <Section title="Article" id="article">
        <Markdown text={data.body} />
      </Section>
      <Uses id={id} />
      <Versions article={data} />
    </Stack>
  )
}

function Head({ article }: { readonly article: Article }) {
  const { id, title, source, retired, owner, reviewOn, url, updatedAt, updatedBy, revision } =
    article
  const problem = problemOf(article)
  return (
    <Stack gap={6}>
      <Anchor renderRoot={(props) => <Link to="/knowledge" {...props} />} size="sm">
        Knowledge
      </Anchor>
      <Group justify="space-between" align="flex-start">
        <Title order={1} size="h3">
          {title}
        </Title>
        <Actions article={article} />
      </Group>
      <Group gap="xs">
        <Text size="sm" c="dimmed" className="fl-mono">
          {id}
        </Text>
        <Mark tone="calm" why={whereOf(source)}>
          {source}
        </Mark>
        {retired && (
          <Mark tone="warn" why="It is suggested no more.">
            retired
          </Mark>
        )}
        <ReviewMark reviewOn={reviewOn} />
      </Group>
      <Text size="sm">
        Owner: {owner ?? 'nobody'}
        {reviewOn !== null && ` · Review by ${reviewOn}`}
        {updatedAt !== null && (
          <>
            {` · Version ${revision} by ${updatedBy}, `}
            <Ago at={updatedAt} />
          </>
        )}
        {problem !== null && (
          <>
            {' · Workaround of '}
            <Link to="/problems/$id" params={{ id: problem }} className="fl-link">
              {problem}
            </Link>
          </>
        )}
        {url !== null && (
          <>
            {' · '}
            <SafeLink href={url}>Where it is from</SafeLink>
          </>
        )}
      </Text>
      <Facts article={article} />
    </Stack>
  )
}

const HOW: Readonly<Record<string, string>> = {
  linked: ', linked by the rule',
  known_error: ', as the workaround of its problem',
}

function whereOf(source: string): string {
  if (source === PEOPLE) return 'It is written here.'
  if (source === PROBLEMS) return 'It is the workaround of a problem, and is written there.'
  if (source === 'folder') return 'It is changed in the folder of articles.'
  return `It is changed where ${source} has it from.`
}

/** What it is for. */
function Facts({
  article: { alertnames, classes, services, tags },
}: {
  readonly article: Article
}) {
  const facts = [
    ['Alerts', alertnames],
    ['Classes', classes],
    ['Services', services],
    ['Tags', tags],
  ] as const
  const shown = facts.filter(([, values]) => values.length > 0)
  if (shown.length === 0) return null
  return (
    <Text size="sm" c="dimmed">
      {shown.map(([name, values]) => `${name}: ${values.join(', ')}`).join(' · ')}
    </Text>
  )
}

function Actions({ article }: { readonly article: Article }) {
  const { id, source, retired, revision } = article
  const act = useArticleAct()
  const bringBack = (to: number): void =>
    act.mutate(
      { do: 'restore', id, revision: to },
      { onSuccess: () => sayDone('It is back'), onError: sayRefused },
    )
  if (retired && source === PROBLEMS) return null
  if (retired)
    return (
      <Button size="xs" loading={act.isPending} onClick={() => bringBack(revision)}>
        Bring it back
      </Button>
    )
  if (source !== PEOPLE)
    return (
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {whereOf(source)}
        </Text>
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => <Link to="/knowledge/new" search={{ from: id }} {...props} />}
        >
          Copy to edit
        </Button>
      </Group>
    )
  return (
    <Group gap="xs">
      <Button
        size="xs"
        renderRoot={(props) => <Link to="/knowledge/$id/edit" params={{ id }} {...props} />}
      >
        Edit
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={act.isPending}
        onClick={() =>
          act.mutate(
            { do: 'retire', id },
            {
              onSuccess: () =>
                sayDone('Retired', [{ label: 'Undo', act: () => bringBack(revision) }]),
              onError: sayRefused,
            },
          )
        }
      >
        Retire
      </Button>
    </Group>
  )
}

function Uses({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(articleUsesQuery(id))
  if (error !== null && data === undefined)
    return <Failure what="Its use" error={error} retry={() => void refetch()} />
  if (data === undefined) return <WaitingRows rows={1} height={80} />
  const { helpful, notHelpful, incidents } = data
  return (
    <Section title="Where it is suggested" id="uses">
      <Text size="sm">
        {helpful + notHelpful === 0
          ? 'Nobody has said yet whether it helps.'
          : `It helped ${helpful} times, and ${notHelpful} times it did not.`}
      </Text>
      {incidents.length === 0 ? (
        <Text size="sm" c="dimmed">
          At no incident of the last 90 days.
        </Text>
      ) : (
        <ul>
          {incidents.map(({ id: incident, title, at, rank, how }) => (
            <li key={incident}>
              <Text size="sm" span>
                <IncidentLink id={incident} /> {title}, <Ago at={at} />
                {`, as number ${rank}${HOW[how] ?? ''}`}
              </Text>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
