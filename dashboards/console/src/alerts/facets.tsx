/** What a search could be narrowed down to, with how many there are of each. */
import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { AlertFacets } from '../api/schema.d.ts'
import { SeverityWord } from '../ui/badges.tsx'
import { CiName } from '../ui/ci-name.tsx'
import { Facet, type FacetValue } from '../ui/facets.tsx'
import { Failure, WaitingRows } from '../ui/states.tsx'
import { facetsQuery } from './api.ts'
import { type AlertSearch, SEVERITIES, trimmed } from './search.ts'

interface FacetsProps {
  readonly search: AlertSearch
  readonly onChange: (search: AlertSearch) => void
}

export function AlertFacetPanel({ search, onChange }: FacetsProps) {
  const { data, error, refetch } = useQuery(facetsQuery(search))
  if (data === undefined) {
    return error === null ? (
      <WaitingRows rows={5} height={26} />
    ) : (
      <Failure what="The facets" error={error} retry={() => void refetch()} />
    )
  }
  return (
    <Stack gap={6} component="section" aria-label="Narrow down">
      <Facet
        name="Severity"
        startsOpen
        values={SEVERITIES.flatMap((value) =>
          data.severities[value] === 0 && !(search.severity ?? []).includes(value)
            ? []
            : [{ value, count: data.severities[value], mark: <SeverityWord severity={value} /> }],
        )}
        chosen={search.severity ?? []}
        onChange={(severity) => onChange(trimmed({ ...search, severity }))}
      />
      <Conditions facets={data} search={search} onChange={onChange} />
      <Named
        name="Scope"
        list="scope"
        values={data.scopes}
        least={2}
        search={search}
        onChange={onChange}
      />
      <Named
        name="Source"
        list="source"
        values={data.sources}
        search={search}
        onChange={onChange}
      />
      <Named name="Rule" list="rule" values={data.rules} search={search} onChange={onChange} />
      <Named
        name="CI"
        list="ci"
        values={data.cis.map((one) => ({ ...one, mark: <CiName id={one.value} /> }))}
        search={search}
        onChange={onChange}
      />
      <Labels facets={data} search={search} onChange={onChange} />
      {data.sample < 1 && (
        <Text size="xs" c="dimmed">
          Scopes, sources, rules, CIs and labels are counted over{' '}
          {Math.max(1, Math.round(data.sample * 100))} % of the alerts and scaled up.
        </Text>
      )}
    </Stack>
  )
}

const MOST_VALUES = 20

interface NamedProps extends FacetsProps {
  readonly name: string
  readonly list: 'scope' | 'source' | 'rule' | 'ci'
  readonly values: readonly FacetValue[]
  /** With fewer values there is nothing to choose. */
  readonly least?: number
}

function Named({ name, list, values, least = 1, search, onChange }: NamedProps) {
  if (values.length < least && (search[list] ?? []).length === 0) return null
  return (
    <Facet
      name={name}
      startsOpen={list === 'rule'}
      values={values}
      chosen={search[list] ?? []}
      onChange={(chosen) => onChange(trimmed({ ...search, [list]: chosen }))}
      more={values.length >= MOST_VALUES}
    />
  )
}

const CONDITIONS = [
  ['suppressed', 'muted'],
  ['stale', 'stale'],
  ['flapping', 'flapping'],
  ['unbound', 'without a CI'],
] as const

function Conditions({
  facets: { flags },
  search,
  onChange,
}: FacetsProps & { readonly facets: AlertFacets }) {
  const isChosen = (name: (typeof CONDITIONS)[number][0]): boolean =>
    name === 'unbound' ? search.bound === false : search[name] === true
  const chosen = CONDITIONS.map(([name]) => name).filter(isChosen)
  return (
    <Facet
      name="Condition"
      startsOpen
      values={CONDITIONS.map(([value, text]) => ({ value, text, count: flags[value] }))}
      chosen={chosen}
      onChange={(wanted) => {
        const set = (name: string): true | undefined => (wanted.includes(name) ? true : undefined)
        onChange(
          trimmed({
            ...search,
            suppressed: set('suppressed'),
            stale: set('stale'),
            flapping: set('flapping'),
            bound: wanted.includes('unbound') ? false : undefined,
          }),
        )
      }}
    />
  )
}

/** Names of labels whose every value is of one alert help nobody to narrow down. */
function helps({ values }: AlertFacets['labels'][number]): boolean {
  return values.some(({ count }) => count > 1)
}

function Labels({ facets, search, onChange }: FacetsProps & { readonly facets: AlertFacets }) {
  const chosen = search.label ?? []
  const chosenNames = new Set(chosen.map((text) => text.slice(0, text.indexOf('='))))
  const names = facets.labels.filter((label) => chosenNames.has(label.name) || helps(label))
  const gone = [...chosenNames].filter((name) => !names.some((one) => one.name === name))
  return (
    <>
      {[...names, ...gone.map((name) => ({ name, count: 0, values: [] }))].map((label) => {
        const mine = chosen.filter((text) => text.startsWith(`${label.name}=`))
        return (
          <Facet
            key={label.name}
            name={label.name}
            values={label.values.map(({ value, count }) => ({
              value: `${label.name}=${value}`,
              text: value,
              count,
            }))}
            chosen={mine}
            onChange={(wanted) => {
              const others = chosen.filter((text) => !text.startsWith(`${label.name}=`))
              onChange(trimmed({ ...search, label: [...others, ...wanted] }))
            }}
          />
        )
      })}
    </>
  )
}
