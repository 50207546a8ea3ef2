/** Which service an alert is about. */
import type { Seen } from '../roster.ts'
import type { Topology } from '../topology.ts'

const SERVICE_CLASSES = new Set(['service', 'application', 'business_service', 'business-service'])

/**
 * The service a member is about: its CI if that is a service, else the nearest service it belongs
 * to or that runs on it (two relations at most), else what its labels say.
 */
export function serviceOf(member: Pick<Seen, 'ci' | 'labels'>, topology: Topology): string | null {
  const isService = (ci: string): boolean =>
    SERVICE_CLASSES.has(topology.items.get(ci)?.class ?? '')
  if (member.ci !== null) {
    if (isService(member.ci)) return member.ci
    const next = (ci: string): readonly string[] =>
      topology
        .edges(ci)
        .filter((edge) => edge.kind !== 'call')
        .map((edge) => edge.ci)
    const near = next(member.ci)
    const found = near.find(isService) ?? near.flatMap(next).find(isService)
    if (found !== undefined) return found
  }
  return member.labels['service'] ?? member.labels['app'] ?? member.labels['job'] ?? null
}
