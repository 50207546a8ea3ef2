/** Why these alerts are one incident: on the topology, in sentences, and what was left out. */
import { Anchor, Button, Group, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { incidentGraphQuery } from '../api/queries.ts'
import type { Incident, IncidentGraph } from '../api/schema.d.ts'
import { pictureOfIncident } from '../graph/from-api.ts'
import { Graph } from '../graph/graph.tsx'
import { percent } from '../ui/figures.ts'
import { IncidentLink } from '../ui/incident-link.tsx'
import { More } from '../ui/more.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import classes from './incident.module.css'
import { unfoldSearch } from './unfold.ts'

interface TogetherProps {
  readonly incident: Incident
  readonly at: string | undefined
  /** The CI whose alerts are shown below. */
  readonly ci: string | null
  readonly onCi: (ci: string | null) => void
}

export function TogetherSection({ incident, at, ci, onCi }: TogetherProps) {
  const { id } = incident
  const { data, error, isPending, refetch } = useQuery(incidentGraphQuery(id, at))
  return (
    <Section
      title="Why these are together"
      id="together"
      aside={
        <Text size="sm" component="div">
          <Link to="/topology" search={unfoldSearch(incident)} title="(o)">
            See it unfold on the map
          </Link>
        </Text>
      }
    >
      {isPending && <WaitingRows rows={1} height={420} />}
      {error !== null && data === undefined && (
        <Failure what="The picture" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && <Picture id={id} graph={data} ci={ci} onCi={onCi} />}
    </Section>
  )
}

interface PictureProps extends Pick<TogetherProps, 'ci' | 'onCi'> {
  readonly id: string
  readonly graph: IncidentGraph
}

function Picture({ id, graph, ci, onCi }: PictureProps) {
  const picture = useMemo(() => pictureOfIncident(graph), [graph])
  const [told, setTold] = useState<Join | null>(null)
  const [cause, setCause] = useState<string | null>(null)
  const highlighted = useMemo(() => {
    const { path, from } = told ?? { path: [], from: null }
    const cis = path.length > 0 ? path : from === null ? [] : [from]
    if (cis.length > 0) return new Set(cis)
    const ways = graph.explained.filter((one) => one.cause === cause)
    return ways.length === 0 ? null : new Set(ways.flatMap((one) => one.path))
  }, [told, cause, graph])
  return (
    <>
      {picture.nodes.length === 0 ? (
        <Text size="sm" c="dimmed">
          None of its alerts is bound to a CI, so there is nothing to draw them on.
        </Text>
      ) : (
        <Graph
          picture={picture}
          label={`${id} on the topology`}
          selected={ci}
          onSelect={onCi}
          highlighted={highlighted}
          height={420}
        />
      )}
      <Chosen graph={graph} ci={ci} onCi={onCi} />
      <Explained graph={graph} cause={cause} onCause={setCause} />
      <Story graph={graph} onTell={setTold} />
      <LeftOut graph={graph} />
    </>
  )
}

/** What the picture says of the node that was picked, and the way to its alerts. */
function Chosen({ graph, ci, onCi }: Omit<PictureProps, 'id'>) {
  const node = graph.nodes.find((one) => one.ci === ci)
  if (node === undefined) return null
  const { name, alerts, firing, incidents, role } = node
  return (
    <Group gap="xs" mt="xs" role="status">
      <Text size="sm">
        <b>{name}</b>:{' '}
        {alerts > 0
          ? `${countOf(alerts)} of this incident, ${firing} firing`
          : role === 'between'
            ? 'no alert of its own; it lies between two that have'
            : 'no alert of this incident'}
      </Text>
      {incidents.map((other) => (
        <Text size="sm" key={other} component="span">
          fires in <IncidentLink id={other} />
        </Text>
      ))}
      {alerts > 0 && (
        <Anchor size="sm" href="#alerts">
          Its alerts
        </Anchor>
      )}
      <Button size="compact-xs" variant="default" onClick={() => onCi(null)}>
        Show all again
      </Button>
    </Group>
  )
}

interface ExplainedProps {
  readonly graph: IncidentGraph
  readonly cause: string | null
  readonly onCause: (cause: string | null) => void
}

/** Lets the picture show how a cause reaches the alerts that it explains. */
function Explained({ graph, cause, onCause }: ExplainedProps) {
  const causes = [...new Set(graph.explained.map((one) => one.cause))]
  if (causes.length === 0) return null
  const nameOf = (ci: string): string => graph.nodes.find((node) => node.ci === ci)?.name ?? ci
  return (
    <Group gap="xs" mt="xs">
      <Text size="sm" c="dimmed">
        Show how it spreads from
      </Text>
      {causes.map((ci) => (
        <Button
          key={ci}
          size="compact-xs"
          variant={ci === cause ? 'filled' : 'default'}
          aria-pressed={ci === cause}
          onClick={() => onCause(ci === cause ? null : ci)}
        >
          {nameOf(ci)}
        </Button>
      ))}
    </Group>
  )
}

type Join = IncidentGraph['joins'][number]

function countOf(alerts: number): string {
  return alerts === 1 ? '1 alert' : `${alerts} alerts`
}

/** One sentence for what came in the same way; what began it first. */
function sentenceOf(join: Join, nameOf: (ci: string | null) => string): string {
  const { method, by, alerts, title, from, to, p } = join
  const where = from === null ? '' : ` on ${nameOf(from)}`
  const what = alerts === 1 ? `“${title}”${where}` : `${countOf(alerts)}${where}`
  switch (method) {
    case 'first':
      return `${what} began it: no open incident was close enough.`
    case 'rule':
      return `The rule ${by} put ${what} here; rules come before scores.`
    case 'person':
      return `${by === '' ? 'Somebody' : by} put ${what} here.`
    case 'none':
      return `${what} joined silently: muted, and on the same CI.`
    case 'score': {
      const beside = from === to || to === null ? 'what fires there already' : nameOf(to)
      return `${what} joined ${beside} with ${percent(p)}: ${join.because.join('; ')}.`
    }
  }
}

interface StoryProps {
  readonly graph: IncidentGraph
  readonly onTell: (join: Join | null) => void
}

const AT_FIRST = 5

function Story({ graph, onTell }: StoryProps) {
  const names = new Map(graph.nodes.map(({ ci, name }) => [ci, name]))
  const nameOf = (ci: string | null): string => names.get(ci ?? '') ?? ci ?? 'no CI'
  const order = (join: Join): number => (join.method === 'first' ? 0 : 1)
  const joins = [...graph.joins].sort((a, b) => order(a) - order(b))
  const list = (some: readonly Join[]) => (
    <ol className={classes['story']}>
      {some.map((join) => (
        <li key={JSON.stringify([join.method, join.by, join.from, join.to])}>
          <UnstyledButton
            className={classes['sentence'] ?? ''}
            onMouseEnter={() => onTell(join)}
            onMouseLeave={() => onTell(null)}
            onFocus={() => onTell(join)}
            onBlur={() => onTell(null)}
            onClick={() => onTell(join)}
          >
            {sentenceOf(join, nameOf)}
          </UnstyledButton>
        </li>
      ))}
    </ol>
  )
  const others = joins.slice(AT_FIRST)
  return (
    <div data-story>
      {list(joins.slice(0, AT_FIRST))}
      {others.length > 0 && (
        <More label={others.length === 1 ? '1 more reason' : `${others.length} more reasons`}>
          {list(others)}
        </More>
      )}
    </div>
  )
}

/** What was close and is not in here, and what the picture leaves out. */
function LeftOut({ graph }: { readonly graph: IncidentGraph }) {
  const { others, unbound, leftOut, nodes } = graph
  const silent = nodes.filter(({ role, incidents }) => role === 'near' && incidents.length === 0)
  return (
    <div className={classes['leftOut']}>
      <Text size="sm" fw={650}>
        What was left out
      </Text>
      {others.length === 0 && (
        <Text size="sm" c="dimmed">
          No other open incident was close to its alerts.
        </Text>
      )}
      <ul className={classes['story']}>
        {others.map(({ incident, p, reason, alerts }) => (
          <li key={incident}>
            <Text size="sm" component="span">
              <IncidentLink id={incident} /> was close to {countOf(alerts)}
              {p !== null && `, at ${percent(p)}`}: they stayed out of it, {reason}.
            </Text>
          </li>
        ))}
      </ul>
      {silent.length > 0 && (
        <Text size="sm" c="dimmed">
          Directly related and silent:{' '}
          {silent
            .slice(0, 6)
            .map(({ name }) => name)
            .join(', ')}
          {silent.length > 6 && ` and ${silent.length - 6} more`}.
        </Text>
      )}
      {unbound > 0 && (
        <Text size="sm" c="dimmed">
          {countOf(unbound)} {unbound === 1 ? 'is' : 'are'} bound to no CI and not in the picture.
        </Text>
      )}
      {leftOut > 0 && (
        <Text size="sm" c="dimmed">
          {leftOut} more CIs with alerts are not in the picture: those with most alerts are.
        </Text>
      )}
    </div>
  )
}
