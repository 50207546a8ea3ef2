/** Storms, those that are over too: when, how much came, what became of it. */
import { Group, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Storm } from '../api/schema.d.ts'
import { incidentsIn, stormsQuery } from '../api/storms.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { focusStep, useKeys } from '../ui/keys.ts'
import { LoadMore } from '../ui/load-more.tsx'
import { PageLink } from '../ui/page-link.tsx'
import classes from '../ui/rows.module.css'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { kept } from '../ui/search-params.ts'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'

const ROW = '[data-past-storm] a'
const COUNT = new Intl.NumberFormat()

export function StormsPage() {
  const { scope } = useSearch({ from: '/inside/storms' })
  const navigate = useNavigate({ from: '/storms' })
  const list = useInfiniteQuery(stormsQuery(scope))
  const storms = list.data?.pages.flatMap(({ items }) => items) ?? []
  useKeys({ j: () => focusStep(ROW, 1), k: () => focusStep(ROW, -1) })
  return (
    <Stack gap="md">
      <title>Storms · Faultline</title>
      <div>
        <Title order={1} size="h3">
          Storms
        </Title>
        <Text size="sm" c="dimmed">
          Times with far more new alerts than usual, when people were told of incidents together
        </Text>
      </div>
      <Group component="search" aria-label="Filter storms">
        <ScopeSelect
          scopes={list.data?.pages[0]?.scopes ?? []}
          value={scope}
          onChange={(value) =>
            void navigate({ to: '/storms', search: kept({ scope: value }), replace: true })
          }
        />
      </Group>
      {list.isPending && <WaitingRows rows={3} height={90} />}
      {list.isError && list.data === undefined && (
        <Failure what="The storms" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && storms.length === 0 && (
        <Empty title={scope === undefined ? 'No storm so far' : `No storm in ${scope} so far`}>
          <Text size="sm" c="dimmed">
            A storm begins when far more new alerts come in a minute than is usual. What was
            measured and what became of it stands here then.
          </Text>
        </Empty>
      )}
      {storms.length > 0 && (
        <Section title="The newest first" id="storms">
          <ul className={classes['rows']}>
            {storms.map((storm) => (
              <StormRow key={storm.id} storm={storm} />
            ))}
          </ul>
          <LoadMore list={list} />
        </Section>
      )}
    </Stack>
  )
}

function StormRow({ storm }: { readonly storm: Storm }) {
  const { id, scope, beganAt, endedAt, began, peak, alerts } = storm
  const most = [...storm.rules.slice(0, 3), ...storm.cis.slice(0, 2), ...storm.sites.slice(0, 2)]
  return (
    <li data-past-storm={id}>
      <Group justify="space-between" align="flex-start" gap="md">
        <div>
          <Group gap={6}>
            <Text size="sm" fw={600} className="fl-mono">
              {id}
            </Text>
            {scope !== 'default' && <Text size="sm">in {scope}</Text>}
            {endedAt === null ? <Mark tone="bad">lasts</Mark> : null}
            <Text size="sm">
              <Ago at={beganAt} />, for <Ago at={beganAt} form="for" until={endedAt} />
            </Text>
          </Group>
          <Text size="sm" className="fl-num">
            {COUNT.format(alerts)} alerts placed, at most {COUNT.format(peak)} new in a minute;{' '}
            {began.usual === 0
              ? 'none were usual'
              : `up to ${COUNT.format(began.usual)} were usual`}
            , from {COUNT.format(began.threshold)} on it is a storm.
          </Text>
          <Outcome storm={storm} />
          {most.length > 0 && (
            <Text size="xs" c="dimmed">
              Most alerts: {most.map(({ name, count }) => `${name} (${count})`).join(', ')}
            </Text>
          )}
        </div>
        <PageLink path="/incidents" query={incidentsIn(storm)}>
          Show its incidents
        </PageLink>
      </Group>
    </li>
  )
}

function Outcome({ storm: { incidents, endedAt } }: { readonly storm: Storm }) {
  const { opened, alone, folded, resolved, left } = incidents
  return (
    <Text size="sm" className="fl-num">
      {opened === 1 ? '1 incident' : `${COUNT.format(opened)} incidents`} opened:{' '}
      {COUNT.format(alone)} told of by themselves, {COUNT.format(folded)} only together
      {folded > 0 && <>, {COUNT.format(resolved)} of those resolved while it lasted</>}
      {endedAt !== null && left > 0 && <>, {COUNT.format(left)} open at its end</>}.
    </Text>
  )
}
