/** Who you are in the timeline, and the way out. */
import { Button, Group, Menu, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useState } from 'react'
import { logOut, setActor, useSession } from '../api/session.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import classes from './shell.module.css'

export function AccountMenu() {
  const { actor } = useSession()
  const [naming, { open, close }] = useDisclosure(false)
  return (
    <>
      <Menu position="top-start" width={188}>
        <Menu.Target>
          <UnstyledButton className={classes['quiet'] ?? ''}>
            <Group gap={8} wrap="nowrap">
              <Icon name="person" size={16} />
              <Text size="sm" truncate>
                {actor ?? 'admin'}
              </Text>
            </Group>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={open}>Your name…</Menu.Item>
          <Menu.Item onClick={() => logOut()}>Log out</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={naming} onClose={close} title="Your name">
        <NameForm onDone={close} />
      </Dialog>
    </>
  )
}

function NameForm({ onDone }: { readonly onDone: () => void }) {
  const [name, setName] = useState(useSession().actor ?? '')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        setActor(name)
        onDone()
      }}
    >
      <Stack>
        <TextInput
          label="Name"
          description="It stands beside what you do: acknowledgements, comments, merges."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={64}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit">Save</Button>
        </Group>
      </Stack>
    </form>
  )
}
