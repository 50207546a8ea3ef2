import { Button, Checkbox, Group, SegmentedControl, Text } from '@mantine/core'
import { useState } from 'react'
import type { Alert, Incident } from '../api/schema.d.ts'
import { Icon } from '../ui/icons.tsx'
import { Section } from '../ui/states.tsx'
import { AlertRow } from './alert-row.tsx'
import type { Commands } from './commands.ts'
import classes from './incident.module.css'

interface AlertsProps {
  readonly incident: Incident
  readonly selected: readonly string[]
  readonly onToggle: (key: string) => void
  readonly onChoose: (keys: readonly string[]) => void
  readonly commands: Commands
}

const SEVERITIES = ['critical', 'error', 'warning', 'unknown', 'info', 'none'] as const

/** Firing first, then the worst, then the oldest. */
function inOrder(alerts: readonly Alert[]): readonly Alert[] {
  const rank = ({ state, severity }: Alert): number =>
    (state === 'firing' ? 0 : SEVERITIES.length) + SEVERITIES.indexOf(severity)
  return [...alerts].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.startsAt < b.startsAt ? -1 : a.startsAt > b.startsAt ? 1 : 0) ||
      (a.key < b.key ? -1 : 1),
  )
}

const AT_FIRST = 50

export function AlertsSection({ incident, selected, onToggle, onChoose, commands }: AlertsProps) {
  const [showing, setShowing] = useState<'all' | 'firing'>('all')
  const [limit, setLimit] = useState(AT_FIRST)
  const all = inOrder(incident.alerts).filter(
    ({ state }) => showing === 'all' || state === 'firing',
  )
  const shown = all.slice(0, limit)
  const titles = new Map(incident.alerts.map(({ key, title }) => [key, title]))
  return (
    <Section
      title={`Alerts (${incident.alerts.length})`}
      id="alerts"
      aside={
        <SegmentedControl
          size="xs"
          value={showing}
          onChange={(value) => setShowing(value === 'firing' ? 'firing' : 'all')}
          data={[
            { value: 'all', label: 'All' },
            { value: 'firing', label: `Firing (${incident.firingCount})` },
          ]}
          aria-label="Alerts shown"
        />
      }
    >
      <Selection
        keys={all.map(({ key }) => key)}
        selected={selected}
        onChoose={onChoose}
        commands={commands}
      />
      <ul className={classes['alerts']} aria-label="Alerts">
        {shown.map((alert) => (
          <AlertRow
            key={alert.key}
            alert={alert}
            titles={titles}
            selected={selected.includes(alert.key)}
            onToggle={onToggle}
            selectable={commands.editable}
          />
        ))}
      </ul>
      {all.length === 0 && (
        <Text size="sm" c="dimmed">
          {incident.alerts.length === 0
            ? 'It has no alerts any more.'
            : 'None of its alerts fires.'}
        </Text>
      )}
      {all.length > limit && (
        <Button variant="default" size="xs" mt="sm" onClick={() => setLimit(limit + 200)}>
          Show {Math.min(200, all.length - limit)} more of {all.length - limit}
        </Button>
      )}
    </Section>
  )
}

interface SelectionProps {
  readonly keys: readonly string[]
  readonly selected: readonly string[]
  readonly onChoose: (keys: readonly string[]) => void
  readonly commands: Commands
}

function Selection({ keys, selected, onChoose, commands }: SelectionProps) {
  if (!commands.editable || keys.length === 0) return null
  const everything = selected.length === keys.length
  return (
    <Group gap="sm" className={classes['selection'] ?? ''}>
      <Checkbox
        size="sm"
        checked={everything}
        indeterminate={selected.length > 0 && !everything}
        onChange={() => onChoose(everything ? [] : keys)}
        label={
          selected.length === 0 ? 'Select alerts to split or move' : `${selected.length} selected`
        }
      />
      {selected.length > 0 && (
        <>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => commands.open('split')}
            leftSection={<Icon name="split" size={14} />}
          >
            Split off…
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => commands.open('move')}>
            Move to…
          </Button>
        </>
      )}
    </Group>
  )
}
