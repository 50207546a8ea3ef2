/** The imports there were, each with how it ended. */
import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ImportSummary } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import rows from '../ui/rows.module.css'
import { Section } from '../ui/states.tsx'

const TONES = {
  waiting: 'calm',
  reading: 'accent',
  planned: 'accent',
  guarded: 'warn',
  applying: 'accent',
  applied: 'good',
  undone: 'calm',
  interrupted: 'warn',
  failed: 'bad',
} as const

const WORDS: Readonly<Partial<Record<ImportSummary['state'], string>>> = {
  planned: 'dry run',
  guarded: 'to be confirmed',
}

export function StateMark({ state }: Pick<ImportSummary, 'state'>) {
  return <Mark tone={TONES[state]}>{WORDS[state] ?? state}</Mark>
}

/** `4 added, 2 changed`; what there is none of is left out. */
export function countsText({ counts }: Pick<ImportSummary, 'counts'>): string {
  const said = Object.entries(counts ?? {}).filter(([, count]) => count > 0)
  return said.map(([name, count]) => `${count} ${name}`).join(', ')
}

interface RunsProps {
  readonly runs: readonly ImportSummary[]
  readonly shown: string | undefined
}

export function Runs({ runs, shown }: RunsProps) {
  return (
    <Section title="Imports" id="imports">
      <ul className={rows['rows']}>
        {runs.map((run) => (
          <li key={run.id} data-run={run.id}>
            <Group gap={6}>
              <Link
                to="/imports"
                search={{ id: run.id }}
                className="fl-link"
                data-main
                {...(run.id === shown ? { 'aria-current': 'true' as const } : {})}
              >
                {run.id}
              </Link>
              <StateMark state={run.state} />
              <Text size="sm">
                {run.source} ({run.format})
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              {countsText(run)} <Ago at={run.at} />, by {run.actor}
            </Text>
          </li>
        ))}
      </ul>
    </Section>
  )
}
