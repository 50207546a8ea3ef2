/** Where what is known of a CI comes from: who says each attribute, and how alerts came to be about it. */
import { Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ciBindingsQuery, provenanceQuery } from '../api/cis.ts'
import type { CiBindings, CiProvenance } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { percent } from '../ui/figures.ts'
import { Failure, Section, WaitingRows } from '../ui/states.tsx'
import classes from './cis.module.css'

interface OfCi {
  readonly id: string
}

export function ProvenanceSection({ id }: OfCi) {
  const { data, error, refetch } = useQuery(provenanceQuery(id))
  return (
    <Section title="Who says so" id="provenance">
      {error !== null && data === undefined && (
        <Failure what="Where it comes from" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={2} height={40} />}
      {data !== undefined && <Provenance said={data} />}
    </Section>
  )
}

function Provenance({ said }: { readonly said: CiProvenance }) {
  const { records } = said
  const attributes = Object.entries(said.attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  if (records.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No import named it: it stands as it was given with the CMDB file or by the API.
      </Text>
    )
  }
  return (
    <>
      <ul className={classes['plain']} aria-label="Its sources">
        {records.map(({ source, key, at, authority, retired }) => (
          <li key={`${source} ${key}`}>
            <Text size="sm" component="div">
              <b>{source}</b> as <span className="fl-mono">{key}</span>
              {retired && ', which it has no more'}
            </Text>
            <Text size="xs" c="dimmed" component="div">
              last said <Ago at={at} /> · authority {authority}
            </Text>
          </li>
        ))}
      </ul>
      <Table.ScrollContainer minWidth={0}>
        <Table verticalSpacing={4} fz="sm" aria-label="Who says each attribute">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Attribute</Table.Th>
              <Table.Th>Source</Table.Th>
              <Table.Th>Since</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {attributes.map(([name, { source, at }]) => (
              <Table.Tr key={name} data-attribute={name}>
                <Table.Td className="fl-mono">{name}</Table.Td>
                <Table.Td>{source}</Table.Td>
                <Table.Td>
                  <Ago at={at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  )
}

export function BindingsSection({ id }: OfCi) {
  const { data, error, refetch } = useQuery(ciBindingsQuery(id))
  return (
    <Section title="How alerts came to be about it" id="bindings">
      {error !== null && data === undefined && (
        <Failure what="How alerts were bound to it" error={error} retry={() => void refetch()} />
      )}
      {error === null && data === undefined && <WaitingRows rows={1} height={40} />}
      {data !== undefined && <Bindings found={data.items} />}
    </Section>
  )
}

function Bindings({ found }: { readonly found: CiBindings['items'] }) {
  if (found.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No alert was bound to it.
      </Text>
    )
  }
  return (
    <ul className={classes['plain']}>
      {found.map(({ rule, matched, alerts, confidence, last }) => (
        <li key={`${rule} ${matched}`} data-bound-by={rule}>
          <Text size="sm" component="div">
            <span className="fl-mono">{matched}</span> by {rule.replaceAll('_', ' ')}
          </Text>
          <Text size="xs" c="dimmed" component="div" className="fl-num">
            {alerts === 1 ? '1 alert' : `${alerts} alerts`} · {percent(confidence)} sure · last{' '}
            <Ago at={last} />
          </Text>
        </li>
      ))}
    </ul>
  )
}
