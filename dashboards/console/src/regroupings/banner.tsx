/** Says on the page of an incident what the engine would regroup, had nobody been told of it. */
import { Alert, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { incidentRegroupingsQuery } from '../api/regroupings.ts'
import type { Regrouping } from '../api/schema.d.ts'
import { Icon } from '../ui/icons.tsx'
import { Acts } from './act.tsx'
import { Said } from './said.tsx'

/** Nothing where nothing is proposed, or while that is not known. */
export function RegroupingBanner({ incident }: { readonly incident: string }) {
  const { data } = useQuery(incidentRegroupingsQuery(incident))
  return (
    <div role="status" aria-live="polite">
      {data?.items.map((one) => (
        <Alert
          key={one.id}
          color="fault"
          variant="light"
          mb="xs"
          title={titleOf(one, incident)}
          icon={<Icon name={one.kind === 'split' ? 'split' : 'merge'} />}
          data-regrouping={one.id}
        >
          <Group justify="space-between" align="flex-start" gap="sm">
            <div style={{ minWidth: 0, flex: '1 1 320px' }}>
              <Said regrouping={one} at={incident} />
            </div>
            <Acts regrouping={one} at={incident} />
          </Group>
        </Alert>
      ))}
    </div>
  )
}

function titleOf({ kind, incident, other, alerts }: Regrouping, at: string): string {
  const beside = incident.id === at ? other : incident
  if (kind === 'merge') return `May be one fault with ${beside?.id}`
  const some = alerts.length === 1 ? 'An alert' : `${alerts.length} alerts`
  if (kind === 'split') return `${some} may be a fault apart`
  return incident.id === at
    ? `${some} may belong to ${beside?.id}`
    : `${some} of ${beside?.id} may belong here`
}
