/** Incidents of other tools that are of a problem. */
import { Text } from '@mantine/core'
import type { ImportedIncident } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { PriorityMark } from '../ui/badges.tsx'
import { SafeLink } from '../ui/safe-link.tsx'
import classes from './problems.module.css'

export function ImportedIncidents({ all }: { readonly all: readonly ImportedIncident[] }) {
  if (all.length === 0) return null
  return (
    <>
      <Text size="sm" fw={650} mt="sm">
        Imported
      </Text>
      <ul className={classes['plain']} aria-label="Imported incidents of the problem">
        {all.map((one) => (
          <li key={one.id} className={classes['incident']}>
            <span />
            <PriorityMark priority={one.priority} />
            <div>
              <Text size="sm">{one.title}</Text>
              <Text size="xs" c="dimmed" component="div">
                {one.url === null ? one.number : <SafeLink href={one.url}>{one.number}</SafeLink>}{' '}
                of {one.source}
                {one.resolver !== null && `, ended by ${one.resolver}`}
              </Text>
            </div>
            <Text size="xs" c="dimmed" ta="right" component="div">
              <Ago at={one.openedAt} />
              <div>
                took <Ago at={one.openedAt} form="for" until={one.resolvedAt} />
              </div>
            </Text>
            {(one.resolution ?? one.resolutionCode) !== null && (
              <Text size="xs" className={classes['resolution'] ?? ''}>
                Fixed by: {one.resolution ?? one.resolutionCode}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </>
  )
}
