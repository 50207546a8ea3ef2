import { Button, Group, Stack, Text } from '@mantine/core'
import type { Incident, RankedCause } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { percent } from '../ui/figures.ts'
import { More } from '../ui/more.tsx'
import { Section } from '../ui/states.tsx'
import { TermTable } from '../ui/terms.tsx'
import type { Commands } from './commands.ts'
import classes from './incident.module.css'

interface CausesProps {
  readonly incident: Incident
  readonly commands: Commands
}

/** Probable root causes with their factors; or that nothing stands out, and why. */
export function CausesSection({ incident, commands }: CausesProps) {
  const { rootCause, confirmedCause } = incident
  return (
    <Section
      title={confirmedCause === null ? 'Likely root cause' : 'Root cause'}
      id="causes"
      aside={
        commands.editable && (
          <Button size="compact-xs" variant="default" onClick={() => commands.open('cause')}>
            It was something else…
          </Button>
        )
      }
    >
      <Stack gap="sm">
        {confirmedCause !== null && (
          <Text size="sm">
            <b>
              <CiName id={confirmedCause} />
            </b>{' '}
            was the cause: confirmed by a person.
          </Text>
        )}
        <Analysis rootCause={rootCause} />
        {rootCause !== null && (
          <Candidates causes={rootCause.candidates} incident={incident} commands={commands} />
        )}
      </Stack>
    </Section>
  )
}

interface CandidatesProps extends CausesProps {
  readonly causes: readonly RankedCause[]
}

const AT_FIRST = 2

/** The best ones at once, the others for who asks. */
function Candidates({ causes, incident, commands }: CandidatesProps) {
  const list = (some: readonly RankedCause[]) => (
    <ol className={classes['causes']}>
      {some.map((cause) => (
        <Cause key={cause.ci} cause={cause} incident={incident} commands={commands} />
      ))}
    </ol>
  )
  const others = causes.slice(AT_FIRST)
  return (
    <>
      {list(causes.slice(0, AT_FIRST))}
      {others.length > 0 && (
        <More label={others.length === 1 ? '1 more candidate' : `${others.length} more candidates`}>
          <div className={classes['others']}>{list(others)}</div>
        </More>
      )}
    </>
  )
}

function Analysis({ rootCause }: Pick<Incident, 'rootCause'>) {
  if (rootCause === null) {
    return (
      <Text size="sm" c="dimmed">
        Not analysed yet. That happens a moment after the newest alert.
      </Text>
    )
  }
  if (!rootCause.abstained) return null
  return (
    <div>
      <Text size="sm" fw={600}>
        Nothing stands out
      </Text>
      <Text size="sm" c="dimmed">
        {rootCause.reason}
        {rootCause.candidates.length > 0 && ' What was looked at:'}
      </Text>
    </div>
  )
}

interface CauseProps extends CausesProps {
  readonly cause: RankedCause
}

function Cause({ cause, incident, commands }: CauseProps) {
  const { ci, weight, score, factors, explains, counterfactual } = cause
  const confirmed = incident.confirmedCause === ci
  return (
    <li>
      <div className={classes['causeLine']}>
        <div className={classes['causeName']}>
          <Text size="sm" fw={650}>
            <CiName id={ci} />
          </Text>
          <Text size="xs" c="dimmed">
            <span className="fl-mono">{ci}</span> · explains {explains.length} of{' '}
            {incident.alertCount} alerts
          </Text>
        </div>
        <Group gap={8} wrap="nowrap">
          <span className={classes['weight']} title="Weight beside the other candidates">
            <span style={{ width: `${weight * 100}%` }} />
          </span>
          <Text span size="sm" className="fl-num">
            {percent(weight)}
          </Text>
          {confirmed ? (
            <Mark tone="good">confirmed</Mark>
          ) : (
            commands.editable && (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`Confirm ${ci} as the cause`}
                onClick={() => void commands.run({ do: 'confirm-cause', body: { ci } })}
              >
                Confirm
              </Button>
            )
          )}
        </Group>
      </div>
      <Text size="sm" c="dimmed">
        {counterfactual}
      </Text>
      <More label="Factors">
        <TermTable terms={factors} score={score} sum="score" />
      </More>
    </li>
  )
}
