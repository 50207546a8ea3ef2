/** The versions of an article: who changed what, with the difference, and the way back. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useArticleAct, versionQuery, versionsQuery } from '../api/articles.ts'
import type { Article, ArticleVersions } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { More } from '../ui/more.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { TextDiff } from './diff.tsx'
import { PEOPLE } from './source.ts'

type Version = ArticleVersions['items'][number]

export function Versions({ article }: { readonly article: Article }) {
  const { data, error, refetch } = useQuery(versionsQuery(article.id))
  if (error !== null && data === undefined)
    return <Failure what="Its versions" error={error} retry={() => void refetch()} />
  if (data === undefined) return <WaitingRows rows={1} height={80} />
  return (
    <Section title="Versions" id="versions">
      {data.items.length === 0 ? (
        <Text size="sm" c="dimmed">
          None are kept: it is from before articles had versions.
        </Text>
      ) : (
        <Stack gap="sm">
          {data.items.map((version) => (
            <OneVersion key={version.revision} version={version} article={article} />
          ))}
        </Stack>
      )}
    </Section>
  )
}

interface OneProps {
  readonly version: Version
  readonly article: Article
}

function OneVersion({ version, article }: OneProps) {
  const { revision, action, actor, at, changed, note } = version
  const act = useArticleAct()
  const mayRestore = (article.source === PEOPLE || article.retired) && revision < article.revision
  return (
    <div data-version={revision}>
      <Group gap="xs">
        <Text size="sm">
          <strong>{revision}</strong> {action} by {actor}
          {at !== null && (
            <>
              , <Ago at={at} />
            </>
          )}
          {action === 'changed' && `: ${changed.join(', ')}`}
          {note !== null && ` (${note})`}
        </Text>
        {mayRestore && (
          <Button
            size="compact-xs"
            variant="default"
            loading={act.isPending}
            onClick={() =>
              act.mutate(
                { do: 'restore', id: article.id, revision },
                {
                  onSuccess: () => sayDone(`Version ${revision} is in force again`),
                  onError: sayRefused,
                },
              )
            }
          >
            Bring it back
          </Button>
        )}
      </Group>
      {(action === 'changed' || action === 'restored') && revision > 1 && (
        <More label="What is different">
          <Difference id={article.id} revision={revision} />
        </More>
      )}
    </div>
  )
}

function Difference({ id, revision }: { readonly id: string; readonly revision: number }) {
  const after = useQuery(versionQuery(id, revision))
  const before = useQuery(versionQuery(id, revision - 1))
  if (after.data === undefined || before.data === undefined) {
    const error = after.error ?? before.error
    return error === null ? (
      <WaitingRows rows={1} />
    ) : (
      <Failure what="The difference" error={error} />
    )
  }
  return <TextDiff before={textOf(before.data)} after={textOf(after.data)} />
}

/** Fields and text as one text, so that a change of either shows. */
function textOf(article: Article): string {
  const { title, alertnames, classes, services, tags, owner, reviewOn, url, body } = article
  const fields = [
    ['title', title],
    ['alertnames', alertnames.join(', ')],
    ['classes', classes.join(', ')],
    ['services', services.join(', ')],
    ['tags', tags.join(', ')],
    ['owner', owner ?? ''],
    ['review', reviewOn ?? ''],
    ['url', url ?? ''],
  ].filter(([, value]) => value !== '')
  return `${fields.map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${body}`
}
