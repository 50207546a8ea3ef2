import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/client.ts'

/** Tried again: what may pass. What the API refuses is refused the next time as well. */
function mayPass(error: Error): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // the live stream says when something changed; this is for pages that come back into view
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && mayPass(error),
    },
  },
})
