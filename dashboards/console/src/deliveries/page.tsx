import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { deliveriesQuery, useRedeliver } from '../api/operations.ts'
import type { Delivery } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import classes from '../ui/rows.module.css'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'

/** Who was told what, and whether it arrived. */
export function DeliveriesPage() {
  const list = useInfiniteQuery(deliveriesQuery({}))
  const deliveries = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Stack gap="md">
      <title>Deliveries · Faultline</title>
      <Title order={1} size="h3">
        Deliveries
      </Title>
      <Section title="Who was told what" id="deliveries">
        {list.isPending && <WaitingRows rows={2} height={40} />}
        {list.isError && list.data === undefined && (
          <Failure what="The deliveries" error={list.error} retry={() => void list.refetch()} />
        )}
        {list.data !== undefined && deliveries.length === 0 && (
          <Text size="sm" c="dimmed">
            Nobody was told anything yet. Channels are set in the config file.
          </Text>
        )}
        <ul className={classes['rows']}>
          {deliveries.map((delivery) => (
            <DeliveryItem key={delivery.id} delivery={delivery} />
          ))}
        </ul>
        {list.hasNextPage && (
          <Button
            variant="default"
            size="xs"
            mt="sm"
            onClick={() => void list.fetchNextPage()}
            loading={list.isFetchingNextPage}
          >
            Load more
          </Button>
        )}
      </Section>
    </Stack>
  )
}

const TONES = {
  pending: 'accent',
  delivered: 'good',
  failed: 'bad',
  disabled: 'bad',
  skipped: 'calm',
} as const

function DeliveryItem({ delivery }: { readonly delivery: Delivery }) {
  const { id, channel, type, incident, title, state, reason, attempts, createdAt } = delivery
  const redeliver = useRedeliver()
  const again = (): void =>
    redeliver.mutate(id, { onSuccess: () => sayDone('It is sent again'), onError: sayRefused })
  return (
    <li>
      <Group justify="space-between" gap="sm" wrap="nowrap" align="flex-start">
        <div>
          <Group gap={8}>
            <Mark tone={TONES[state]}>{state}</Mark>
            <Text size="sm" fw={650}>
              {channel}
            </Text>
            <Text size="xs" c="dimmed" component="div">
              {type.replace('incident.', '').replaceAll('_', ' ')} · <Ago at={createdAt} />
            </Text>
          </Group>
          <Text size="sm">
            <IncidentLink id={incident}>{title}</IncidentLink>
          </Text>
          {reason !== null && (
            <Text size="sm" c="dimmed">
              {reason}
            </Text>
          )}
          <NextTry delivery={delivery} />
        </div>
        <Button
          size="compact-sm"
          variant="default"
          onClick={again}
          loading={redeliver.isPending}
          flex="none"
        >
          Send again
        </Button>
      </Group>
      {attempts.length > 0 && (
        <More label={attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}>
          <Attempts attempts={attempts} />
        </More>
      )}
    </li>
  )
}

function NextTry({ delivery: { nextAttemptAt } }: { readonly delivery: Delivery }) {
  if (nextAttemptAt === null) return null
  return (
    <Text size="xs" c="dimmed" component="div">
      {Date.parse(nextAttemptAt) <= Date.now() ? (
        'waits for its turn'
      ) : (
        <>
          next try <Ago at={nextAttemptAt} />
        </>
      )}
    </Text>
  )
}

function Attempts({ attempts }: Pick<Delivery, 'attempts'>) {
  return (
    <ol className={classes['attempts']}>
      {attempts.map(({ at, ms, status, error }) => (
        <li key={at}>
          <Ago at={at} /> · {status ?? 'no answer'} in {Math.round(ms)} ms
          {error !== null && `: ${error}`}
        </li>
      ))}
    </ol>
  )
}
