/** Why these alerts are one incident: on the topology. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { incidentGraphQuery } from '../api/queries.ts'
import type { Incident, IncidentGraph } from '../api/schema.d.ts'
import { pictureOfIncident } from '../graph/from-api.ts'
import { Graph } from '../graph/graph.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'

export function TogetherSection({ incident }: { readonly incident: Incident }) {
  const { data, error, isPending, refetch } = useQuery(incidentGraphQuery(incident.id))
  return (
    <Section title="Why these are together" id="together">
      {isPending && <WaitingRows rows={1} height={400} />}
      {error !== null && data === undefined && (
        <Failure what="The picture" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && <Picture id={incident.id} graph={data} />}
    </Section>
  )
}

interface PictureProps {
  readonly id: string
  readonly graph: IncidentGraph
}

function Picture({ id, graph }: PictureProps) {
  const picture = useMemo(() => pictureOfIncident(graph), [graph])
  if (picture.nodes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        None of its alerts is bound to a CI, so there is nothing to draw them on.
      </Text>
    )
  }
  return <Graph picture={picture} label={`${id} on the topology`} />
}
