/** How Faultline itself is doing: nothing is lost, who reports, what failed, who was told. */
import { Stack, Title } from '@mantine/core'
import { DeadLettersSection } from './dead-letters.tsx'
import { DeliveriesSection } from './deliveries.tsx'
import { HealthStrip } from './health.tsx'
import { LedgerSection } from './ledger.tsx'
import { SourcesSection } from './sources.tsx'

export function OperationsPage() {
  return (
    <Stack gap="md">
      <title>Operations · Faultline</title>
      <Title order={1} size="h3">
        Operations
      </Title>
      <HealthStrip />
      <LedgerSection />
      <SourcesSection />
      <DeadLettersSection />
      <DeliveriesSection />
    </Stack>
  )
}
