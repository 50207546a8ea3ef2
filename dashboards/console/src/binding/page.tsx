/** Binding: names nobody knows with what they may mean, what people said, and how alerts were bound. */
import { Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Alias, BindingReport } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { focusStep, useKeys } from '../ui/keys.ts'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import classes from '../ui/rows.module.css'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'
import { aliasesQuery, reportQuery, unboundQuery, useForgetAlias } from './api.ts'
import { ObservedSection } from './observed.tsx'
import { UnboundRow } from './unbound.tsx'

const ROW = '[data-unbound] button[data-main], [data-alias] button[data-main]'

export function BindingPage() {
  const unbound = useQuery(unboundQuery)
  const names = unbound.data?.items ?? []
  useKeys({ j: () => focusStep(ROW, 1), k: () => focusStep(ROW, -1) })
  return (
    <Stack gap="md">
      <title>Binding · Faultline</title>
      <div>
        <Title order={1} size="h3">
          Binding
        </Title>
        <Text size="sm" c="dimmed">
          Which CI each alert is about, and the names in alerts that no CI has
        </Text>
      </div>
      {unbound.isPending && <WaitingRows rows={3} height={90} />}
      {unbound.isError && unbound.data === undefined && (
        <Failure what="Unbound names" error={unbound.error} retry={() => void unbound.refetch()} />
      )}
      {unbound.data !== undefined && names.length === 0 && (
        <Empty title="No unknown names">
          <Text size="sm" c="dimmed">
            Every name in the alerts so far is that of a CI, or alerts name nothing.
          </Text>
        </Empty>
      )}
      {names.length > 0 && (
        <Section title="Unbound names" id="unbound">
          <Text size="xs" c="dimmed" mb="sm">
            {names.length} of {unbound.data?.total}, those with most alerts first
          </Text>
          <ul className={classes['rows']}>
            {names.map((one) => (
              <UnboundRow key={one.id} unbound={one} />
            ))}
          </ul>
        </Section>
      )}
      <ObservedSection />
      <Aliases />
      <Report />
    </Stack>
  )
}

function Aliases() {
  const { data } = useQuery(aliasesQuery)
  if (data === undefined || data.items.length === 0) return null
  return (
    <Section title="Learned names" id="aliases">
      <ul className={classes['rows']}>
        {data.items.map((alias) => (
          <AliasRow key={alias.id} alias={alias} />
        ))}
      </ul>
    </Section>
  )
}

function AliasRow({ alias }: { readonly alias: Alias }) {
  const { id, label, name, ci, by, at } = alias
  const forget = useForgetAlias()
  return (
    <li data-alias={id}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <div>
          <Text size="sm">
            <span className="fl-mono">
              {label}={name}
            </span>{' '}
            means <strong>{ci}</strong>
          </Text>
          <Text size="xs" c="dimmed" component="div">
            {by} said so <Ago at={at} />
          </Text>
        </div>
        <Button
          size="compact-sm"
          variant="default"
          data-main
          aria-label={`Take back that ${name} means ${ci}`}
          loading={forget.isPending}
          onClick={() =>
            forget.mutate(id, {
              onSuccess: () => sayDone(`${name} no longer means ${ci}`),
              onError: sayRefused,
            })
          }
        >
          Take back
        </Button>
      </Group>
    </li>
  )
}

const percent = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`

function Report() {
  const report = useQuery(reportQuery)
  if (report.isError && report.data === undefined)
    return <Failure what="The report" error={report.error} retry={() => void report.refetch()} />
  if (report.data === undefined) return null
  const { alerts, bound } = report.data
  return (
    <Section title="How alerts of the last 7 days were bound" id="report">
      <Text size="sm" mb="sm" data-bound>
        {bound} of {alerts} alerts are bound: {percent(bound, alerts)}
      </Text>
      <Rules report={report.data} />
    </Section>
  )
}

function Rules({ report: { rules } }: { readonly report: BindingReport }) {
  const sources = new Map<string, number>()
  for (const { source, alerts } of rules) sources.set(source, (sources.get(source) ?? 0) + alerts)
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Source</Table.Th>
          <Table.Th scope="col">Bound by</Table.Th>
          <Table.Th scope="col">Alerts</Table.Th>
          <Table.Th scope="col">Of the source</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rules.slice(0, 100).map(({ source, rule, alerts }) => (
          <Table.Tr key={`${source} ${rule}`}>
            <Table.Td>{source}</Table.Td>
            <Table.Td>{rule === '' ? 'unbound' : rule}</Table.Td>
            <Table.Td>{alerts}</Table.Td>
            <Table.Td>{percent(alerts, sources.get(source) ?? 0)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}
