/** What could not be read or applied, with a way back in. */
import { Button, Group, SegmentedControl, Select, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { deadLettersQuery, type LetterFilters } from '../api/operations.ts'
import type { DeadLetterPage } from '../api/schema.d.ts'
import { focusStep, useKeys } from '../ui/keys.ts'
import { LoadMore } from '../ui/load-more.tsx'
import classes from '../ui/rows.module.css'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'
import { BulkActs } from './bulk.tsx'
import { Letter } from './letter.tsx'
import { LETTER_STATES, readLettersSearch } from './search.ts'

const ROW = '[data-letter] button[data-main]'

export function LettersPage() {
  const search = useSearch({ from: '/inside/dead-letters' })
  const navigate = useNavigate({ from: '/dead-letters' })
  const set = (changed: Record<string, string | undefined>): void =>
    void navigate({
      to: '/dead-letters',
      search: readLettersSearch({ ...search, ...changed }),
      replace: true,
    })
  const list = useInfiniteQuery(deadLettersQuery(search))
  const letters = list.data?.pages.flatMap(({ items }) => items) ?? []
  const groups = list.data?.pages[0]?.groups ?? []
  useKeys({ j: () => focusStep(ROW, 1), k: () => focusStep(ROW, -1) })
  return (
    <Stack gap="md">
      <title>Dead letters · Faultline</title>
      <Group justify="space-between">
        <Title order={1} size="h3">
          Dead letters
        </Title>
        {(search.state ?? 'open') === 'open' && (
          <BulkActs filters={search} count={countOf(groups, search)} />
        )}
      </Group>
      <Filters search={search} groups={groups} onChange={set} />
      {list.isPending && <WaitingRows rows={3} height={70} />}
      {list.isError && list.data === undefined && (
        <Failure what="The dead letters" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && letters.length === 0 && (
        <Nothing
          search={search}
          onClear={() => set({ source: undefined, scope: undefined, step: undefined })}
        />
      )}
      {letters.length > 0 && (
        <Section title="What could not be read or applied" id="dead-letters">
          <ul className={classes['rows']} data-dimmed={list.isPlaceholderData || undefined}>
            {letters.map((letter) => (
              <Letter key={letter.id} letter={letter} />
            ))}
          </ul>
          <LoadMore list={list} />
        </Section>
      )}
    </Stack>
  )
}

type Groups = DeadLetterPage['groups']

function countOf(groups: Groups, { source, scope, step }: LetterFilters): number {
  return groups
    .filter((one) => scope === undefined || one.scope === scope)
    .filter((one) => source === undefined || one.source === source)
    .filter((one) => step === undefined || one.step === step)
    .reduce((sum, { count }) => sum + count, 0)
}

interface FiltersProps {
  readonly search: LetterFilters
  readonly groups: Groups
  readonly onChange: (changed: Record<string, string | undefined>) => void
}

const STATE_NAMES = { open: 'Open', replayed: 'Replayed', discarded: 'Discarded' } as const

const STEP_NAMES = {
  decode: 'decode: not JSON, or too large',
  parse: 'parse: not as its source has it',
  apply: 'apply: could not be taken over',
} as const

function Filters({ search, groups, onChange }: FiltersProps) {
  const { source, scope, step, state = 'open' } = search
  const sources = [...new Set([...groups.map((one) => one.source), source ?? []].flat())].sort()
  return (
    <Group component="search" gap="sm" aria-label="Filter dead letters">
      <SegmentedControl
        size="sm"
        value={state}
        onChange={(value) => onChange({ state: value })}
        data={LETTER_STATES.map((value) => ({ value, label: STATE_NAMES[value] }))}
        aria-label="State"
      />
      <Select
        aria-label="Source"
        placeholder="Any source"
        clearable
        value={source ?? null}
        data={sources.map((value) => ({
          value,
          label: `${value} (${countOf(groups, { ...search, source: value })})`,
        }))}
        onChange={(value) => onChange({ source: value ?? undefined })}
      />
      <ScopeSelect scopes={groups} value={scope} onChange={(value) => onChange({ scope: value })} />
      <Select
        aria-label="Step"
        placeholder="Any step"
        clearable
        w={250}
        value={step ?? null}
        data={Object.entries(STEP_NAMES).map(([value, label]) => ({ value, label }))}
        onChange={(value) => onChange({ step: value ?? undefined })}
      />
    </Group>
  )
}

interface NothingProps {
  readonly search: LetterFilters
  readonly onClear: () => void
}

function Nothing({ search: { source, scope, step, state = 'open' }, onClear }: NothingProps) {
  if (source !== undefined || scope !== undefined || step !== undefined) {
    return (
      <Empty title="No dead letter matches">
        <Group>
          <Button variant="default" size="xs" onClick={onClear}>
            Show them all
          </Button>
        </Group>
      </Empty>
    )
  }
  return (
    <Empty title={state === 'open' ? 'No dead letters' : `None was ${state}`}>
      <Text size="sm" c="dimmed">
        {state === 'open'
          ? 'Everything that came in could be read, or somebody has looked after it.'
          : 'What is replayed or discarded is kept here for 90 days after it came in.'}
      </Text>
    </Empty>
  )
}
