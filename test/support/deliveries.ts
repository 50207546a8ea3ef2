import type { DeliveryRecord, DeliveryStore } from '../../src/notify/delivery.ts'

export interface MemoryDeliveries extends DeliveryStore {
  all(): readonly DeliveryRecord[]
  /** A view of the same records for one process: after `die()` it takes nothing more. */
  session(): DeliveryStore & { die(): void }
  /** The next `count` puts are refused. */
  refuse(count: number): void
}

/** The delivery log in memory: JSON in, JSON out, and answers out of order, as a database may. */
export function createMemoryDeliveries(): MemoryDeliveries {
  const rows = new Map<string, string>()
  let refusals = 0
  let calls = 0
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const answer = async <Value>(look: () => Value): Promise<Value> => {
    calls += 1
    for (let turns = (calls * 7) % 4; turns > 0; turns--) await turn()
    const value = look()
    for (let turns = (calls * 5) % 3; turns > 0; turns--) await turn()
    return value
  }
  const all = (): DeliveryRecord[] => [...rows.values()].map((row) => JSON.parse(row))
  const store: DeliveryStore = {
    put: (record) =>
      answer(() => {
        if (refusals > 0) {
          refusals -= 1
          throw new Error('the store is away')
        }
        const row = rows.get(record.id)
        const known: DeliveryRecord | null = row === undefined ? null : JSON.parse(row)
        if (known === null || known.version <= record.version) {
          rows.set(record.id, JSON.stringify(record))
        }
      }),
    pending: () => answer(() => all().filter(({ state }) => state === 'pending')),
    find: (id) => answer(() => all().find((record) => record.id === id) ?? null),
    ofIncident: (incident) => answer(() => all().filter((record) => record.incident === incident)),
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
