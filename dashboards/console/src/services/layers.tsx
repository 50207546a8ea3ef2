/** CIs by class, those with most that fires first, as far as they are to be read at a glance. */
import { Group, Text } from '@mantine/core'
import type { ServiceNeighbour } from '../api/schema.d.ts'
import { LiveState } from '../cis/row.tsx'
import { pluralOf } from '../graph/bundle.ts'
import { Mark } from '../ui/badges.tsx'
import { CiLink } from '../ui/ci-link.tsx'
import { More } from '../ui/more.tsx'
import classes from './services.module.css'

/** CIs of one class that are named at once. */
const NAMED = 30

interface LayersProps {
  readonly all: readonly ServiceNeighbour[]
  readonly none: string
}

export function Layers({ all, none }: LayersProps) {
  if (all.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    )
  return (
    <>
      {layersOf(all).map(({ kind, members, burning }) => (
        <More
          key={kind}
          label={`${members.length} ${members.length === 1 ? kind : pluralOf(kind)}${burning === 0 ? '' : `, ${burning} burning`}`}
          startsOpen={burning > 0 || members.length <= 5}
        >
          <ul className={classes['plain']}>
            {members.slice(0, NAMED).map((one) => (
              <li key={one.ci}>
                <Member one={one} />
              </li>
            ))}
          </ul>
          {members.length > NAMED && (
            <Text size="xs" c="dimmed">
              and {members.length - NAMED} more
            </Text>
          )}
        </More>
      ))}
    </>
  )
}

function Member({ one }: { readonly one: ServiceNeighbour }) {
  const { ci, name, owner, criticality, hops, live, status } = one
  const facts = [
    owner,
    criticality === null ? null : `criticality ${criticality}`,
    hops === 1 ? 'direct' : `${hops} hops`,
  ]
  return (
    <Group justify="space-between" gap="xs">
      <Text size="sm" component="div">
        <CiLink id={ci}>{name}</CiLink>{' '}
        <Text span size="xs" c="dimmed">
          {facts.filter((fact) => fact !== null).join(' · ')}
        </Text>
        {status === 'observed' && <Mark tone="warn">observed</Mark>}
      </Text>
      <LiveState live={live} />
    </Group>
  )
}

interface Layer {
  readonly kind: string
  readonly members: readonly ServiceNeighbour[]
  /** Members on which something fires that is not muted. */
  readonly burning: number
}

/** Classes in the order in which the nearest of each is met; within one what burns first. */
export function layersOf(all: readonly ServiceNeighbour[]): readonly Layer[] {
  const classesOf = new Map<string, ServiceNeighbour[]>()
  for (const one of all) {
    const known = classesOf.get(one.class) ?? []
    classesOf.set(one.class, known)
    known.push(one)
  }
  const isQuiet = ({ live }: ServiceNeighbour): number => (live.firing > 0 ? 0 : 1)
  return [...classesOf].map(([kind, members]) => ({
    kind,
    members: [...members].sort((a, b) => isQuiet(a) - isQuiet(b) || a.hops - b.hops),
    burning: members.filter(({ live }) => live.firing > 0).length,
  }))
}
