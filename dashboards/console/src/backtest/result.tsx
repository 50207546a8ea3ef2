/** What a run came to: figures side by side, then what differs. */
import { Alert, Stack, Table, Text } from '@mantine/core'
import type { Backtest, BacktestFigures, BacktestReport } from '../api/schema.d.ts'
import { percent } from '../ui/figures.ts'
import { Section } from '../ui/states.tsx'
import { AlertLists, IncidentLists, People } from './lists.tsx'

export function Result({ run }: { readonly run: Backtest }) {
  const { id, state, failure, report } = run
  if (state === 'failed')
    return (
      <Alert color="red" role="alert" title={`${id} failed`}>
        {failure}
      </Alert>
    )
  if (report === null) return null
  return (
    <Stack gap="md" data-report={id}>
      <Section title={`${id}: as it was, and changed`} id="figures">
        <Figures report={report} />
      </Section>
      <Section title="What differs" id="differs">
        <Stack gap="sm">
          {isSame(report) && (
            <Text size="sm">Nothing: every incident would have been as it was.</Text>
          )}
          <IncidentLists report={report} />
          <AlertLists report={report} />
        </Stack>
      </Section>
      <Section title="What people did" id="people">
        <People people={report.people} />
      </Section>
    </Stack>
  )
}

function isSame({ totals }: BacktestReport): boolean {
  return Object.entries(totals).every(([name, count]) => name === 'kept' || count === 0)
}

const share = (value: number | null): string => (value === null ? '–' : percent(value))

const ROWS: readonly (readonly [string, (run: BacktestFigures) => string])[] = [
  ['Incidents opened', ({ opened }) => String(opened)],
  ['Incidents people were told of', ({ notified }) => String(notified)],
  ['Alerts', ({ alerts }) => String(alerts)],
  ['Alerts muted', ({ muted }) => String(muted)],
  ['Precision by corrections', ({ score }) => share(score.precision)],
  ['Recall by corrections', ({ score }) => share(score.recall)],
]

function Figures({ report: { before, after } }: { readonly report: BacktestReport }) {
  return (
    <>
      <Table aria-label="Figures" verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Figure</Table.Th>
            <Table.Th scope="col" ta="right">
              As it was
            </Table.Th>
            <Table.Th scope="col" ta="right">
              Changed
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {ROWS.map(([name, of]) => (
            <Table.Tr key={name} data-figure={name}>
              <Table.Th scope="row" fw={400}>
                {name}
              </Table.Th>
              <Table.Td ta="right" className="fl-num">
                {of(before)}
              </Table.Td>
              <Table.Td ta="right" className="fl-num" fw={of(before) === of(after) ? 400 : 700}>
                {of(after)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt={6}>
        {corrections(before)}
      </Text>
    </>
  )
}

function corrections({ score: { together, apart } }: BacktestFigures): string {
  if (together + apart === 0)
    return 'Nobody merged, split or moved anything in this range: there is nothing to measure by.'
  return `Pairs of alerts that people put together: ${together}, took apart: ${apart}. Both runs are measured as the engine placed them by itself.`
}
