import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { incidentQuery } from '../api/queries.ts'
import type { Incident } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { duration } from '../ui/clock.ts'
import { percent } from '../ui/figures.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import { SafeLink } from '../ui/safe-link.tsx'
import { Section } from '../ui/states.tsx'
import { TermTable } from '../ui/terms.tsx'
import classes from './incident.module.css'

/** Past incidents like this one, what fixed them, and how long that took. */
export function SimilarSection({ incident }: { readonly incident: Incident }) {
  return (
    <Section title="Similar incidents" id="similar">
      {incident.similar.length === 0 && (
        <Text size="sm" c="dimmed">
          No past incident is like this one.
        </Text>
      )}
      <ul className={classes['plain']}>
        {incident.similar.map(({ incident: id, title, resolution, score, terms, imported }) => (
          <li key={id}>
            <Text size="sm">
              {imported === undefined ? <IncidentLink id={id}>{title}</IncidentLink> : title}
            </Text>
            <Text size="xs" c="dimmed" component="div">
              {imported === undefined ? (
                <span className="fl-mono">{id}</span>
              ) : (
                <Imported imported={imported} />
              )}{' '}
              · {percent(score)} alike
              {imported === undefined ? <Course id={id} /> : <ImportedCourse imported={imported} />}
            </Text>
            <Text size="sm" className={classes['fixedBy'] ?? ''}>
              {resolution === null ? 'Nobody noted what fixed it.' : `Fixed by: ${resolution}`}
            </Text>
            <More label="Why similar">
              <TermTable terms={terms} score={score} sum="score" />
            </More>
          </li>
        ))}
      </ul>
    </Section>
  )
}

type OfOtherTool = NonNullable<Incident['similar'][number]['imported']>

/** What its tool calls it, and where it is shown there. */
function Imported({ imported: { number, url, source } }: { readonly imported: OfOtherTool }) {
  return (
    <>
      Imported: {url === null ? number : <SafeLink href={url}>{number}</SafeLink>} of {source}
    </>
  )
}

function ImportedCourse({ imported }: { readonly imported: OfOtherTool }) {
  const { openedAt, resolvedAt, resolver, team } = imported
  const by = resolver ?? team
  return (
    <>
      {' '}
      · <Ago at={openedAt} />, took {duration(Date.parse(resolvedAt) - Date.parse(openedAt))}
      {by !== null && `, ended by ${by}`}
    </>
  )
}

/** When it was, how long it took, and who ended it. */
function Course({ id }: { readonly id: string }) {
  const { data } = useQuery(incidentQuery(id))
  if (data === undefined || data.resolvedAt === null) return null
  const { firstAlertAt, resolvedAt, resolvedBy, confirmedCause } = data
  return (
    <>
      {' '}
      · <Ago at={firstAlertAt} />, took{' '}
      {duration(Date.parse(resolvedAt) - Date.parse(firstAlertAt))}
      {resolvedBy !== null && resolvedBy !== 'engine' && `, ended by ${resolvedBy}`}
      {confirmedCause !== null && `, cause ${confirmedCause}`}
    </>
  )
}
