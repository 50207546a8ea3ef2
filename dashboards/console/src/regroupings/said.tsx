/** What speaks for a proposed regrouping: a sentence, the alerts, and the terms that add up. */
import { List, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Regrouping } from '../api/schema.d.ts'
import { percent } from '../ui/figures.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import { TermTable } from '../ui/terms.tsx'

interface SaidProps {
  readonly regrouping: Regrouping
  /** The incident whose page it is: it needs no link. */
  readonly at?: string
}

export function Said({ regrouping, at }: SaidProps) {
  const { id, text, incident, other, alerts, evidence, here, kind } = regrouping
  const others = [incident, ...(other === null ? [] : [other])].filter((one) => one.id !== at)
  const { terms, score, p, threshold, versions } = evidence
  return (
    <Stack gap={4}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {text}
      </Text>
      {others.map(({ id: which, title, priority, alertCount }) => (
        <Text size="sm" key={which}>
          <IncidentLink id={which} />: {title}, P{priority},{' '}
          {alertCount === 1 ? '1 alert' : `${alertCount} alerts`}
        </Text>
      ))}
      <More label={kind === 'split' ? 'What is left of its link' : 'Why it fits there'}>
        <Stack gap={6}>
          <List size="sm">
            {alerts.map(({ key, title }) => (
              <List.Item key={key}>
                <Link
                  to="/alerts/$id"
                  params={{ id: key.split('.')[0] ?? key }}
                  className="fl-link"
                  style={{ display: 'inline-block', lineHeight: '24px' }}
                >
                  {title}
                </Link>
              </List.Item>
            ))}
          </List>
          <Text size="sm">
            {evidence.method === 'first'
              ? 'No link with the others is left'
              : `${kind === 'split' ? 'Its best link here' : 'Its link there'} is sure to ${percent(p)}`}
            ; {percent(threshold)} is needed to join.
            {here !== null &&
              ` Here it fitted with ${percent(here.before)} before, and with ${percent(here.now)} now.`}
          </Text>
          {terms.length > 0 && <TermTable terms={terms} score={score} sum="score, in log-odds" />}
          <Text size="xs" c="dimmed">
            <span className="fl-mono">{id}</span>, decided with rules{' '}
            <span className="fl-mono">{versions.rules}</span>, topology{' '}
            <span className="fl-mono">{versions.topology}</span>
          </Text>
        </Stack>
      </More>
    </Stack>
  )
}
