import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Settings } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import classes from '../ui/rows.module.css'
import { Section } from '../ui/states.tsx'

/** Who is told, of what, and whether it works. */
export function ChannelsSection({ settings: { channels } }: { readonly settings: Settings }) {
  return (
    <Section title="Channels" id="channels">
      {channels.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody is told anything. Add <code>channels</code> to the config file.
        </Text>
      )}
      <ul className={classes['rows']}>
        {channels.map((channel) => (
          <ChannelItem key={channel.id} channel={channel} />
        ))}
      </ul>
    </Section>
  )
}

function ChannelItem({ channel }: { readonly channel: Settings['channels'][number] }) {
  const { id, type, origin, events, minPriority, signed, allowPrivate, waiting } = channel
  const { disabled, lastDeliveredAt, lastError } = channel
  const isFailing =
    lastError !== null &&
    (lastDeliveredAt === null || Date.parse(lastError.at) > Date.parse(lastDeliveredAt))
  return (
    <li data-channel={id}>
      <Group gap={8}>
        <Text size="sm" fw={650}>
          {id}
        </Text>
        <Mark tone="calm">{type}</Mark>
        {disabled !== null && (
          <Mark tone="bad" why={disabled}>
            switched off
          </Mark>
        )}
        {disabled === null && isFailing && (
          <Mark tone="bad" why={lastError.error}>
            failing
          </Mark>
        )}
        {disabled === null && !isFailing && lastDeliveredAt !== null && (
          <Mark tone="good">works</Mark>
        )}
        {signed && <Mark tone="calm">signed</Mark>}
        {allowPrivate && (
          <Mark tone="calm" why="It may reach addresses of your own network, and plain http.">
            private addresses
          </Mark>
        )}
      </Group>
      <Text size="sm" className="fl-mono">
        {origin}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {events.map((event) => event.replace('incident.', '').replaceAll('_', ' ')).join(', ')} ·
        priority {minPriority === 5 ? 'any' : `1 to ${minPriority}`}
        {lastDeliveredAt !== null && (
          <>
            {' · last delivered '}
            <Ago at={lastDeliveredAt} />
          </>
        )}
        {' · '}
        <Link to="/deliveries" search={{ channel: id }}>
          {waiting === 0 ? 'deliveries' : `${waiting} waiting`}
        </Link>
      </Text>
    </li>
  )
}
