import { Button, Group, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { deliveryQuery, useRedeliver } from '../api/operations.ts'
import type { Delivery } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import classes from '../ui/rows.module.css'
import { Failure, WaitingRows } from '../ui/states.tsx'

interface DeliveryProps {
  readonly delivery: Delivery
}

const TONES = {
  pending: 'accent',
  delivered: 'good',
  failed: 'bad',
  disabled: 'bad',
  skipped: 'calm',
} as const

export function DeliveryItem({ delivery }: DeliveryProps) {
  const { id, channel, type, incident, title, state, reason, attempts, createdAt } = delivery
  const [opened, { toggle }] = useDisclosure(false)
  const tries = attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`
  return (
    <li data-delivery={id}>
      <Group justify="space-between" gap="sm" align="flex-start">
        <div style={{ flex: '1 1 320px' }}>
          <Group gap={8}>
            <Mark tone={TONES[state]}>{state}</Mark>
            <Text size="sm" fw={650}>
              {channel}
            </Text>
            <Text size="xs" c="dimmed" component="div">
              {type.replace('incident.', '').replaceAll('_', ' ')} · <Ago at={createdAt} />
            </Text>
          </Group>
          <Text size="sm" component="div">
            {type.startsWith('storm.') ? title : <IncidentLink id={incident}>{title}</IncidentLink>}
          </Text>
          {reason !== null && (
            <Text size="sm" c="dimmed">
              {reason}
            </Text>
          )}
          <NextTry delivery={delivery} />
          <UnstyledButton
            className={classes['open'] ?? ''}
            aria-expanded={opened}
            onClick={toggle}
            data-main
          >
            <Icon name={opened ? 'expand' : 'chevron'} size={13} />
            {attempts.length === 0 ? 'What is sent' : `${tries}, and what is sent`}
          </UnstyledButton>
        </div>
        <SendAgain delivery={delivery} />
      </Group>
      {opened && (
        <>
          {attempts.length > 0 && <Attempts attempts={attempts} />}
          <Payload id={id} />
        </>
      )}
    </li>
  )
}

/** What may be sent without a second thought: whatever did not arrive. */
const SAFE: readonly Delivery['state'][] = ['pending', 'failed', 'disabled']

function SendAgain({ delivery: { id, channel, state } }: DeliveryProps) {
  const redeliver = useRedeliver()
  const [asked, dialog] = useDisclosure(false)
  const again = (): void =>
    redeliver.mutate(id, {
      onSuccess: () => {
        dialog.close()
        sayDone('It is sent again')
      },
      onError: sayRefused,
    })
  if (SAFE.includes(state)) {
    return (
      <Button size="compact-sm" variant="default" onClick={again} loading={redeliver.isPending}>
        {state === 'pending' ? 'Try now' : 'Retry now'}
      </Button>
    )
  }
  return (
    <>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={dialog.open}>
        Send again…
      </Button>
      <Dialog opened={asked} onClose={dialog.close} title={`Send to ${channel} again`}>
        <Text size="sm">
          {state === 'delivered'
            ? 'It has arrived already. A receiver that looks at the idempotency key drops it; another one, Slack for instance, shows it twice.'
            : 'This channel did not want it: by its events, or by its least priority. It is sent all the same.'}
        </Text>
        <Group justify="flex-end" mt="md">
          <Button onClick={again} loading={redeliver.isPending} data-autofocus>
            Send again
          </Button>
        </Group>
      </Dialog>
    </>
  )
}

function NextTry({ delivery: { nextAttemptAt } }: DeliveryProps) {
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

function Payload({ id }: Pick<Delivery, 'id'>) {
  const { data, error, refetch } = useQuery(deliveryQuery(id))
  if (error !== null && data === undefined)
    return <Failure what="What is sent" error={error} retry={() => void refetch()} />
  if (data === undefined) return <WaitingRows rows={1} height={120} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the focus
    <pre className={classes['body']} tabIndex={0}>
      {JSON.stringify(data.payload, null, 2)}
    </pre>
  )
}
