/** The filters of the deliveries as they stand in the address. */
import type { DeliveryFilters } from '../api/operations.ts'
import { kept, oneOfIn, textIn } from '../ui/search-params.ts'

export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'disabled', 'skipped'] as const

export function readDeliveriesSearch(given: Record<string, unknown>): DeliveryFilters {
  return kept({
    state: oneOfIn(given, 'state', DELIVERY_STATES),
    channel: textIn(given, 'channel'),
    incident: textIn(given, 'incident'),
  })
}
