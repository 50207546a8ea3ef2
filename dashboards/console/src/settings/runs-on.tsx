/** What it runs on: journal and snapshot, store. */
import { Table, Text } from '@mantine/core'
import type { Settings } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { bytesText } from '../ui/sizes.ts'
import { Section } from '../ui/states.tsx'
import { Fact } from './fact.tsx'
import classes from './settings.module.css'

interface SectionProps {
  readonly settings: Settings
}

const COUNT = new Intl.NumberFormat()

export function DurabilitySection({ settings: { journal, snapshot, backup } }: SectionProps) {
  return (
    <Section title="Journal and snapshot" id="journal">
      <dl className={classes['facts']}>
        <Fact name="Durable up to">{COUNT.format(journal.last)}</Fact>
        <Fact name="Applied up to">{COUNT.format(journal.applied)}</Fact>
        <Fact name="Waiting">{COUNT.format(journal.lag)}</Fact>
        <Fact name="Newest snapshot">
          {snapshot === null ? 'none yet' : <Ago at={snapshot.finishedAt} />}
        </Fact>
        {snapshot !== null && (
          <>
            <Fact name="It holds up to">{COUNT.format(snapshot.offset)}</Fact>
            <Fact name="A restart reads after it">{COUNT.format(snapshot.behind)}</Fact>
            <Fact name="Size">{bytesText(snapshot.bytes)}</Fact>
          </>
        )}
        <Fact name="Newest backup">
          {backup === null ? 'none yet: faultline backup takes one' : <Ago at={backup.at} />}
        </Fact>
        {backup !== null && (
          <>
            <Fact name="The backup holds up to">{COUNT.format(backup.offset)}</Fact>
            <Fact name="Size of the backup">{bytesText(backup.bytes)}</Fact>
          </>
        )}
      </dl>
    </Section>
  )
}

export function StoreSection({ settings: { store } }: SectionProps) {
  const bytes = store.tables.reduce((sum, table) => sum + table.bytes, 0)
  return (
    <Section title="Store" id="store">
      <dl className={classes['facts']}>
        <Fact name="Kind">{store.kind}</Fact>
        <Fact name="ClickHouse">{store.version}</Fact>
        <Fact name="Schema">{store.schema}</Fact>
        <Fact name="On disk">{bytesText(bytes)}</Fact>
        <Fact name="Records waiting">{COUNT.format(store.waitingRecords)}</Fact>
        <Fact name="Failed writes">{COUNT.format(store.failedInserts)}</Fact>
      </dl>
      <Table verticalSpacing={4} mt="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Table</Table.Th>
            <Table.Th ta="right">Rows</Table.Th>
            <Table.Th ta="right">On disk</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {store.tables.map((table) => (
            <Table.Tr key={table.table}>
              <Table.Th scope="row" fw={500} className="fl-mono">
                {table.table}
              </Table.Th>
              <Table.Td ta="right" className="fl-num">
                {COUNT.format(table.rows)}
              </Table.Td>
              <Table.Td ta="right" className="fl-num">
                {bytesText(table.bytes)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt={6}>
        Rows count older versions that are not merged away yet.
      </Text>
    </Section>
  )
}
