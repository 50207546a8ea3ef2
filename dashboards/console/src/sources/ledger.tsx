import { Alert, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ledgerQuery } from '../api/queries.ts'
import type { Ledger } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'

type Outcome = keyof Ledger['outcomes']

/** With what each of them means. */
export const OUTCOMES: readonly (readonly [Outcome, string])[] = [
  ['opened', 'It met the open policy and began an incident'],
  ['joined', 'It went into an incident that was there'],
  ['repeated', 'A report of an alert that fires already'],
  ['resolved', 'It ended an alert'],
  ['suppressed', 'A silence, a maintenance window or a rule mutes it'],
  ['held', 'Kept below the open policy'],
  ['late-ignored', 'About a time that is over'],
  ['change', 'A change, not an alert'],
  ['rejected', 'It could not be read; see the dead letters'],
]

const COUNT = new Intl.NumberFormat()

/** Every received item has exactly one outcome, and the sums agree. */
export function LedgerSection() {
  const { data, error, refetch } = useQuery(ledgerQuery())
  return (
    <Section
      title="Ledger"
      id="ledger"
      aside={
        data !== undefined && (
          <Mark tone={data.balanced ? 'good' : 'bad'}>
            {data.balanced ? 'balanced' : 'not balanced'}
          </Mark>
        )
      }
    >
      {error !== null && data === undefined && (
        <Failure what="The ledger" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={2} height={32} />}
      {data?.faults.map(({ source, difference }) => (
        <Alert key={source} color="red" mb="sm">
          {source}: {difference} received items have no outcome. Please report this as a fault.
        </Alert>
      ))}
      {data !== undefined && data.sources.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing was received yet.
        </Text>
      )}
      {data !== undefined && data.sources.length > 0 && <LedgerTable ledger={data} />}
    </Section>
  )
}

function LedgerTable({ ledger }: { readonly ledger: Ledger }) {
  return (
    <Table.ScrollContainer minWidth={760} type="native" tabIndex={0}>
      <Table className="fl-num" ta="right">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Source</Table.Th>
            <Table.Th ta="right">Received</Table.Th>
            {OUTCOMES.map(([name, what]) => (
              <Table.Th key={name} ta="right" title={what}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ledger.sources.map((row) => (
            <LedgerRow key={row.source} name={row.source} {...row} />
          ))}
        </Table.Tbody>
        {ledger.sources.length > 1 && (
          <Table.Tfoot>
            <LedgerRow name="all" {...ledger} />
          </Table.Tfoot>
        )}
      </Table>
    </Table.ScrollContainer>
  )
}

interface RowProps {
  readonly name: string
  readonly received: number
  readonly outcomes: Ledger['outcomes']
}

function LedgerRow({ name, received, outcomes }: RowProps) {
  return (
    <Table.Tr data-source={name}>
      <Table.Th scope="row" ta="left">
        {name}
      </Table.Th>
      <Table.Td>{COUNT.format(received)}</Table.Td>
      {OUTCOMES.map(([outcome]) => (
        <Table.Td key={outcome} {...(outcomes[outcome] === 0 ? { c: 'dimmed' } : {})}>
          {COUNT.format(outcomes[outcome])}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}
