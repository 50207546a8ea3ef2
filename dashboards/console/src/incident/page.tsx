/** One incident: what it is, why, what to do, and what was done. */
import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { ApiError } from '../api/client.ts'
import { incidentQuery } from '../api/queries.ts'
import type { Incident } from '../api/schema.d.ts'
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
import { RelatedSection } from './related.tsx'
import { SimilarSection } from './similar.tsx'
import { TimelineSection } from './timeline.tsx'
import { TogetherSection } from './together.tsx'

export function IncidentPage() {
  const { id } = useParams({ from: '/inside/incidents/$id' })
  const { data, error, isPending, refetch } = useQuery(incidentQuery(id))
  if (isPending) return <WaitingRows rows={4} height={120} />
  if (data === undefined) {
    const isMissing = error instanceof ApiError && error.status === 404
    if (isMissing) return <Empty title={`There is no incident ${id}`} />
    return <Failure what="This incident" error={error} retry={() => void refetch()} />
  }
  return <IncidentView key={id} incident={data} />
}

const ALERT = '[data-alert] button[aria-expanded]'

function IncidentView({ incident }: { readonly incident: Incident }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  // alerts that have moved on meanwhile are chosen no more
  const selected = incident.alerts.map(({ key }) => key).filter((key) => chosen.has(key))
  const commands = useCommands(incident, selected, () => setChosen(new Set()))
  const navigate = useNavigate()
  const toggle = (key: string): void => {
    const next = new Set(chosen)
    if (!next.delete(key)) next.add(key)
    setChosen(next)
  }
  useKeys({
    ...commands.keys,
    j: () => focusStep(ALERT, 1),
    k: () => focusStep(ALERT, -1),
    x: () => {
      const row = document.activeElement?.closest<HTMLElement>('[data-alert]')
      const key = row?.dataset['alert']
      if (key !== undefined) toggle(key)
    },
    u: () => void navigate({ to: '/incidents' }),
  })
  return (
    <Stack gap="md">
      <title>{`${incident.id} ${incident.title} · Faultline`}</title>
      <Headline incident={incident}>
        <ActionBar incident={incident} commands={commands} />
      </Headline>
      <div className={classes['columns']}>
        <div className={classes['column']}>
          <CausesSection incident={incident} commands={commands} />
          <TogetherSection incident={incident} />
          <AlertsSection
            incident={incident}
            selected={selected}
            onToggle={toggle}
            onChoose={(keys) => setChosen(new Set(keys))}
            commands={commands}
          />
        </div>
        <div className={classes['column']}>
          <ArticlesSection incident={incident} commands={commands} />
          <ChangesSection incident={incident} />
          <SimilarSection incident={incident} />
          <RelatedSection incident={incident} />
          <TimelineSection incident={incident} commands={commands} />
        </div>
      </div>
      <IncidentDialogs incident={incident} commands={commands} selected={selected} />
    </Stack>
  )
}
