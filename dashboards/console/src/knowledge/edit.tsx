/** Articles that people write: fields, text, and how it will look. */
import { Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { articleDraftQuery, articleToEditQuery, useArticleAct } from '../api/articles.ts'
import type { Article } from '../api/schema.d.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { ArticleForm, type Draft } from './form.tsx'
import { PEOPLE } from './source.ts'

const EMPTY: Draft = {
  ...{ id: '', title: '', alertnames: [], classes: [], services: [], tags: [] },
  ...{ owner: '', reviewOn: '', url: '', body: '# What to do\n\n' },
}

export function NewArticlePage() {
  const { from, incident } = useSearch({ from: '/inside/knowledge/new' })
  return (
    <Stack gap="md">
      <title>New article · Faultline</title>
      <Title order={1} size="h3">
        New article
      </Title>
      {incident !== undefined && <FromIncident incident={incident} />}
      {incident === undefined && from !== undefined && <Copy from={from} />}
      {incident === undefined && from === undefined && <Writing draft={EMPTY} article={null} />}
    </Stack>
  )
}

/** What the incident was and what helped, to be made an article of. */
function FromIncident({ incident }: { readonly incident: string }) {
  const { data, error, isPending, refetch } = useQuery(articleDraftQuery(incident))
  if (isPending) return <WaitingRows rows={3} height={120} />
  if (data === undefined)
    return <Failure what="The draft" error={error} retry={() => void refetch()} />
  return (
    <>
      <Text size="sm" c="dimmed">
        A draft from what is known of <IncidentLink id={incident} />. Nothing of it is kept before
        you save it.
      </Text>
      <Writing draft={{ ...EMPTY, ...data }} article={null} />
    </>
  )
}

/** An article of another source is changed there; a copy of it is ours. */
function Copy({ from }: { readonly from: string }) {
  const { data, error, isPending } = useQuery(articleToEditQuery(from))
  if (isPending) return <WaitingRows rows={3} height={120} />
  if (data === undefined) return <Failure what="The article" error={error} />
  return (
    <>
      <Text size="sm" c="dimmed">
        A copy of {from}. That one stays as it is.
      </Text>
      <Writing draft={{ ...draftOf(data), id: `${PEOPLE}/${from}` }} article={null} />
    </>
  )
}

export function EditArticlePage() {
  const { id } = useParams({ from: '/inside/knowledge/$id/edit' })
  const { data, error, isPending } = useQuery(articleToEditQuery(id))
  if (isPending) return <WaitingRows rows={3} height={120} />
  if (data === undefined) return <Failure what="The article" error={error} />
  return (
    <Stack gap="md">
      <title>{`Edit ${data.title} · Faultline`}</title>
      <Title order={1} size="h3">
        Edit {data.title}
      </Title>
      <Writing key={data.id} draft={draftOf(data)} article={data} />
    </Stack>
  )
}

function draftOf(article: Article): Draft {
  const { id, title, alertnames, classes, services, tags, body } = article
  return {
    ...{ id, title, alertnames, classes, services, tags, body },
    ...{ owner: article.owner ?? '', reviewOn: article.reviewOn ?? '', url: article.url ?? '' },
  }
}

interface WritingProps {
  readonly draft: Draft
  /** null: it is a new one. */
  readonly article: Article | null
}

function Writing({ draft, article }: WritingProps) {
  const act = useArticleAct()
  const navigate = useNavigate()
  // the text is written on from this revision, whatever is fetched meanwhile: what somebody else
  // wrote since is told when it is saved, never written over
  const [revision] = useState(article?.revision ?? 0)
  // this page is gone by then: what its own callbacks would say would never be said
  const undo = (id: string): void =>
    void act
      .mutateAsync(revision === 0 ? { do: 'retire', id } : { do: 'restore', id, revision })
      .then(() => sayDone('Undone'), sayRefused)
  return (
    <ArticleForm
      draft={draft}
      isNew={article === null}
      saving={act.isPending}
      error={act.error}
      onSave={(id, body) =>
        act.mutate(
          { do: 'write', id, body: { ...body, ifRevision: revision } },
          {
            onSuccess: () => {
              sayDone('Saved', [{ label: 'Undo', act: () => undo(id) }])
              void navigate({ to: '/knowledge/$id', params: { id } })
            },
          },
        )
      }
    />
  )
}
