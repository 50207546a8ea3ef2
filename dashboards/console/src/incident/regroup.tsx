/** Merge, split and move: two keystrokes each, and an undo behind them. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { incidentGraphQuery } from '../api/queries.ts'
import type { Incident } from '../api/schema.d.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { Commands } from './commands.ts'
import { IncidentPicker } from './picker.tsx'

interface DialogProps {
  readonly incident: Incident
  readonly commands: Commands
}

interface SelectionProps extends DialogProps {
  readonly selected: readonly string[]
}

function inWords(count: number): string {
  return count === 1 ? '1 alert' : `${count} alerts`
}

export function MergeDialog({ incident, commands }: DialogProps) {
  return (
    <PickerDialog
      title={`Merge another incident with ${incident.id}`}
      lead="The older of the two keeps its id and the earliest times; the other stays readable."
      action="Merge"
      incident={incident}
      commands={commands}
      onPick={commands.merge}
    />
  )
}

export function MoveDialog({ incident, commands, selected }: SelectionProps) {
  return (
    <PickerDialog
      title={`Move ${inWords(selected.length)} to another incident`}
      lead="They leave this incident; root cause and articles are worked out again for both."
      action="Move"
      incident={incident}
      commands={commands}
      onPick={commands.move}
    />
  )
}

export function SplitDialog({ incident, commands, selected }: SelectionProps) {
  const split = async (): Promise<void> => {
    if (await commands.split()) commands.close()
  }
  return (
    <Dialog opened onClose={commands.close} title="Split off">
      <Stack>
        <Text size="sm">
          {inWords(selected.length)} of {incident.alertCount} become an incident of their own.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={commands.close}>
            Cancel
          </Button>
          <Button onClick={() => void split()} aria-busy={commands.busy} data-autofocus>
            Split off
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

interface PickerDialogProps extends DialogProps {
  readonly title: string
  readonly lead: string
  readonly action: string
  readonly onPick: (incident: string) => Promise<boolean>
}

function PickerDialog({ title, lead, action, incident, commands, onPick }: PickerDialogProps) {
  const [picked, setPicked] = useState<string | null>(null)
  const { data } = useQuery(incidentGraphQuery(incident.id))
  const near = (data?.others ?? []).map((other) => other.incident)
  const submit = async (): Promise<void> => {
    if (picked !== null && (await onPick(picked))) commands.close()
  }
  return (
    <Dialog opened onClose={commands.close} title={title} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {lead}
          </Text>
          <IncidentPicker except={incident.id} near={near} picked={picked} onPick={setPicked} />
          <Group justify="flex-end">
            <Button variant="default" onClick={commands.close}>
              Cancel
            </Button>
            <Button type="submit" disabled={picked === null} aria-busy={commands.busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
