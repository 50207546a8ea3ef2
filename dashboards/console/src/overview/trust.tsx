import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { LiveStats } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { type AddressQuery, PageLink } from '../ui/page-link.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import { liveStatsQuery } from './api.ts'
import classes from './overview.module.css'

const COUNT = new Intl.NumberFormat()

/** Whether what is shown can be believed: the ledger, silent sources, what nobody confirms. */
export function TrustSection() {
  const { data, error, refetch } = useQuery(liveStatsQuery())
  return (
    <Section
      title="Can this be believed?"
      id="trust"
      aside={data !== undefined && <Verdict live={data} />}
    >
      {data === undefined && error === null && <WaitingRows rows={4} height={26} />}
      {data === undefined && error !== null && (
        <Failure what="The state of Faultline" error={error} retry={() => void refetch()} />
      )}
      {data !== undefined && <Facts live={data} />}
    </Section>
  )
}

interface LiveProps {
  readonly live: LiveStats
}

function Verdict({ live: { ledger, silent, deadLetters } }: LiveProps) {
  if (!ledger.balanced) return <Mark tone="bad">the ledger is not balanced</Mark>
  if (silent.length > 0)
    return (
      <Mark tone="warn">{silent.length === 1 ? 'a source is silent' : 'sources are silent'}</Mark>
    )
  if (deadLetters > 0) return <Mark tone="warn">not all of it could be read</Mark>
  return <Mark tone="good">yes</Mark>
}

function Facts({ live: { ledger, deadLetters, silent, alerts } }: LiveProps) {
  const firing = { state: 'firing' }
  return (
    <dl className={classes['facts']}>
      <Fact name="Ledger" path="/sources" value={ledger.balanced ? 'balanced' : 'not balanced'}>
        {COUNT.format(ledger.received)} items received since the start,{' '}
        {COUNT.format(ledger.rejected)} rejected
      </Fact>
      <Fact name="Dead letters" path="/dead-letters" value={deadLetters}>
        could not be read or applied
      </Fact>
      <Fact name="Silent sources" path="/sources" value={silent.length}>
        {silent.length === 0 && 'everybody who reports is heard'}
        {silent.slice(0, 3).map(({ reporter, silentSince }) => (
          <span key={reporter} className={classes['silent']}>
            {reporter} for <Ago at={silentSince} form="for" />
          </span>
        ))}
      </Fact>
      <Fact name="Stale" path="/alerts" query={{ ...firing, stale: true }} value={alerts.stale}>
        fire, but nobody confirms them
      </Fact>
      <Fact
        name="Muted"
        path="/alerts"
        query={{ ...firing, suppressed: true }}
        value={alerts.suppressed}
      >
        fire behind a silence or a rule
      </Fact>
      <Fact
        name="Without a CI"
        path="/alerts"
        query={{ ...firing, bound: false }}
        value={alerts.unbound}
      >
        fire, and the CMDB does not know where
      </Fact>
    </dl>
  )
}

interface FactProps {
  readonly name: string
  readonly value: number | string
  readonly path: string
  readonly query?: AddressQuery
  readonly children: ReactNode
}

function Fact({ name, value, path, query = {}, children }: FactProps) {
  return (
    <div data-fact={name}>
      <dt>{name}</dt>
      <dd>
        <PageLink path={path} query={query} fw={650}>
          {typeof value === 'number' ? COUNT.format(value) : value}
        </PageLink>{' '}
        <Text span size="xs" c="dimmed">
          {children}
        </Text>
      </dd>
    </div>
  )
}
