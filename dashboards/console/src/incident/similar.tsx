import { Text } from '@mantine/core'
import type { Incident } from '../api/schema.d.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import { Section } from '../ui/states.tsx'
import { TermTable } from '../ui/terms.tsx'
import classes from './incident.module.css'

/** Past incidents like this one, and what fixed them. */
export function SimilarSection({ incident }: { readonly incident: Incident }) {
  if (incident.similar.length === 0) return null
  return (
    <Section title="Similar incidents" id="similar">
      <ul className={classes['plain']}>
        {incident.similar.map(({ incident: id, title, resolution, score, terms }) => (
          <li key={id}>
            <Text size="sm">
              <IncidentLink id={id}>{title}</IncidentLink>
            </Text>
            <Text size="xs" c="dimmed" className="fl-mono">
              {id}
            </Text>
            {resolution !== null && (
              <Text size="sm" className={classes['fixedBy'] ?? ''}>
                Fixed by: {resolution}
              </Text>
            )}
            <More label="Why similar">
              <TermTable terms={terms} score={score} sum="score" />
            </More>
          </li>
        ))}
      </ul>
    </Section>
  )
}
