/** How a source that is read by API stands, and a button to read it now. */
import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Ago } from './ago.tsx'

interface PulledProps {
  readonly source: string
  readonly pull: {
    readonly from: string
    readonly everyMinutes: number
    readonly running: boolean
    readonly lastAt: string | null
    readonly nextAt: string | null
    readonly failure: string | null
  }
  readonly isAsking: boolean
  readonly onPull: () => void
  readonly children?: ReactNode
}

export function Pulled({ source, pull, isAsking, onPull, children }: PulledProps) {
  const { from, everyMinutes, running, lastAt, nextAt, failure } = pull
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <Stack gap={0}>
        <Text size="sm">
          {from}, every {everyMinutes} min
        </Text>
        <Text size="xs" c="dimmed">
          {running ? 'being read' : lastAt === null ? 'not read yet' : 'read '}
          {!running && lastAt !== null && <Ago at={lastAt} />}
          {nextAt !== null && (
            <>
              , next <Ago at={nextAt} />
            </>
          )}
        </Text>
        {children}
        {failure !== null && (
          <Text size="xs" c="var(--fl-bad)">
            {failure}
          </Text>
        )}
      </Stack>
      <Button
        size="compact-sm"
        variant="default"
        disabled={running}
        loading={isAsking}
        aria-label={`Pull now: ${source}`}
        onClick={onPull}
      >
        Pull now
      </Button>
    </Group>
  )
}
