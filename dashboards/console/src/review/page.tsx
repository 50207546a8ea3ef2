/** The review after an incident: drafted, edited by people in versions, and taken along. */
import { Anchor, Group, NativeSelect, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { reviewQuery } from '../api/reviews.ts'
import type { IncidentReviewAnswer } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { exact } from '../ui/clock.ts'
import { Icon } from '../ui/icons.tsx'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { ReviewForm } from './form.tsx'

export function ReviewPage() {
  const { id } = useParams({ from: '/inside/incidents/$id/review' })
  const [version, setVersion] = useState<number | undefined>(undefined)
  const { data, error, isPending, refetch } = useQuery(reviewQuery(id, version))
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
      {data !== undefined && (
        <>
          <Head answer={data} onVersion={setVersion} />
          <ReviewForm
            key={`${data.version} ${data.at}`}
            answer={data}
            onWritten={() => setVersion(undefined)}
          />
        </>
      )}
    </Stack>
  )
}

interface HeadProps {
  readonly answer: IncidentReviewAnswer
  readonly onVersion: (version: number | undefined) => void
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
