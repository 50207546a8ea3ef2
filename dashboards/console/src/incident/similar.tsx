import { Badge, Text } from '@mantine/core'
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

type Similar = Incident['similar'][number]
type Remedy = Incident['remedies'][number]

/** Remedies that are told at the top. */
const MOST_REMEDIES = 3

/** Past incidents like this one, what fixed them, who did it, and how long that took. */
export function SimilarSection({ incident }: { readonly incident: Incident }) {
  const { similar, remedies } = incident
  return (
    <Section title="Similar incidents" id="similar">
      {similar.length === 0 && (
        <Text size="sm" c="dimmed">
          No past incident is like this one. Once it is over, say what fixed it: the next one shows
          it here.
        </Text>
      )}
      {remedies.length > 0 && <Remedies remedies={remedies.slice(0, MOST_REMEDIES)} />}
      <ul className={classes['plain']} aria-label="Similar incidents">
        {similar.map((one) => (
          <li key={one.incident} data-similar={one.incident}>
            <One one={one} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** What helped most often, with the median time to the end. */
function Remedies({ remedies }: { readonly remedies: readonly Remedy[] }) {
  return (
    <ol className={classes['remedies']} aria-label="What helped before">
      {remedies.map(({ text, times, of, medianMs, by, incidents }) => (
        <li key={incidents[0]}>
          <Text size="sm">
            <b>
              {times} of {of} {of === 1 ? 'time' : 'times'}:
            </b>{' '}
            {text}
          </Text>
          <Text size="xs" c="dimmed">
            {medianMs !== null && `${times > 1 ? 'median ' : ''}${duration(medianMs)}`}
            {medianMs !== null && by.length > 0 && ' · '}
            {by.length > 0 && `by ${by.join(', ')}`}
          </Text>
        </li>
      ))}
    </ol>
  )
}

function One({ one }: { readonly one: Similar }) {
  const { incident, title, resolution, score, terms, why, sameFamily, imported } = one
  return (
    <>
      <Text size="sm" component="div">
        {imported === undefined ? <IncidentLink id={incident}>{title}</IncidentLink> : title}
        {sameFamily && (
          <>
            {' '}
            <Badge size="xs" variant="light">
              Same fault
            </Badge>
          </>
        )}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        {imported === undefined ? (
          <span className="fl-mono">{incident}</span>
        ) : (
          <Imported imported={imported} />
        )}{' '}
        · {percent(Math.min(1, score))} alike
        <Course one={one} />
      </Text>
      <Text size="sm" className={classes['fixedBy'] ?? ''}>
        {resolution === null ? 'Nobody noted what fixed it.' : `Fixed by: ${resolution}`}
      </Text>
      <Text size="xs" c="dimmed">
        Both have: {why}
      </Text>
      <More label="Why similar">
        <TermTable terms={terms} score={score} sum="score" />
      </More>
    </>
  )
}

/** What its tool calls it, and where it is shown there. */
function Imported({
  imported: { number, url, source },
}: {
  readonly imported: NonNullable<Similar['imported']>
}) {
  return (
    <>
      Imported: {url === null ? number : <SafeLink href={url}>{number}</SafeLink>} of {source}
    </>
  )
}

/** When it was, how long it took, and who ended it. */
function Course({ one: { resolvedAt, tookMs, by } }: { readonly one: Similar }) {
  return (
    <>
      {resolvedAt !== null && (
        <>
          {' '}
          · <Ago at={resolvedAt} />
        </>
      )}
      {tookMs !== null && `, took ${duration(tookMs)}`}
      {by !== null && `, by ${by}`}
    </>
  )
}
