/** One incident: what it is, why, what to do, and what was done; now, or as it was known then. */
import { Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../api/client.ts'
import { incidentQuery } from '../api/queries.ts'
import type { Incident } from '../api/schema.d.ts'
import { RegroupingBanner } from '../regroupings/banner.tsx'
import { exact } from '../ui/clock.ts'
import { focusStep, useKeys } from '../ui/keys.ts'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { ActionBar, IncidentDialogs } from './actions.tsx'
import { AlertsSection } from './alerts.tsx'
import { CausesSection } from './causes.tsx'
import { ChangesSection } from './changes.tsx'
import { useCommands } from './commands.ts'
import { Headline } from './headline.tsx'
import classes from './incident.module.css'
import { ArticlesSection } from './knowledge.tsx'
import { PastBar, usePast } from './past.tsx'
import { SimilarSection } from './similar.tsx'
import { TimelineSection } from './timeline.tsx'
import { TogetherSection } from './together.tsx'
import { unfoldSearch } from './unfold.ts'

export function IncidentPage() {
  const { id } = useParams({ from: '/inside/incidents/$id' })
  const { at } = useSearch({ from: '/inside/incidents/$id' })
  const { data, error, isPending, refetch } = useQuery({
    ...incidentQuery(id, at),
    // while another moment is read the one before stays; never another incident
    placeholderData: (previous) => (previous?.id === id ? previous : undefined),
  })
  if (isPending) return <WaitingRows rows={4} height={120} />
  if (data === undefined || error !== null) {
    const isMissing = error instanceof ApiError && error.status === 404
    if (isMissing) return <Missing id={id} at={at} />
    if (data === undefined)
      return <Failure what="This incident" error={error} retry={() => void refetch()} />
  }
  return <IncidentView key={id} incident={data} at={at} />
}

interface MissingProps {
  readonly id: string
  readonly at: string | undefined
}

function Missing({ id, at }: MissingProps) {
  if (at === undefined) {
    return (
      <Empty title={`There is no incident ${id}`}>
        <Text size="sm">It may never have been, or be older than what is kept.</Text>
        <Link to="/incidents">All incidents</Link>
      </Empty>
    )
  }
  return (
    <Empty title={`${id} was not there yet`}>
      <Text size="sm">Nothing is known of it as of {exact(at)}.</Text>
      <Button
        variant="default"
        size="xs"
        renderRoot={(props) => <Link to="/incidents/$id" params={{ id }} {...props} />}
        style={{ alignSelf: 'flex-start' }}
      >
        Show it as it is now
      </Button>
    </Empty>
  )
}

const ALERT = '[data-alert] button[aria-expanded]'

interface ViewProps {
  readonly incident: Incident
  readonly at: string | undefined
}

function IncidentView({ incident, at }: ViewProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [ci, setCi] = useState<string | null>(null)
  const past = usePast(incident.id, at)
  const selected = [...chosen]
  const commands = useCommands(incident, {
    selected,
    clearSelection: () => setChosen(new Set()),
    past: at !== undefined,
  })
  const navigate = useNavigate()
  const toggle = (key: string): void => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    setChosen(next)
  }
  useKeys({
    ...commands.keys,
    ...past.keys,
    j: () => focusStep(ALERT, 1),
    k: () => focusStep(ALERT, -1),
    x: () => {
      const row = document.activeElement?.closest<HTMLElement>('[data-alert]')
      const key = row?.dataset['alert']
      if (key !== undefined && commands.editable) toggle(key)
    },
    o: () => void navigate({ to: '/topology', search: unfoldSearch(incident) }),
    u: () => void navigate({ to: '/incidents' }),
  })
  return (
    <Stack gap="md">
      <title>{`${incident.id} ${incident.title} · Faultline`}</title>
      <Headline incident={incident}>
        <ActionBar incident={incident} commands={commands} />
      </Headline>
      <PastBar past={past} at={at} />
      {at === undefined && incident.resolvedAt !== null && (
        <Text size="sm">
          It is over.{' '}
          <Link to="/incidents/$id/review" params={{ id: incident.id }} className="fl-link">
            Review it
          </Link>
        </Text>
      )}
      {at === undefined && <RegroupingBanner incident={incident.id} />}
      <div className={classes['columns']}>
        <div className={classes['column']}>
          <CausesSection incident={incident} commands={commands} />
          <ChangesSection incident={incident} />
        </div>
        <div className={classes['column']}>
          <ArticlesSection incident={incident} commands={commands} />
          <SimilarSection incident={incident} />
        </div>
      </div>
      <TogetherSection incident={incident} at={at} ci={ci} onCi={setCi} />
      <div className={classes['columns']}>
        <AlertsSection
          incident={incident}
          at={at}
          ci={ci}
          onCi={setCi}
          selection={{ keys: chosen, toggle, choose: (keys) => setChosen(new Set(keys)) }}
          commands={commands}
        />
        <TimelineSection incident={incident} at={at} commands={commands} />
      </div>
      <IncidentDialogs incident={incident} commands={commands} selected={selected} />
    </Stack>
  )
}
