/** Which service an alert is about. */
import type { Seen } from '../roster.ts'
import { isService } from '../service-class.ts'
import type { Topology } from '../topology.ts'

/**
 * The service a member is about: its CI if that is a service, else the nearest service it belongs
 * to or that runs on it (two relations at most), else what its labels say.
 */
export function serviceOf(member: Pick<Seen, 'ci' | 'labels'>, topology: Topology): string | null {
  const isOne = (ci: string): boolean => isService(topology.items.get(ci)?.class ?? '')
  if (member.ci !== null) {
    if (isOne(member.ci)) return member.ci
    const next = (ci: string): readonly string[] =>
      topology
        .edges(ci)
        .filter((edge) => edge.kind !== 'call')
        .map((edge) => edge.ci)
    const near = next(member.ci)
    const found = near.find(isOne) ?? near.flatMap(next).find(isOne)
    if (found !== undefined) return found
  }
  return member.labels['service'] ?? member.labels['app'] ?? member.labels['job'] ?? null
}
