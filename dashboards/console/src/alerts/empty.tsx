import { Button, Group, Text } from '@mantine/core'
import { PageLink } from '../ui/page-link.tsx'
import { Empty } from '../ui/states.tsx'
import { type AlertSearch, isNarrowed } from './search.ts'

interface NothingProps {
  readonly search: AlertSearch
  readonly onClear: () => void
}

/** Nothing matches, nothing fires, or nothing has come in: three different things. */
export function NothingFound({ search, onClear }: NothingProps) {
  if (isNarrowed(search) || search.range !== undefined || search.from !== undefined) {
    return (
      <Empty title="No alert matches">
        <Text size="sm" c="dimmed">
          Every word and every chosen value has to match, and the alert has to have begun in the
          chosen time.
        </Text>
        <Group>
          <Button variant="default" size="xs" onClick={onClear}>
            Show all alerts
          </Button>
        </Group>
      </Empty>
    )
  }
  if (search.state !== undefined) {
    return (
      <Empty title={search.state === 'firing' ? 'No alert fires' : 'No alert has resolved yet'}>
        <Group>
          <Button variant="default" size="xs" onClick={onClear}>
            Show all alerts
          </Button>
        </Group>
      </Empty>
    )
  }
  return (
    <Empty title="No alert has come in yet">
      <Text size="sm">
        <PageLink path="/incidents">How to point your monitoring here</PageLink>
      </Text>
    </Empty>
  )
}
