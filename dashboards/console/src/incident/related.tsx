import { Text } from '@mantine/core'
import type { Incident } from '../api/schema.d.ts'
import { percent } from '../ui/figures.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { Section } from '../ui/states.tsx'
import classes from './incident.module.css'

interface Related {
  readonly incident: string
  readonly p: number
  readonly reason: string
  readonly alerts: number
}

/** Incidents that alerts of this one stayed out of although they were close: the closest first. */
function relatedTo({ id, alerts }: Incident): readonly Related[] {
  const found = new Map<string, Related>()
  for (const { incident, p, reason } of alerts.flatMap(({ related }) => related)) {
    if (incident === id) continue
    const known = found.get(incident)
    const best = known === undefined || p > known.p ? { p, reason } : known
    found.set(incident, { ...best, incident, alerts: (known?.alerts ?? 0) + 1 })
  }
  return [...found.values()].sort((a, b) => b.p - a.p || (a.incident < b.incident ? -1 : 1))
}

export function RelatedSection({ incident }: { readonly incident: Incident }) {
  const related = relatedTo(incident)
  if (related.length === 0) {
    if (incident.similar.length > 0) return null
    return (
      <Section title="Similar and related" id="related">
        <Text size="sm" c="dimmed">
          No past incident is like this one, and no open one was close to its alerts.
        </Text>
      </Section>
    )
  }
  return (
    <Section title="Related incidents" id="related">
      <ul className={classes['plain']}>
        {related.slice(0, 8).map(({ incident: id, p, reason, alerts }) => (
          <li key={id}>
            <Text size="sm" component="div">
              <IncidentLink id={id} /> at {percent(p)}
            </Text>
            <Text size="xs" c="dimmed">
              {alerts === 1 ? '1 alert' : `${alerts} alerts`} stayed out: {reason}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}
