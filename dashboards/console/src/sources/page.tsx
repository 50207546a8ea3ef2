/** Who reports, how much, when each was last heard, and what became of all that it sent. */
import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { sourcesQuery } from '../api/queries.ts'
import type { Source, Sources } from '../api/schema.d.ts'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { ConnectSection } from './connect.tsx'
import { LedgerSection } from './ledger.tsx'
import { SourceItem } from './source.tsx'
import classes from './sources.module.css'

/** Rates and silences move on without anything coming in. */
const LOOK_MS = 15_000

export function SourcesPage() {
  const { data, error, refetch } = useQuery({ ...sourcesQuery(), refetchInterval: LOOK_MS })
  return (
    <Stack gap="md">
      <title>Sources · Faultline</title>
      <Group justify="space-between">
        <Title order={1} size="h3">
          Sources
        </Title>
        <Anchor component={Link} to="/sources/try" size="sm">
          Try a payload
        </Anchor>
      </Group>
      {error !== null && data === undefined && (
        <Failure what="The sources" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={3} height={88} />}
      {data !== undefined && <Heard sources={data} />}
      {data !== undefined && <ConnectSection sources={data.sources} />}
      <LedgerSection />
    </Stack>
  )
}

function Heard({ sources: { items, sources } }: { readonly sources: Sources }) {
  const heard = sources.filter(({ received }) => received > 0).sort(byNeed)
  return (
    <Section title="Who reports" id="sources">
      {heard.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody has reported yet. Choose a tool below and copy its set-up.
        </Text>
      )}
      <ul className={classes['list']}>
        {heard.map((source) => (
          <SourceItem
            key={source.source}
            source={source}
            reporters={items.filter((one) => one.source === source.source)}
          />
        ))}
      </ul>
    </Section>
  )
}

/** What needs somebody first: silent ones, then those with dead letters, then by how much they send. */
function byNeed(a: Source, b: Source): number {
  const rank = ({ state, deadLetters }: Source): number =>
    state === 'silent' ? 0 : deadLetters > 0 ? 1 : 2
  return rank(a) - rank(b) || b.received - a.received || (a.source < b.source ? -1 : 1)
}
