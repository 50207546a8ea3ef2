import { Alert, Button, Group, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import { ApiError } from '../api/client.ts'
import { useOrder } from '../api/commands.ts'
import type { Incident } from '../api/schema.d.ts'
import { Dialog } from '../ui/dialog.tsx'
import { sayDone } from '../ui/notices.tsx'
import type { Commands } from './commands.ts'

interface ResolveProps {
  readonly incident: Incident
  readonly commands: Commands
}

/** Resolves; where alerts still fire the engine asks first, in its own words. */
export function ResolveDialog({ incident, commands }: ResolveProps) {
  const [resolution, setResolution] = useState('')
  const order = useOrder()
  const stillFires = order.error instanceof ApiError && order.error.reason === 'alerts_still_fire'
  const resolve = (): void => {
    const words = resolution.trim()
    const body = {
      ...(words === '' ? {} : { resolution: words }),
      ...(stillFires ? { force: true as const } : {}),
    }
    order.mutate(
      { incident: incident.id, command: { do: 'resolve', body } },
      {
        onSuccess: () => {
          commands.close()
          sayDone(`${incident.id} is resolved`)
        },
      },
    )
  }
  return (
    <Dialog opened onClose={commands.close} title={`Resolve ${incident.id}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          resolve()
        }}
      >
        <Stack>
          <Textarea
            label="What fixed it"
            description="Shown with similar incidents from now on."
            value={resolution}
            onChange={(event) => setResolution(event.currentTarget.value)}
            autosize
            minRows={3}
            maxRows={12}
            maxLength={10_000}
            data-autofocus
          />
          {order.error !== null && (
            <Alert color={stillFires ? 'orange' : 'red'} role="alert">
              {order.error.message}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={commands.close}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={order.isPending}
              {...(stillFires ? { color: 'red.9' } : {})}
            >
              {stillFires ? 'Resolve anyway' : 'Resolve'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
