/** The pages around the form: a new one, filled in from the address, or one there is. */
import { Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../api/client.ts'
import type { Silence } from '../api/schema.d.ts'
import { type Kind, silenceQuery } from '../api/silences.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { sayDone } from '../ui/notices.tsx'
import { kept } from '../ui/search-params.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { ONCE_MS } from './draft-times.ts'
import { SilenceForm } from './form.tsx'
import { readMatcher } from './matchers.ts'
import type { NewSearch } from './search.ts'
import { Turns } from './turns.tsx'
import type { Draft } from './wanted.ts'

const NAMES: Readonly<Record<Kind, string>> = {
  silence: 'silence',
  maintenance: 'maintenance window',
}

/** A fresh draft with what the address says; what is no matcher is left out. */
function draftOf(search: NewSearch): Draft {
  const { kind = 'silence', matcher = [], ci = [], service = [], comment = '' } = search
  const matchers = matcher.flatMap((text) => readMatcher(text) ?? [])
  const endsAt = new Date(Date.now() + ONCE_MS).toISOString()
  return { kind, matchers, cis: [...ci], services: [...service], endsAt, comment }
}

export function NewSilencePage() {
  const search = useSearch({ from: '/inside/silences/new' })
  const [draft] = useState(() => draftOf(search))
  const saved = useSaved('is made')
  return (
    <Stack gap="md">
      <title>New silence · Faultline</title>
      <Title order={1} size="h3">
        Mute alerts
      </Title>
      <SilenceForm draft={draft} onSaved={saved} />
    </Stack>
  )
}

export function SilencePage() {
  const { id } = useParams({ from: '/inside/silences/$id' })
  const { kind = 'silence' } = useSearch({ from: '/inside/silences/$id' })
  const { data, error, isPending, refetch } = useQuery(silenceQuery(kind, id))
  if (isPending) return <WaitingRows rows={2} height={220} />
  if (data === undefined) {
    const isMissing = error instanceof ApiError && error.status === 404
    if (!isMissing) return <Failure what="It" error={error} retry={() => void refetch()} />
    return (
      <Empty title={`There is no such ${NAMES[kind]}`}>
        <Text size="sm">
          <Link to="/silences">All silences</Link>
        </Text>
      </Empty>
    )
  }
  return <Editing key={`${id} ${data.updatedAt}`} silence={data} />
}

function Editing({ silence }: { readonly silence: Silence }) {
  const { kind, state, createdBy, updatedAt, muting } = silence
  const saved = useSaved('is changed')
  return (
    <Stack gap="md">
      <title>{`${silence.comment} · Faultline`}</title>
      <div>
        <Group gap={10}>
          <Title order={1} size="h3">
            {silence.comment}
          </Title>
          <Mark tone={state === 'active' ? 'accent' : 'calm'}>{state}</Mark>
        </Group>
        <Text size="sm" c="dimmed" component="div">
          A {NAMES[kind]} by {createdBy}, last changed <Ago at={updatedAt} />
          {state === 'active' && `, mutes ${muting === 1 ? '1 alert' : `${muting} alerts`} now`}
        </Text>
      </div>
      {silence.recursText !== undefined && (
        <div>
          <Text size="sm">{silence.recursText}</Text>
          {silence.next !== undefined && state !== 'expired' && (
            <Turns id={silence.id} next={silence.next} exceptions={silence.exceptions ?? []} />
          )}
        </div>
      )}
      <SilenceForm draft={silence} onSaved={saved} />
    </Stack>
  )
}

function useSaved(done: string): (silence: Silence) => void {
  const navigate = useNavigate()
  return ({ kind, state, muting }) => {
    const alerts = muting === 1 ? '1 alert' : `${muting} alerts`
    sayDone(`The ${NAMES[kind]} ${done}: ${state === 'active' ? `${alerts} muted` : state}`)
    void navigate({
      to: '/silences',
      search: kept({
        kind: kind === 'maintenance' ? kind : undefined,
        state: state === 'active' ? undefined : state,
      }),
    })
  }
}
