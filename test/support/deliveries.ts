import type { DeliveryRecord, DeliveryStore } from '../../src/notify/delivery.ts'

export interface MemoryDeliveries extends DeliveryStore {
  all(): readonly DeliveryRecord[]
  /** A view of the same records for one process: after `die()` it takes nothing more. */
  session(): DeliveryStore & { die(): void }
  /** The next `count` puts are refused. */
  refuse(count: number): void
}

/** The delivery log in memory, JSON in and JSON out as a database would. */
export function createMemoryDeliveries(): MemoryDeliveries {
  const rows = new Map<string, string>()
  let refusals = 0
  const all = (): DeliveryRecord[] => [...rows.values()].map((row) => JSON.parse(row))
  const store: DeliveryStore = {
    put: async (record) => {
      await Promise.resolve()
      if (refusals > 0) {
        refusals -= 1
        throw new Error('the store is away')
      }
      const row = rows.get(record.id)
      const known: DeliveryRecord | null = row === undefined ? null : JSON.parse(row)
      if (known === null || known.version < record.version) {
        rows.set(record.id, JSON.stringify(record))
      }
    },
    pending: async () => all().filter(({ state }) => state === 'pending'),
    find: async (id) => all().find((record) => record.id === id) ?? null,
    ofIncident: async (incident) => all().filter((record) => record.incident === incident),
  }
  return {
    ...store,
    all,
    refuse: (count) => {
      refusals = count
    },
    session: () => {
      let dead = false
      return {
        ...store,
        put: (record) => (dead ? new Promise(() => {}) : store.put(record)),
        die: () => {
          dead = true
        },
      }
    },
  }
}
