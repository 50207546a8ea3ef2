/** Whom it hurts: the services its alerts touch, the most critical first. */
import { Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { ciQuery } from '../api/ci-names.ts'
import classes from './incident.module.css'

const SHOWN = 6

export function Impact({ services }: { readonly services: readonly string[] }) {
  const found = useQueries({ queries: services.slice(0, 60).map(ciQuery) })
  if (services.length === 0) return null
  const known = services.map((id, at) => {
    const ci = found[at]?.data ?? null
    return {
      id,
      name: ci?.name ?? id,
      criticality: ci?.criticality ?? null,
      owner: ci?.owner ?? null,
    }
  })
  const worst = [...known].sort((a, b) => (a.criticality ?? 9) - (b.criticality ?? 9))
  const more = worst.length - SHOWN
  return (
    <ul className={classes['services']} aria-label="Services touched">
      {worst.slice(0, SHOWN).map(({ id, name, criticality, owner }) => (
        <li
          key={id}
          className={classes['service']}
          data-criticality={criticality ?? undefined}
          title={owner === null ? id : `${id}, owned by ${owner}`}
        >
          {name}
          {criticality !== null && (
            <span className={classes['level']}>criticality {criticality}</span>
          )}
        </li>
      ))}
      {more > 0 && (
        <Text component="li" size="sm" c="dimmed">
          and {more} more
        </Text>
      )}
    </ul>
  )
}
