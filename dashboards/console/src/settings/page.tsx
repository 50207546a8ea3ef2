/** How Faultline is set up, what it runs on, and how it is doing. */
import { Alert, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { settingsQuery } from '../api/operations.ts'
import type { Settings } from '../api/schema.d.ts'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { ChannelsSection } from './channels.tsx'
import { HealthStrip } from './health.tsx'
import { RoutePreviewSection } from './route-preview.tsx'
import { RulesSection } from './rules.tsx'
import { DurabilitySection, StoreSection } from './runs-on.tsx'
import classes from './settings.module.css'
import { SettingsTable } from './table.tsx'

export function SettingsPage() {
  const { data, error, refetch } = useQuery(settingsQuery())
  return (
    <Stack gap="md">
      <title>Settings · Faultline</title>
      <Title order={1} size="h3">
        Settings
      </Title>
      <HealthStrip />
      {error !== null && data === undefined && (
        <Failure what="The settings" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={3} height={160} />}
      {data !== undefined && (
        <>
          <Owner settings={data} />
          <div className={classes['columns']}>
            <Stack gap="md">
              <SettingsTable settings={data} />
              <ChannelsSection settings={data} />
            </Stack>
            <Stack gap="md">
              <RulesSection settings={data} />
              <RoutePreviewSection />
              <DurabilitySection settings={data} />
              <StoreSection settings={data} />
            </Stack>
          </div>
        </>
      )}
    </Stack>
  )
}

/** Who owns them: they cannot be changed here. */
function Owner({ settings: { file } }: { readonly settings: Settings }) {
  return (
    <Alert color="fault" variant="light" title="Read here, set elsewhere">
      <Text size="sm">
        {file === null ? (
          <>
            No config file was read: these are the environment's and the defaults. Write a{' '}
            <code>faultline.yaml</code> and restart to change them.
          </>
        ) : (
          <>
            The config file <code>{file}</code> owns them, and the environment wins over it. Change
            them there and restart. Tokens and secrets are shown nowhere.
          </>
        )}
      </Text>
    </Alert>
  )
}
