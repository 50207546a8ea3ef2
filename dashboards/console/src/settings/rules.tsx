/** The rules in force, the newest look at their folder, and what was refused there. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useReloadRules } from '../api/operations.ts'
import type { RulesReload, Settings } from '../api/schema.d.ts'
import { Ago } from '../ui/ago.tsx'
import { Mark } from '../ui/badges.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { Section } from '../ui/states.tsx'
import { Fact } from './fact.tsx'
import classes from './settings.module.css'

interface SectionProps {
  readonly settings: Settings
}

export function RulesSection({ settings: { rules, engine } }: SectionProps) {
  return (
    <Section title="Rules and versions" id="rules">
      <dl className={classes['facts']}>
        <Fact name="Faultline">{engine.faultline}</Fact>
        <Fact name="Engine">{engine.version}</Fact>
        <Fact name="Rule packs">{rules.version}</Fact>
        <Fact name="Scopes">
          {rules.scope.length === 0 ? 'one for everything' : `by ${rules.scope.join(', ')}`}
        </Fact>
        <Fact name="CMDB">{engine.topology === '' ? 'none' : engine.topology}</Fact>
        <Fact name="Articles">{engine.articles === '' ? 'none' : engine.articles}</Fact>
      </dl>
      <ul className={classes['packs']}>
        {rules.packs.map(({ name, rules: count }) => (
          <li key={name} data-pack={name}>
            <span className="fl-mono">{name}</span>{' '}
            <Text span size="xs" c="dimmed" className="fl-num">
              {name === 'ingest' ? <Mappings count={count} /> : rulesOf(count)}
            </Text>
          </li>
        ))}
      </ul>
      {rules.reload !== null && <Newest reload={rules.reload} inForce={rules.version} />}
      {rules.folder !== null && <Folder folder={rules.folder} />}
    </Section>
  )
}

function rulesOf(count: number): string {
  if (count === 0) return 'values only'
  return count === 1 ? '1 rule' : `${count} rules`
}

/** Each mapping is a source of its own, and is tried there. */
function Mappings({ count }: { readonly count: number }) {
  if (count === 0) return 'no mappings'
  return (
    <Link to="/sources/try" className="fl-link">
      {count === 1 ? '1 mapping' : `${count} mappings`}
    </Link>
  )
}

const OUTCOMES: Readonly<Record<RulesReload['outcome'], string>> = {
  taken: 'taken over',
  unchanged: 'as in force',
  refused: 'refused',
}

function Newest({ reload, inForce }: { readonly reload: RulesReload; readonly inForce: string }) {
  const { at, by, outcome, version, cases, faults } = reload
  const refused = outcome === 'refused'
  return (
    <div data-reload={outcome}>
      <Group gap={6} mt={8}>
        <Mark tone={refused ? 'bad' : 'calm'}>{OUTCOMES[outcome]}</Mark>
        <Text size="xs" c="dimmed">
          <Ago at={at} />, by {by}
          {version !== null && `, version ${version}`}
          {cases > 0 && `, ${cases} cases run`}
        </Text>
      </Group>
      {refused && (
        <Alert color="red" variant="light" mt={8} title={`Refused: ${inForce} stays in force`}>
          <ul className={classes['faults']}>
            {faults.map((fault) => (
              <li key={JSON.stringify(fault)}>
                <span className="fl-mono">{fault.file}</span>
                {fault.case !== null && `, case “${fault.case}”`}: expected {fault.expected}, got{' '}
                {fault.got}
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </div>
  )
}

function Folder({ folder }: { readonly folder: string }) {
  const reload = useReloadRules()
  return (
    <Group gap="xs" mt={8} justify="space-between">
      <Text size="xs" c="dimmed" flex={1} miw={200}>
        <code>{folder}</code> is watched: a change is checked with its cases and taken over, all
        packs or none. A version is a hash of their content. Editors complete the files by the
        schemas in <code>schema/</code>, which <code>faultline rules schema --out</code> writes.
      </Text>
      <Button
        size="compact-xs"
        variant="default"
        loading={reload.isPending}
        onClick={() =>
          reload.mutate(undefined, {
            onSuccess: ({ outcome, version }) =>
              sayDone(
                outcome === 'taken'
                  ? `Rules ${version ?? ''} are in force`
                  : 'The folder holds the rules in force',
              ),
            onError: sayRefused,
          })
        }
      >
        Read it now
      </Button>
    </Group>
  )
}
