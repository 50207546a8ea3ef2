/** Where it goes and why: the team, the channels that are told, and the rules that say so. */
import { Stack, Text } from '@mantine/core'
import type { Incident } from '../api/schema.d.ts'
import { More } from '../ui/more.tsx'

interface RouteProps {
  readonly incident: Incident
}

export function Route({ incident: { team, teamBy, route } }: RouteProps) {
  if (route === null) return null
  const byHand = teamBy !== null
  return (
    <More label={byHand ? handText(team, teamBy) : route.text}>
      <Stack gap={4} data-route={route.rules.join(' ')}>
        {byHand && <Text size="sm">By the rules: {route.text}</Text>}
        <Text size="sm">Told: {channelsText(route.channels)}.</Text>
        <Text size="xs" c="dimmed">
          {route.rules.length === 0
            ? 'No route rule holds'
            : `Route rules that hold: ${route.rules.join(', ')}`}
          . Decided with rules <span className="fl-mono">{route.version}</span>
        </Text>
      </Stack>
    </More>
  )
}

function handText(team: string | null, by: string): string {
  return team === null ? `${by} took it from every team` : `${by} gave it to ${team}`
}

function channelsText(channels: readonly string[] | null): string {
  if (channels === null) return 'every channel there is'
  return channels.length === 0 ? 'nobody' : channels.join(', ')
}
