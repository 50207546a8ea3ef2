/** What was learned: who said what of which alerts, how often it decided, until when it holds. */
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { constraintsQuery, cooccurrencesQuery } from '../api/constraints.ts'
import { proposalsQuery } from '../api/proposals.ts'
import { regroupingsQuery } from '../api/regroupings.ts'
import type { ConstraintPage } from '../api/schema.d.ts'
import { Regroupings } from '../regroupings/section.tsx'
import { focusStep, useKeys } from '../ui/keys.ts'
import { LoadMore } from '../ui/load-more.tsx'
import classes from '../ui/rows.module.css'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { Empty, Failure, Section, WaitingRows } from '../ui/states.tsx'
import { ConstraintRow } from './constraint.tsx'
import { Cooccurrences } from './cooccurrences.tsx'
import { Proposals } from './proposals.tsx'
import { readLearnedSearch } from './search.ts'
import { WeightVersions } from './versions.tsx'

const ROW =
  '[data-regrouping] [data-main], [data-proposal] [data-main], [data-constraint] button[data-main]'

export function LearnedPage() {
  const search = useSearch({ from: '/inside/learned' })
  const { relation, scope } = search
  const navigate = useNavigate({ from: '/learned' })
  const list = useInfiniteQuery(constraintsQuery(search))
  const constraints = list.data?.pages.flatMap(({ items }) => items) ?? []
  const [first] = list.data?.pages ?? []
  const scopes = useScopes(first?.scopes, scope)
  const set = (changed: Record<string, string | undefined>): void =>
    void navigate({
      to: '/learned',
      search: readLearnedSearch({ ...search, ...changed }),
      replace: true,
    })
  useKeys({ j: () => focusStep(ROW, 1), k: () => focusStep(ROW, -1) })
  return (
    <Stack gap="md">
      <title>What was learned · Faultline</title>
      <div>
        <Title order={1} size="h3">
          What was learned
        </Title>
        <Text size="sm" c="dimmed">
          Merges, splits, moves and dismissals count for later alerts of the same kinds, until they
          have been of no use for 30 days
        </Text>
      </div>
      <Group component="search" aria-label="Filter what was learned">
        <ScopeSelect scopes={scopes} value={scope} onChange={(value) => set({ scope: value })} />
        <SegmentedControl
          size="sm"
          value={relation ?? 'all'}
          onChange={(value) => set({ relation: value })}
          data={[
            { value: 'all', label: 'All' },
            { value: 'together', label: 'Belong together' },
            { value: 'apart', label: 'Are apart' },
            { value: 'noise', label: 'Known noise' },
          ]}
          aria-label="What was said"
        />
      </Group>
      <Regroupings scope={scope} />
      <Proposals scope={scope} />
      <WeightVersions scope={scope} />
      {list.isPending && <WaitingRows rows={3} height={70} />}
      {list.isError && list.data === undefined && (
        <Failure what="What was learned" error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && constraints.length === 0 && (
        <Empty title="Nothing so far">
          <Text size="sm" c="dimmed">
            Merge, split or move alerts, or say that something is no incident: what that says of
            such alerts stands here.
          </Text>
        </Empty>
      )}
      {first !== undefined && constraints.length > 0 && (
        <Section title="Constraints" id="constraints">
          <Text size="xs" c="dimmed" mb="sm">
            {first.total} of at most {first.limits.total}, {first.limits.perPerson} of one person
          </Text>
          <ul className={classes['rows']} data-dimmed={list.isPlaceholderData || undefined}>
            {constraints.map((constraint) => (
              <ConstraintRow key={constraint.id} constraint={constraint} />
            ))}
          </ul>
          <LoadMore list={list} />
        </Section>
      )}
      <Cooccurrences scope={scope} />
    </Stack>
  )
}

type Scopes = ConstraintPage['scopes']

/** Of all that the page shows. */
function useScopes(constraints: Scopes | undefined, scope: string | undefined): Scopes {
  const proposals = useQuery(proposalsQuery(scope)).data?.scopes
  const together = useQuery(cooccurrencesQuery(scope)).data?.scopes
  const regroupings = useQuery(regroupingsQuery('open', scope)).data?.scopes
  return [constraints, proposals, together, regroupings].flatMap((some) => some ?? [])
}
