/** Why an alert is in its incident: the terms, their sum, the threshold, and what it stayed out of. */
import { Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Alert } from '../api/schema.d.ts'
import { percent } from '../ui/figures.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { contribution, TermTable } from '../ui/terms.tsx'

type Evidence = NonNullable<Alert['evidence']>

/** The two strongest reasons, for a line. */
export function whyInOneLine({ method, by, terms }: Evidence): string {
  if (method === 'first') return 'it began this incident'
  if (method === 'person') return `${by ?? 'a person'} put it here`
  if (method === 'rule') return `the rule ${by ?? ''} put it here`
  const strongest = [...terms].sort((a, b) => contribution(b) - contribution(a)).slice(0, 2)
  return strongest.map(({ note }) => note).join('; ')
}

interface WhyProps {
  readonly alert: Alert
  readonly titles: ReadonlyMap<string, string>
}

export function Why({ alert, titles }: WhyProps) {
  const { evidence } = alert
  if (evidence === null) {
    return (
      <Text size="sm" c="dimmed">
        Nothing was decided about where it belongs.
      </Text>
    )
  }
  return (
    <Stack gap={6} data-why={evidence.method}>
      <Text size="sm" fw={650}>
        Why it is in here
      </Text>
      <Verdict evidence={evidence} titles={titles} />
      {evidence.terms.length > 0 && (
        <TermTable terms={evidence.terms} score={evidence.score} sum="score, in log-odds" />
      )}
      {evidence.terms.some(({ name }) => name === 'constraint') && (
        <Text size="sm">
          A correction had a part in it: see{' '}
          <Link to="/learned" className="fl-link">
            what was learned
          </Link>
          .
        </Text>
      )}
      <LeftOut alert={alert} evidence={evidence} />
      <Text size="xs" c="dimmed">
        Decided with rules <span className="fl-mono">{evidence.versions.rules}</span>, topology{' '}
        <span className="fl-mono">{evidence.versions.topology}</span>, engine{' '}
        <span className="fl-mono">{evidence.versions.engine}</span>
        {evidence.versions.weights !== undefined && (
          <>
            , weights <span className="fl-mono">{evidence.versions.weights}</span>
          </>
        )}
      </Text>
    </Stack>
  )
}

interface EvidenceProps {
  readonly evidence: Evidence
}

function Verdict({ evidence, titles }: EvidenceProps & Pick<WhyProps, 'titles'>) {
  const { method, by, best, p, threshold } = evidence
  if (method === 'first')
    return (
      <Text size="sm">
        It began this incident: none that was there took it (an alert joins from{' '}
        {percent(threshold)}).
      </Text>
    )
  if (method === 'person') return <Text size="sm">{by ?? 'Somebody'} put it here.</Text>
  if (method === 'rule')
    return (
      <Text size="sm">
        The rule <b>{by}</b> put it here; rules come before scores.
      </Text>
    )
  return (
    <Text size="sm">
      It belongs here with <b>{percent(p)}</b>, and {percent(threshold)} is needed to join.
      {best !== undefined && (
        <>
          {' '}
          The closest alert in here: <LinkedAlert of={best} titles={titles} />.
        </>
      )}
    </Text>
  )
}

/** The alert it was linked to, by its title where that is known. */
function LinkedAlert({ of, titles }: Pick<WhyProps, 'titles'> & { readonly of: string }) {
  const [id = of] = of.split('.')
  return (
    <Link to="/alerts/$id" params={{ id }} className="fl-link">
      {titles.get(of) ?? 'see its page'}
    </Link>
  )
}

/** Incidents that were looked at and that it stayed out of, each with the reason. */
function LeftOut({ alert, evidence }: EvidenceProps & Pick<WhyProps, 'alert'>) {
  const { runnerUp, rejected = [], boundBy, storm } = evidence
  const close = [...(runnerUp === undefined ? [] : [runnerUp]), ...alert.related]
  const told = new Set(rejected.map(({ incident }) => incident))
  const untold = new Map(close.map((one) => [one.incident, one]))
  const all = [
    ...rejected.map(({ incident, note }) => ({ incident, note })),
    ...[...untold.values()]
      .filter(({ incident }) => !told.has(incident))
      .map(({ incident, p, reason }) => ({ incident, note: `fits with ${percent(p)}: ${reason}` })),
  ]
  return (
    <div data-left-out={all.length}>
      {boundBy !== undefined && (
        <Text size="sm">
          The rule <b>{boundBy}</b> bounds what it may be linked to.
        </Text>
      )}
      {storm !== undefined && (
        <Text size="sm">
          Storm {storm.id}: only the {storm.weighed} nearest of {storm.of} candidates were looked
          at.
        </Text>
      )}
      {all.length === 0 && (
        <Text size="sm" c="dimmed">
          No other incident was close.
        </Text>
      )}
      {all.map(({ incident, note }) => (
        <Text size="sm" key={incident}>
          Stayed out of <IncidentLink id={incident} />: {note}
        </Text>
      ))}
    </div>
  )
}
