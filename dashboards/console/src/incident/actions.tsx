import { Button, Group } from '@mantine/core'
import type { Incident } from '../api/schema.d.ts'
import { Icon } from '../ui/icons.tsx'
import { AssignDialog } from './assign.tsx'
import { CauseDialog } from './cause-dialog.tsx'
import type { Commands } from './commands.ts'
import { DismissDialog } from './dismiss.tsx'
import { MergeDialog, MoveDialog, SplitDialog } from './regroup.tsx'
import { ResolveDialog } from './resolve.tsx'

interface ActionBarProps {
  readonly incident: Incident
  readonly commands: Commands
}

/** What can be done to the incident as a whole. */
export function ActionBar({ incident, commands }: ActionBarProps) {
  const { editable, busy, open } = commands
  if (!editable) return null
  const acknowledged = incident.acknowledgedAt !== null
  const isOpen = incident.status === 'open' || incident.status === 'provisional'
  return (
    <Group gap={8} mt="md" role="group" aria-label="Actions">
      <Button
        size="sm"
        variant={acknowledged ? 'default' : 'filled'}
        onClick={commands.acknowledge}
        loading={busy}
        leftSection={<Icon name="check" size={15} />}
      >
        {acknowledged ? 'Take back acknowledgement' : 'Acknowledge'}
      </Button>
      <Button size="sm" variant="default" onClick={() => open('assign')}>
        Assign…
      </Button>
      {isOpen && (
        <Button size="sm" variant="default" onClick={() => open('resolve')}>
          Resolve…
        </Button>
      )}
      <Button
        size="sm"
        variant="default"
        onClick={() => open('merge')}
        leftSection={<Icon name="merge" size={15} />}
      >
        Merge…
      </Button>
      <Button size="sm" variant="default" onClick={() => open('dismiss')}>
        Not an incident…
      </Button>
      {incident.edited && (
        <Button
          size="sm"
          variant="default"
          onClick={commands.undo}
          leftSection={<Icon name="undo" size={15} />}
        >
          Undo last edit
        </Button>
      )}
    </Group>
  )
}

interface DialogsProps extends ActionBarProps {
  readonly selected: readonly string[]
}

/** The dialog that is open; each is new every time. */
export function IncidentDialogs({ incident, commands, selected }: DialogsProps) {
  switch (commands.dialog) {
    case null:
      return null
    case 'assign':
      return <AssignDialog incident={incident} commands={commands} />
    case 'resolve':
      return <ResolveDialog incident={incident} commands={commands} />
    case 'merge':
      return <MergeDialog incident={incident} commands={commands} />
    case 'move':
      return <MoveDialog incident={incident} commands={commands} selected={selected} />
    case 'split':
      return <SplitDialog incident={incident} commands={commands} selected={selected} />
    case 'dismiss':
      return <DismissDialog incident={incident} commands={commands} />
    case 'cause':
      return <CauseDialog commands={commands} />
  }
}
