/** How Faultline is set up, and how it is doing. */
import { Stack, Title } from '@mantine/core'
import { HealthStrip } from './health.tsx'

export function SettingsPage() {
  return (
    <Stack gap="md">
      <title>Settings · Faultline</title>
      <Title order={1} size="h3">
        Settings
      </Title>
      <HealthStrip />
    </Stack>
  )
}
