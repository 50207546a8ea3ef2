import { Button, Checkbox, Group, Text } from '@mantine/core'
import type { ProblemDetail, ProblemIncident } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { PriorityMark } from '../ui/badges.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { Section } from '../ui/states.tsx'
import { ImportedIncidents } from './imported.tsx'
import classes from './problems.module.css'
import { countOf } from './words.tsx'

interface IncidentsProps {
  readonly problem: ProblemDetail
  readonly selected: readonly string[]
  readonly onSelect: (id: string) => void
  readonly onSplit: () => void
  readonly onUnlink: () => void
}

/** Its incidents, the newest first; the selected ones can become another problem, or of none. */
export function ProblemIncidents({
  problem,
  selected,
  onSelect,
  onSplit,
  onUnlink,
}: IncidentsProps) {
  const { incidents, incidentCount, imported } = problem
  const some = selected.length > 0 && problem.status !== 'merged'
  return (
    <Section
      title={countOf(incidentCount, 'incident')}
      id="incidents"
      aside={
        <Group gap={6}>
          <Button
            size="compact-sm"
            variant="default"
            disabled={!some || selected.length === incidentCount}
            onClick={onSplit}
          >
            Split off
          </Button>
          <Button size="compact-sm" variant="default" disabled={!some} onClick={onUnlink}>
            Take out
          </Button>
        </Group>
      }
    >
      <ul className={classes['plain']} aria-label="Incidents of the problem">
        {incidents.map((incident) => (
          <IncidentItem
            key={incident.id}
            incident={incident}
            selected={selected.includes(incident.id)}
            onSelect={() => onSelect(incident.id)}
          />
        ))}
      </ul>
      <ImportedIncidents all={imported} />
      {incidents.length + imported.length < incidentCount && (
        <Text size="xs" c="dimmed" mt="xs">
          The newest {incidents.length + imported.length} that are still kept
        </Text>
      )}
    </Section>
  )
}

interface ItemProps {
  readonly incident: ProblemIncident
  readonly selected: boolean
  readonly onSelect: () => void
}

function IncidentItem({ incident, selected, onSelect }: ItemProps) {
  const { id, title, priority, startedAt, resolvedAt, resolution } = incident
  return (
    <li className={classes['incident']} data-member={id}>
      <Checkbox size="xs" checked={selected} onChange={onSelect} aria-label={`Select ${id}`} />
      <PriorityMark priority={priority} />
      <div>
        <Text size="sm">
          <IncidentLink id={id}>{title === '' ? id : title}</IncidentLink>
        </Text>
        <Text size="xs" c="dimmed" className="fl-mono">
          {id}
        </Text>
      </div>
      <Text size="xs" c="dimmed" ta="right" component="div">
        <Ago at={startedAt} />
        <div>
          {resolvedAt === null ? (
            'still open'
          ) : (
            <>
              took <Ago at={startedAt} form="for" until={resolvedAt} />
            </>
          )}
        </div>
      </Text>
      {resolution !== null && (
        <Text size="xs" className={classes['resolution'] ?? ''}>
          Fixed by: {resolution}
        </Text>
      )}
    </li>
  )
}
