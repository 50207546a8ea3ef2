import { Button } from '@mantine/core'

interface LoadMoreProps {
  /** What a query of pages says of itself. */
  readonly list: {
    readonly hasNextPage: boolean
    readonly isFetchingNextPage: boolean
    readonly fetchNextPage: () => Promise<unknown>
  }
  readonly label?: string
}

/** Below a list: the next page of it, while there is one. */
export function LoadMore({ list, label = 'Load more' }: LoadMoreProps) {
  if (!list.hasNextPage) return null
  return (
    <Button
      variant="default"
      size="xs"
      mt="sm"
      onClick={() => void list.fetchNextPage()}
      loading={list.isFetchingNextPage}
    >
      {label}
    </Button>
  )
}
