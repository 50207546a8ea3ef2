/** Who reports, when each was last heard, and what became of all that it sent. */
import { Stack, Title } from '@mantine/core'
import { LedgerSection } from './ledger.tsx'
import { SourcesSection } from './reporters.tsx'

export function SourcesPage() {
  return (
    <Stack gap="md">
      <title>Sources · Faultline</title>
      <Title order={1} size="h3">
        Sources
      </Title>
      <SourcesSection />
      <LedgerSection />
    </Stack>
  )
}
