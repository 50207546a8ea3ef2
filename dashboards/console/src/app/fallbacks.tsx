import { Anchor, Text } from '@mantine/core'
import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { Empty, Failure } from '../ui/states.tsx'

export function NoSuchPage() {
  return (
    <Empty title="There is no such page">
      <Text size="sm">
        <Anchor component={Link} to="/incidents">
          All incidents
        </Anchor>
      </Text>
    </Empty>
  )
}

/** A fault of ours, or a part of the console that a newer version has replaced. */
export function PageCrashed({ error }: ErrorComponentProps) {
  const shown = error instanceof Error ? error : new Error(String(error))
  return <Failure what="This page" error={shown} retry={() => window.location.reload()} />
}
