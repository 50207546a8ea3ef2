/** Named filters, one press away; what is on the screen can be saved as another. */
import { Button, Group, Menu, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { IncidentView, IncidentViewQuery } from '../api/schema.d.ts'
import { sameQuery } from '../app/search.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icons.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { useDeleteView, useSaveView, viewsQuery } from './api.ts'
import classes from './incidents.module.css'

interface ViewsProps {
  readonly query: IncidentViewQuery
  readonly onChange: (query: IncidentViewQuery) => void
  /** The dialog may be opened by a key. */
  readonly saving: boolean
  readonly setSaving: (saving: boolean) => void
}

export function Views({ query, onChange, saving, setSaving }: ViewsProps) {
  const { data } = useQuery(viewsQuery())
  const views = data?.items ?? []
  const current = views.find((view) => sameQuery(view.query, query))
  // what was chosen last and then changed can be saved in its place
  const [last, setLast] = useState<string | null>(null)
  const changed = views.find(({ id, shipped }) => id === last && !shipped)
  return (
    <Group gap={6} component="nav" aria-label="Views" className={classes['views'] ?? ''}>
      {views.map((view) => (
        <UnstyledButton
          key={view.id}
          className={classes['view'] ?? ''}
          aria-current={view === current ? 'true' : undefined}
          onClick={() => {
            setLast(view.id)
            onChange(view.query)
          }}
        >
          {view.name}
        </UnstyledButton>
      ))}
      {current === undefined && data !== undefined && (
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<Icon name="plus" size={14} />}
          onClick={() => setSaving(true)}
        >
          Save view
        </Button>
      )}
      {current !== undefined && !current.shipped && <ViewMenu view={current} />}
      {saving && (
        <SaveDialog
          query={query}
          replaced={current === undefined ? changed : undefined}
          onClose={() => setSaving(false)}
        />
      )}
    </Group>
  )
}

function ViewMenu({ view }: { readonly view: IncidentView }) {
  const remove = useDeleteView()
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <UnstyledButton className={classes['view'] ?? ''} aria-label={`More about ${view.name}`}>
          …
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          Saved by {view.updatedBy}. Everybody here sees it; its address can be sent.
        </Menu.Label>
        <Menu.Item
          onClick={() => {
            void navigator.clipboard?.writeText(window.location.href)
            sayDone('The address is copied')
          }}
        >
          Copy the address
        </Menu.Item>
        <Menu.Item
          c="var(--fl-bad)"
          onClick={() =>
            remove.mutate(view.id, {
              onSuccess: () => sayDone(`${view.name} is gone`),
              onError: sayRefused,
            })
          }
        >
          Delete this view
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

interface SaveProps {
  readonly query: IncidentViewQuery
  /** A saved view that this one came from. */
  readonly replaced: IncidentView | undefined
  readonly onClose: () => void
}

function SaveDialog({ query, replaced, onClose }: SaveProps) {
  const [name, setName] = useState('')
  const save = useSaveView()
  const submit = (input: { readonly id?: string; readonly name: string }): void =>
    save.mutate(
      { ...input, query },
      {
        onSuccess: (view) => {
          sayDone(`${view.name} is saved`)
          onClose()
        },
      },
    )
  return (
    <Dialog opened onClose={onClose} title="Save this view">
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          submit({ name })
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            description="Everybody here sees it."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={80}
            error={save.error?.message}
            data-autofocus
          />
          <Group justify="space-between">
            {replaced === undefined ? (
              <Text size="sm" c="dimmed">
                The filter, the words, the time and the order.
              </Text>
            ) : (
              <Button
                variant="default"
                loading={save.isPending}
                onClick={() => submit({ id: replaced.id, name: replaced.name })}
              >
                Change {replaced.name}
              </Button>
            )}
            <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
