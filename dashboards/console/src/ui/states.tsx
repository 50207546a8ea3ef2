/** What a page says when it has nothing, is waiting, or could not get what it needs. */
import { Button, Group, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { ApiError } from '../api/client.ts'
import { Icon } from './icons.tsx'

interface EmptyProps {
  readonly title: string
  readonly children?: ReactNode
}

export function Empty({ title, children }: EmptyProps) {
  return (
    <Paper p="xl" withBorder bg="var(--fl-card)">
      <Stack gap="sm" maw={680}>
        <Title order={2} size="h4">
          {title}
        </Title>
        {children}
      </Stack>
    </Paper>
  )
}

interface FailureProps {
  readonly error: Error
  readonly what: string
  readonly retry?: () => void
}

/** What could not be shown, the reason the API gave, and a way to try again. */
export function Failure({ error, what, retry }: FailureProps) {
  const requestId = error instanceof ApiError ? error.requestId : undefined
  return (
    <Paper p="lg" withBorder bg="var(--fl-card)" role="alert">
      <Stack gap="xs" align="flex-start">
        <Text fw={650} c="var(--fl-bad)">
          {what} could not be shown
        </Text>
        <Text size="sm">{error.message}</Text>
        {requestId !== undefined && (
          <Text size="xs" c="dimmed">
            Request <span className="fl-mono">{requestId}</span>; the server's log has it.
          </Text>
        )}
        {retry !== undefined && (
          <Button
            size="xs"
            variant="default"
            onClick={retry}
            leftSection={<Icon name="refresh" size={14} />}
          >
            Try again
          </Button>
        )}
      </Stack>
    </Paper>
  )
}

/** Grey rows of about the height of what will stand there. */
export function WaitingRows({
  rows = 6,
  height = 62,
}: {
  readonly rows?: number
  readonly height?: number
}) {
  return (
    <Stack gap={8} aria-busy="true" aria-label="Loading" role="status">
      {Array.from({ length: rows }, (_, row) => `row-${row}`).map((key) => (
        <Skeleton key={key} height={height} radius="md" />
      ))}
    </Stack>
  )
}

interface SectionProps {
  readonly title: string
  readonly id: string
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** A card with a heading: one landmark of a page. */
export function Section({ title, id, aside, children }: SectionProps) {
  return (
    <Paper
      component="section"
      aria-labelledby={id}
      withBorder
      bg="var(--fl-card)"
      p={{ base: 'sm', sm: 'md' }}
      data-section={id}
    >
      <Group justify="space-between" mb="sm" gap="xs">
        <Title order={2} size="h5" id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Paper>
  )
}
