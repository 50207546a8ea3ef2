import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Incident } from '../api/schema.d.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { Commands } from './commands.ts'

interface DismissProps {
  readonly incident: Incident
  readonly commands: Commands
}

/** Says that it is no incident, and what follows from that. */
export function DismissDialog({ incident, commands }: DismissProps) {
  const [reason, setReason] = useState('')
  const dismiss = async (): Promise<void> => {
    if (await commands.dismiss(reason.trim())) commands.close()
  }
  return (
    <Dialog opened onClose={commands.close} title={`${incident.id} is not an incident`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void dismiss()
        }}
      >
        <Stack>
          <Text size="sm">
            It ends now. Alerts of these kinds, here and no worse than {incident.severity}, are held
            from then on: they are listed and counted, but open no incident and tell nobody. That
            ends after 30 days in which none came, or with Undo.
          </Text>
          <Textarea
            label="Why"
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={10_000}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={commands.close}>
              Cancel
            </Button>
            <Button type="submit" aria-busy={commands.busy}>
              Not an incident
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
