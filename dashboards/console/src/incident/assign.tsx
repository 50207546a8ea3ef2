import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Incident } from '../api/schema.d.ts'
import { useSession } from '../api/session.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { Commands } from './commands.ts'

interface AssignProps {
  readonly incident: Incident
  readonly commands: Commands
}

export function AssignDialog({ incident, commands }: AssignProps) {
  const { actor } = useSession()
  const [name, setName] = useState(incident.owner ?? '')
  const me = actor ?? 'admin'
  const assign = async (to: string | null): Promise<void> => {
    if (await commands.run({ do: 'assign', body: { to } })) commands.close()
  }
  return (
    <Dialog opened onClose={commands.close} title={`Assign ${incident.id}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void assign(name.trim())
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
          <Group justify="space-between">
            <Group gap="xs">
              <Button variant="default" onClick={() => void assign(me)}>
                To me
              </Button>
              {incident.owner !== null && (
                <Button variant="default" onClick={() => void assign(null)}>
                  To nobody
                </Button>
              )}
            </Group>
            <Button type="submit" disabled={name.trim() === ''} aria-busy={commands.busy}>
              Assign
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
