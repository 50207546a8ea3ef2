/** Short words about what was done, and what was refused. */
import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'

const DISMISS = { 'aria-label': 'Dismiss' }

interface Follow {
  readonly label: string
  readonly act: () => void
}

/** What was done, with what may be done about it next. */
export function sayDone(message: string, follow: readonly Follow[] = []): void {
  const id = notifications.show({
    message: <Notice message={message} follow={follow} onFollow={() => notifications.hide(id)} />,
    color: 'fault',
    autoClose: follow.length === 0 ? 4000 : 12_000,
    role: 'status',
    closeButtonProps: DISMISS,
  })
}

interface NoticeProps {
  readonly message: string
  readonly follow: readonly Follow[]
  readonly onFollow: () => void
}

function Notice({ message, follow, onFollow }: NoticeProps) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <Text size="sm">{message}</Text>
      <Group gap={6} wrap="nowrap">
        {follow.map(({ label, act }) => (
          <Button
            key={label}
            size="compact-xs"
            variant="default"
            onClick={() => {
              onFollow()
              act()
            }}
          >
            {label}
          </Button>
        ))}
      </Group>
    </Group>
  )
}

/** The engine's reason in its own words. */
export function sayRefused(error: Error): void {
  notifications.show({
    title: 'Not done',
    message: error.message,
    color: 'red',
    autoClose: 10_000,
    role: 'alert',
    closeButtonProps: DISMISS,
  })
}
