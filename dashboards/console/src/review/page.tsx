/** The review after an incident: drafted, edited by people in versions, and taken along. */
import { Alert, Anchor, Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { reviewQuery } from '../api/reviews.ts'
import type { IncidentReviewAnswer } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { exact } from '../ui/clock.ts'
import { Icon } from '../ui/icons.tsx'
import { sayRefused } from '../ui/notices.tsx'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { ReviewForm } from './form.tsx'

export function ReviewPage() {
  const { id } = useParams({ from: '/inside/incidents/$id/review' })
  const { data, error, isPending, refetch } = useQuery(reviewQuery(id, undefined))
  return (
    <Stack gap="md">
      <title>{`Review of ${id} · Faultline`}</title>
      <Anchor component={Link} to={`/incidents/${id}`} size="sm">
        <Icon name="back" size={14} /> {id}
      </Anchor>
      {isPending && <WaitingRows rows={4} height={120} />}
      {error !== null && data === undefined && (
        <Failure what="The review" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && <Opened key={id} newest={data} />}
    </Stack>
  )
}

/**
 * The version that is open stays while somebody writes, whatever is fetched meanwhile; another one
 * takes its place only where they pick it or save.
 */
function Opened({ newest }: { readonly newest: IncidentReviewAnswer }) {
  const client = useQueryClient()
  const [{ answer, turn }, setOpened] = useState({ answer: newest, turn: 0 })
  const show = (next: IncidentReviewAnswer): void =>
    setOpened((before) => ({ answer: next, turn: before.turn + 1 }))
  const open = (version: number | undefined): void =>
    void client
      .fetchQuery({ ...reviewQuery(answer.incident, version), staleTime: 0 })
      .then(show, sayRefused)
  const [latest] = newest.versions
  const isBehind = newest.versions.length > answer.versions.length
  const { versions } = isBehind ? newest : answer
  return (
    <>
      <Head answer={{ ...answer, versions }} onVersion={open} />
      {isBehind && latest !== undefined && (
        <Alert color="yellow" variant="light" role="status" title="A newer version exists">
          <Group gap="sm">
            <Text size="sm">
              {latest.author} wrote version {latest.version}, <Ago at={latest.at} />. What you write
              here cannot be saved on top of it.
            </Text>
            <Button size="compact-sm" variant="default" onClick={() => open(undefined)}>
              Open it instead
            </Button>
          </Group>
        </Alert>
      )}
      <ReviewForm key={turn} answer={answer} onWritten={show} />
    </>
  )
}

interface HeadProps {
  readonly answer: IncidentReviewAnswer
  readonly onVersion: (version: number) => void
}

function Head({ answer, onVersion }: HeadProps) {
  const { title, problem, version, author, at, versions } = answer
  return (
    <Group justify="space-between" align="flex-end">
      <div>
        <Title order={1} size="h3">
          Review: {title}
        </Title>
        <Text size="sm" c="dimmed">
          {at === null ? (
            'A draft from what is known: nobody has written it yet'
          ) : (
            <>
              Version {version} by {author}, <Ago at={at} />
            </>
          )}
          {problem !== null && (
            <>
              {' · '}
              <Link to="/problems/$id" params={{ id: problem }} className="fl-link">
                {problem}
              </Link>
            </>
          )}
        </Text>
      </div>
      {versions.length > 0 && (
        <NativeSelect
          aria-label="Version"
          value={String(version)}
          onChange={(event) => onVersion(Number(event.currentTarget.value))}
          data={[
            ...versions.map(({ version: number, author: by, at: when }) => ({
              value: String(number),
              label: `Version ${number}, ${by}, ${exact(when)}`,
            })),
            { value: '0', label: 'A new draft' },
          ]}
        />
      )}
    </Group>
  )
}
