/** One service on a map of its own: what it needs, all the way down, and what needs it. */
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { serviceQuery } from '../api/cis.ts'
import { ApiError } from '../api/client.ts'
import type { Service } from '../api/schema.d.ts'
import { IncidentsOfCi, ProblemsOfCi } from '../cis/around.tsx'
import { LiveState } from '../cis/row.tsx'
import { useBundles } from '../graph/bundles.tsx'
import { pictureOfService } from '../graph/from-api.ts'
import { Graph } from '../graph/graph.tsx'
import { PastBar, PastButton } from '../past/bar.tsx'
import { readPast } from '../past/search.ts'
import { type Past, usePast } from '../past/use-past.ts'
import { countOf } from '../problems/words.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { IncidentLink } from '../ui/incident-link.tsx'
import { useKeys } from '../ui/keys.ts'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'
import { Layers } from './layers.tsx'
import classes from './services.module.css'

export function ServicePage() {
  const { id } = useParams({ from: '/inside/services/$id' })
  const search = useSearch({ from: '/inside/services/$id' })
  const navigate = useNavigate()
  const set = (change: object): void =>
    void navigate({
      to: '/services/$id',
      params: { id },
      search: readPast({ ...search, ...change }),
      replace: true,
      resetScroll: false,
    })
  const past = usePast(search, set, (client, at) => {
    void client.prefetchQuery(serviceQuery(id, at))
  })
  const { data, error, refetch } = useQuery({
    ...serviceQuery(id, search.at),
    // while another moment is read the one before stays; never another service
    placeholderData: (previous) => (previous?.ci === id ? previous : undefined),
  })
  useKeys({
    u: () => void navigate({ to: '/topology' }),
    c: () => void navigate({ to: '/cis/$id', params: { id } }),
  })
  if (data === undefined) {
    if (error === null) return <WaitingRows rows={4} height={120} />
    const isMissing = error instanceof ApiError && error.status === 404
    if (!isMissing)
      return <Failure what="This service" error={error} retry={() => void refetch()} />
    return (
      <Empty title={`There is no service ${id}`}>
        <Text size="sm" c="dimmed">
          The CMDB does not have it, or it is no service. <CiLink id={id}>The CI of this id</CiLink>
          , <Link to="/topology">all services</Link>
        </Text>
      </Empty>
    )
  }
  return <ServiceView key={id} service={data} past={past} />
}

interface ViewProps {
  readonly service: Service
  readonly past: Past
}

function ServiceView({ service, past }: ViewProps) {
  const { ci, name, needs, neededBy } = service
  return (
    <Stack gap="md">
      <title>{`${name} · Faultline`}</title>
      <Headline service={service} isLive={past.search.at === undefined} />
      <Section title="Map" id="map" aside={<PastButton past={past} />}>
        <PastBar past={past} />
        <Picture service={service} />
      </Section>
      <div className={classes['columns']}>
        <Section title="It needs" id="needs">
          <Layers
            all={needs}
            none="Nothing that the CMDB knows of: a fault of it begins with it."
          />
        </Section>
        <Section title="What needs it" id="needed-by">
          <Layers all={neededBy} none="Nothing: a fault of it hurts nobody else." />
        </Section>
        <div>
          <IncidentsOfCi id={ci} />
          <ProblemsOfCi id={ci} />
        </div>
      </div>
    </Stack>
  )
}

interface HeadlineProps {
  readonly service: Service
  readonly isLive: boolean
}

function Headline({ service, isLive }: HeadlineProps) {
  const { ci, name, class: kind, owner, environment, criticality } = service
  const facts = [
    kind,
    owner ?? 'no owner',
    environment,
    criticality === null ? 'criticality unknown' : `criticality ${criticality} of 4`,
  ]
  return (
    <Paper withBorder bg="var(--fl-card)" p={{ base: 'sm', sm: 'md' }}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h3">
            {name}
          </Title>
          <Text size="sm" c="dimmed">
            {facts.filter((fact) => fact !== null).join(' · ')}
          </Text>
          {isLive && <LiveState live={service.live} />}
          <Ground service={service} isLive={isLive} />
        </div>
        <Button
          size="sm"
          variant="default"
          title="Its alerts, changes and origin (c)"
          renderRoot={(props) => <Link to="/cis/$id" params={{ id: ci }} {...props} />}
        >
          Its CI
        </Button>
      </Group>
    </Paper>
  )
}

/** What fires on it and on what it runs on, and in which incidents. */
function Ground({ service: { rolledUp, carriers }, isLive }: HeadlineProps) {
  const { firing, suppressed, severity, incidents } = rolledUp
  const does = isLive ? (firing === 1 ? 'fires' : 'fire') : 'fired then'
  const muted = suppressed > 0 ? `, ${suppressed} muted` : ''
  return (
    <Text size="sm" mt={4} component="div">
      {firing + suppressed === 0
        ? `Nothing ${isLive ? 'fires' : 'fired then'} on it or on the ${countOf(carriers, 'CI')} it runs on.`
        : `${countOf(firing, 'alert')}${muted} ${does} on it and on the ${countOf(carriers, 'CI')} it runs on`}
      {severity !== null && `, ${severity} at worst`}
      {incidents.map((id, at) => (
        <span key={id}>
          {at === 0 ? ': ' : ', '}
          <IncidentLink id={id} />
        </span>
      ))}
    </Text>
  )
}

function Picture({ service }: { readonly service: Service }) {
  const navigate = useNavigate()
  const whole = useMemo(() => pictureOfService(service), [service])
  const { picture, tools, opens } = useBundles(whole, service.ci)
  if (whole.nodes.length === 1)
    return (
      <Text size="sm" c="dimmed">
        The CMDB has no relation of it to another CI, so there is nothing to draw.
      </Text>
    )
  const pick = (id: string | null): void => {
    if (id === null || id === service.ci || opens(id)) return
    void navigate({ to: '/cis/$id', params: { id } })
  }
  return (
    <>
      <Graph
        picture={picture}
        label={`What ${service.name} needs, and what needs it`}
        selected={service.ci}
        onSelect={pick}
        height={480}
      />
      {tools}
      {service.truncated && (
        <Text size="xs" c="dimmed" mt={6}>
          There is more; the nearest are drawn.
        </Text>
      )}
    </>
  )
}
