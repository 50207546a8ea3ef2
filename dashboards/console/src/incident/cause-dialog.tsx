import { Autocomplete, Button, Group, Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ciSearchQuery } from '../api/queries.ts'
import { Dialog } from '../ui/dialog.tsx'
import type { Commands } from './commands.ts'

/** Names a cause that is not among the candidates. */
export function CauseDialog({ commands }: { readonly commands: Commands }) {
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 200)
  const { data } = useQuery(ciSearchQuery(q))
  const ids = [...new Set((data?.items ?? []).map(({ id }) => id))]
  const confirm = async (): Promise<void> => {
    if (await commands.run({ do: 'confirm-cause', body: { ci: text.trim() } })) commands.close()
  }
  return (
    <Dialog opened onClose={commands.close} title="What was the cause?">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void confirm()
        }}
      >
        <Stack>
          <Autocomplete
            label="Configuration item"
            description="Its id; type a part of the id or the name to find it."
            value={text}
            onChange={setText}
            data={ids}
            filter={({ options }) => options}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={commands.close}>
              Cancel
            </Button>
            <Button type="submit" disabled={text.trim() === ''} aria-busy={commands.busy}>
              Confirm
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
