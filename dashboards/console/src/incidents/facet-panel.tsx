/** The facets beside the list: counted by the server under the present filter. */
import { Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { IncidentFacets, IncidentViewQuery } from '../api/schema.d.ts'
import { type TextCondition, trimmed } from '../app/search.ts'
import { PriorityMark, SeverityWord } from '../ui/badges.tsx'
import { Facet, type FacetValue } from '../ui/facets.tsx'
import { facetsQuery } from './api.ts'

interface PanelProps {
  readonly query: IncidentViewQuery
  readonly onChange: (query: IncidentViewQuery) => void
}

type Counted = IncidentFacets['facets'][number]

const TEXTS: readonly (readonly [TextCondition, string, boolean])[] = [
  ['scope', 'Scope', true],
  ['service', 'Service', true],
  ['team', 'Team', true],
  ['owner', 'Owner', true],
  ['source', 'Source', false],
  ['rule', 'Rule', false],
  ['ci', 'CI', false],
]

export function FacetPanel({ query, onChange }: PanelProps) {
  const { data } = useQuery(facetsQuery(query))
  const of = (name: Counted['name']): Counted =>
    data?.facets.find((facet) => facet.name === name) ?? { name, values: [], more: false }
  const set = (change: IncidentViewQuery): void => onChange(trimmed({ ...query, ...change }))
  return (
    <Stack gap={10}>
      <Facet
        name="Priority"
        startsOpen
        values={[1, 2, 3, 4, 5].map((priority) => priorityValue(priority, of('priority')))}
        chosen={(query.priority ?? []).map(String)}
        onChange={(chosen) => set({ priority: chosen.map(Number) })}
      />
      <Facet
        name="Condition"
        startsOpen
        values={CONDITIONS.map(({ value, text, flag, is }) => ({
          value,
          text,
          count: countOf(of(flag), String(is)),
        }))}
        chosen={CONDITIONS.filter(({ flag, is }) => query[flag] === is).map(({ value }) => value)}
        onChange={(chosen) => onChange(withConditions(query, chosen))}
      />
      {TEXTS.map(([name, title, startsOpen]) => (
        <TextFacet
          key={name}
          {...{ name, title, startsOpen, query, onChange }}
          counted={of(name)}
        />
      ))}
      <Facet
        name="Severity"
        values={of('severity').values.map(({ value, count }) => severityValue(value, count))}
        chosen={query.severity ?? []}
        onChange={(chosen) =>
          set({ severity: SEVERITIES.filter((severity) => chosen.includes(severity)) })
        }
      />
    </Stack>
  )
}

function countOf({ values }: Counted, value: string): number {
  return values.find((one) => one.value === value)?.count ?? 0
}

const PRIORITIES = [1, 2, 3, 4, 5] as const
const PRIORITY_NAMES = ['critical', 'high', 'moderate', 'low', 'planning']

function priorityValue(priority: number, counted: Counted): FacetValue {
  const level = PRIORITIES.find((one) => one === priority) ?? 5
  return {
    value: String(priority),
    count: countOf(counted, String(priority)),
    text: `P${priority} ${PRIORITY_NAMES[priority - 1]}`,
    mark: (
      <>
        <PriorityMark priority={level} /> {PRIORITY_NAMES[priority - 1]}
      </>
    ),
  }
}

const SEVERITIES = ['critical', 'error', 'warning', 'info', 'unknown', 'none'] as const

function severityValue(value: string, count: number): FacetValue {
  const severity = SEVERITIES.find((one) => one === value)
  if (severity === undefined) return { value, count }
  return { value, count, mark: <SeverityWord severity={severity} /> }
}

const CONDITIONS = [
  { value: 'unacknowledged', text: 'Unacknowledged', flag: 'acknowledged', is: false },
  { value: 'acknowledged', text: 'Acknowledged', flag: 'acknowledged', is: true },
  { value: 'flapping', text: 'Flapping', flag: 'flapping', is: true },
  { value: 'stale', text: 'Stale', flag: 'stale', is: true },
  { value: 'edited', text: 'Edited by a person', flag: 'edited', is: true },
] as const

/** Of two that exclude each other the one chosen last stays. */
function withConditions(query: IncidentViewQuery, chosen: readonly string[]): IncidentViewQuery {
  const { acknowledged: before, stale: _s, flapping: _f, edited: _e, ...rest } = query
  const asked = (value: string): boolean => chosen.includes(value)
  const both = asked('acknowledged') && asked('unacknowledged')
  const either = asked('acknowledged') || asked('unacknowledged')
  return trimmed({
    ...rest,
    ...(either ? { acknowledged: both ? before === false : asked('acknowledged') } : {}),
    ...(asked('flapping') ? { flapping: true } : {}),
    ...(asked('stale') ? { stale: true } : {}),
    ...(asked('edited') ? { edited: true } : {}),
  })
}

interface TextFacetProps extends PanelProps {
  readonly name: TextCondition
  readonly title: string
  readonly startsOpen: boolean
  readonly counted: Counted
}

const TYPING_MS = 200

/** A facet of an open set: where not all values fit, the server looks for others. */
function TextFacet({ name, title, startsOpen, counted, query, onChange }: TextFacetProps) {
  const [text, setText] = useState('')
  const [find] = useDebouncedValue(text, TYPING_MS)
  const { data } = useQuery({
    ...facetsQuery(query, { facet: name, find }),
    enabled: find !== '',
  })
  // where there is one scope for everything, there is nothing to choose
  const least = name === 'scope' ? 2 : 1
  if (counted.values.length < least && text === '' && query[name] === undefined) return null
  const found = find === '' ? counted : (data?.facets.find((one) => one.name === name) ?? counted)
  return (
    <Facet
      name={title}
      startsOpen={startsOpen}
      values={found.values.map(({ value, name: ciName, count }) => ({
        value,
        count,
        text: name === 'owner' && value === 'nobody' ? 'Nobody' : (ciName ?? value),
      }))}
      chosen={query[name] ?? []}
      onChange={(chosen) => onChange(trimmed({ ...query, [name]: [...chosen] }))}
      more={found.more}
      {...(counted.more || text !== '' ? { onFind: setText } : {})}
    />
  )
}
