import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Ci } from '../api/schema.d.ts'
import { Mark, SeverityWord } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import classes from './cis.module.css'

/** Incidents named in a row; the rest is counted. */
const NAMED = 2

export const CiRow = memo(function CiRow({ ci }: { readonly ci: Ci }) {
  const { id, name, owner, environment, criticality, status, live } = ci
  return (
    <li className={classes['row']} data-ci={id} data-severity={live.severity ?? undefined}>
      <div className={classes['what']}>
        <Link to="/cis/$id" params={{ id }} className={classes['name']} data-main>
          {name}
        </Link>
        <Text size="xs" c="dimmed" truncate>
          {ci.class}
          {id !== name && (
            <>
              {' · '}
              <span className="fl-mono">{id}</span>
            </>
          )}
        </Text>
      </div>
      <LiveState live={live} />
      <div className={classes['marks']}>
        {environment !== null && <Mark tone="calm">{environment}</Mark>}
        {criticality !== null && (
          <Mark tone={criticality === 1 ? 'accent' : 'calm'} why={CRITICALITY[criticality - 1]}>
            {`criticality ${criticality}`}
          </Mark>
        )}
        {status !== 'operational' && <Mark tone="warn">{status}</Mark>}
      </div>
      <Text
        size="sm"
        {...(owner === null ? { c: 'dimmed' } : {})}
        truncate
        className={classes['owner'] ?? ''}
      >
        {owner ?? 'no owner'}
      </Text>
    </li>
  )
})

export const CRITICALITY = [
  'A fault of it hurts the business at once.',
  'A fault of it is felt soon.',
  'A fault of it can wait for the day.',
  'A fault of it is hardly felt.',
] as const

/** What fires on it now, and in which incidents. */
export function LiveState({ live }: Pick<Ci, 'live'>) {
  const { firing, suppressed, severity, incidents } = live
  return (
    <div className={classes['live']}>
      {firing > 0 && severity !== null ? (
        <span className="fl-num">
          <strong>{firing}</strong> firing, <SeverityWord severity={severity} />
        </span>
      ) : (
        <Text span size="sm" c="dimmed">
          quiet
        </Text>
      )}
      {suppressed > 0 && (
        <Text span size="xs" c="dimmed" className="fl-num">
          {suppressed} muted
        </Text>
      )}
      {incidents.length > 0 && (
        <Text span size="xs" className={classes['incidents'] ?? ''}>
          {incidents.slice(0, NAMED).map((incident) => (
            <IncidentLink key={incident} id={incident} />
          ))}
          {incidents.length > NAMED && ` and ${incidents.length - NAMED} more`}
        </Text>
      )}
    </div>
  )
}

const SERVICE_CLASSES: readonly string[] = [
  ...['service', 'application', 'business_service', 'business-service'],
]

/** Whether a CI of this class has a map of its own as a service. */
export function isService(ciClass: string): boolean {
  return SERVICE_CLASSES.includes(ciClass)
}
