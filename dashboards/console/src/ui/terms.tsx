/** Terms of a score, as a sum that a reader can add up by hand. */
import { Table, Text } from '@mantine/core'
import type { Term } from '../api/schema.d.ts'
import { decimal } from './figures.ts'
import classes from './terms.module.css'

interface TermsProps {
  readonly terms: readonly Term[]
  readonly score: number
  /** What the sum is called, e.g. `score`. */
  readonly sum: string
}

export function contribution({ x, w }: Term): number {
  return x * w
}

const CLOSE_ENOUGH = 1e-6

export function TermTable({ terms, score, sum }: TermsProps) {
  const widest = Math.max(...terms.map((term) => Math.abs(contribution(term))), 1e-9)
  const total = terms.reduce((all, term) => all + contribution(term), 0)
  const agrees = Math.abs(total - score) <= CLOSE_ENOUGH
  return (
    <Table className={classes['terms'] ?? ''} verticalSpacing={5} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Term</Table.Th>
          <Table.Th className={classes['number'] ?? ''}>Value × weight</Table.Th>
          <Table.Th className={classes['number'] ?? ''}>Adds</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {terms.map((term) => (
          <TermRow key={term.name} term={term} widest={widest} />
        ))}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Th scope="row" colSpan={2}>
            Sum = {sum}
            {!agrees && (
              <Text span size="xs" c="var(--fl-bad)">
                {' '}
                (the score says {decimal(score)})
              </Text>
            )}
          </Table.Th>
          <Table.Th className={classes['number'] ?? ''} data-sum={decimal(total)}>
            {decimal(total)}
          </Table.Th>
        </Table.Tr>
      </Table.Tfoot>
    </Table>
  )
}

function TermRow({ term, widest }: { readonly term: Term; readonly widest: number }) {
  const adds = contribution(term)
  const share = `${(Math.abs(adds) / widest) * 100}%`
  return (
    <Table.Tr>
      <Table.Th scope="row" title={inputsOf(term)}>
        {term.name}
        <span className={classes['note']}>{term.note}</span>
        <span className={classes['bar']} data-sign={adds < 0 ? 'minus' : 'plus'} aria-hidden="true">
          <span style={{ width: share }} />
        </span>
      </Table.Th>
      <Table.Td className={classes['number'] ?? ''}>
        {decimal(term.x)} × {decimal(term.w)}
      </Table.Td>
      <Table.Td className={classes['number'] ?? ''} data-adds={decimal(adds)}>
        {decimal(adds)}
      </Table.Td>
    </Table.Tr>
  )
}

/** The measured values behind a term. */
function inputsOf({ inputs }: Term): string {
  return Object.entries(inputs)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ')
}
