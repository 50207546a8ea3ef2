import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { IncidentCommand } from '../api/commands.ts'
import type { Incident } from '../api/schema.d.ts'
import { useSession } from '../api/session.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { Commands } from './commands.ts'

type Whom = Extract<IncidentCommand, { do: 'assign' }>['body']

interface AssignProps {
  readonly incident: Incident
  readonly commands: Commands
}

export function AssignDialog({ incident, commands }: AssignProps) {
  const { actor } = useSession()
  const [name, setName] = useState(incident.owner ?? '')
  const [team, setTeam] = useState(incident.team ?? '')
  const me = actor ?? 'admin'
  const assign = async (body: Whom): Promise<void> => {
    if (await commands.run({ do: 'assign', body })) commands.close()
  }
  const changed: Whom = {
    ...(name.trim() === (incident.owner ?? '') ? {} : { to: name.trim() || null }),
    ...(team.trim() === (incident.team ?? '') ? {} : { team: team.trim() || null }),
  }
  return (
    <Dialog opened onClose={commands.close} title={`Assign ${incident.id}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (Object.keys(changed).length > 0) void assign(changed)
        }}
      >
        <Stack>
          <TextInput
            label="Owner"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={256}
            data-autofocus
          />
          <TextInput
            label="Team"
            description="Given by hand, no rule changes it any more"
            value={team}
            onChange={(event) => setTeam(event.currentTarget.value)}
            maxLength={256}
          />
          <Group justify="space-between">
            <Group gap="xs">
              <Button variant="default" onClick={() => void assign({ to: me })}>
                To me
              </Button>
              {incident.owner !== null && (
                <Button variant="default" onClick={() => void assign({ to: null })}>
                  To nobody
                </Button>
              )}
            </Group>
            <Button
              type="submit"
              disabled={Object.keys(changed).length === 0}
              aria-busy={commands.busy}
            >
              Assign
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
