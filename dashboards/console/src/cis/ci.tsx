/** One CI: what fires on it, what happened to it, what it hangs on and what hangs on it. */
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { ciDetailQuery } from '../api/cis.ts'
import { ApiError } from '../api/client.ts'
import type { CiDetail, Silence } from '../api/schema.d.ts'
import { windowsOfCiQuery } from '../api/silences.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { useKeys } from '../ui/keys.ts'
import { More } from '../ui/more.tsx'
import { Empty, Failure, WaitingRows } from '../ui/states.tsx'
import { AlertsOfCi, ChangesOfCi, IncidentsOfCi, ProblemsOfCi } from './around.tsx'
import { BlastRadiusSection } from './blast.tsx'
import classes from './cis.module.css'
import { NeighbourhoodSection, RelationsSection } from './neighbourhood.tsx'
import { BindingsSection, ProvenanceSection } from './origin.tsx'
import { isService, LiveState } from './row.tsx'

export function CiPage() {
  const { id } = useParams({ from: '/inside/cis/$id' })
  const { data, error, isPending, refetch } = useQuery(ciDetailQuery(id))
  if (isPending) return <WaitingRows rows={4} height={120} />
  if (data === undefined) {
    const isMissing = error instanceof ApiError && error.status === 404
    if (!isMissing) return <Failure what="This CI" error={error} retry={() => void refetch()} />
    return (
      <Empty title={`There is no CI ${id}`}>
        <Text size="sm" c="dimmed">
          The CMDB does not have it, or has it no more. <Link to="/cis">All CIs</Link>
        </Text>
      </Empty>
    )
  }
  return <CiView key={id} ci={data} />
}

function CiView({ ci }: { readonly ci: CiDetail }) {
  const navigate = useNavigate()
  const mute = { kind: 'maintenance' as const, ci: [ci.id] }
  useKeys({
    u: () => void navigate({ to: '/cis' }),
    w: () => void navigate({ to: '/silences/new', search: mute }),
  })
  return (
    <Stack gap="md">
      <title>{`${ci.name} · Faultline`}</title>
      <Headline ci={ci} />
      <div className={classes['columns']}>
        <div className={classes['column']}>
          <NeighbourhoodSection ci={ci} />
          <AlertsOfCi id={ci.id} />
          <BindingsSection id={ci.id} />
        </div>
        <div className={classes['column']}>
          <BlastRadiusSection id={ci.id} />
          <IncidentsOfCi id={ci.id} />
          <ProblemsOfCi id={ci.id} />
          <RelationsSection ci={ci} />
          <ChangesOfCi id={ci.id} />
          <ProvenanceSection id={ci.id} />
        </div>
      </div>
    </Stack>
  )
}

function Headline({ ci }: { readonly ci: CiDetail }) {
  const { id, name, status } = ci
  return (
    <Paper withBorder bg="var(--fl-card)" p={{ base: 'sm', sm: 'md' }}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Group gap={10}>
            <Title order={1} size="h3">
              {name}
            </Title>
            {status !== 'operational' && <Mark tone="warn">{status}</Mark>}
            <Windows id={id} />
          </Group>
          <LiveState live={ci.live} />
        </div>
        <Group gap="xs">
          {isService(ci.class) && (
            <Button
              size="sm"
              variant="default"
              renderRoot={(props) => <Link to="/services/$id" params={{ id }} {...props} />}
            >
              Service map
            </Button>
          )}
          <Button
            size="sm"
            variant="default"
            renderRoot={(props) => (
              <Link to="/silences/new" search={{ kind: 'maintenance', ci: [id] }} {...props} />
            )}
          >
            Plan maintenance
          </Button>
        </Group>
      </Group>
      <Facts ci={ci} />
    </Paper>
  )
}

function Facts({ ci }: { readonly ci: CiDetail }) {
  const facts: readonly (readonly [string, string | null])[] = [
    ['Class', ci.class],
    ['Owner', ci.owner],
    ['Environment', ci.environment],
    ['Criticality', ci.criticality === null ? null : `${ci.criticality} of 4`],
    ['Id', ci.id],
    ['Also called', ci.aliases.length === 0 ? null : ci.aliases.join(', ')],
  ]
  const labels = Object.entries(ci.labels)
  return (
    <>
      <dl className={classes['facts']}>
        {facts.map(([what, value]) =>
          value === null ? null : (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {labels.length > 0 && (
        <More label={labels.length === 1 ? '1 label' : `${labels.length} labels`}>
          <dl className={classes['facts']}>
            {labels.map(([what, value]) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd className="fl-mono">{value}</dd>
              </div>
            ))}
          </dl>
        </More>
      )}
    </>
  )
}

/** When it ends or begins: of a recurring one, its time that runs or comes next. */
function edgeOf({ state, startsAt, endsAt, next }: Silence): string {
  const time = next?.[0] ?? { startsAt, endsAt }
  return state === 'active' ? time.endsAt : time.startsAt
}

/** Maintenance that names it, now or planned. */
function Windows({ id }: { readonly id: string }) {
  const { data } = useQuery(windowsOfCiQuery(id))
  return (
    <>
      {(data?.items ?? []).map((window) => (
        <Text key={window.id} size="sm" component="div">
          <Link
            to="/silences/$id"
            params={{ id: window.id }}
            search={{ kind: 'maintenance' }}
            title={`${window.createdBy}: ${window.comment}`}
          >
            {window.state === 'active' ? 'in maintenance, ends ' : 'maintenance begins '}
          </Link>
          <Ago at={edgeOf(window)} />
          {window.recursText !== undefined && ` · ${window.recursText}`}
        </Text>
      ))}
    </>
  )
}
