/** What a person says against a binding: the alert is about another CI. */
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ciSearchQuery } from '../api/queries.ts'
import type { Alert, Alias } from '../api/schema.d.ts'
import { Dialog } from '../ui/dialog.tsx'
import { sayDone, sayRefused } from '../ui/notices.tsx'
import { aliasesQuery, useForgetAlias, useLearn } from './api.ts'

const TYPING_MS = 200

/** The button, and what is said back once somebody corrected it. */
export function CorrectBinding({ alert }: { readonly alert: Alert }) {
  const [isOpen, setOpen] = useState(false)
  const { binding } = alert
  return (
    <Group gap={6} mt={4}>
      <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
        {binding === null ? 'It belongs to…' : 'Belongs to another CI…'}
      </Button>
      {binding?.rule === 'learned_alias' && <TakeBack binding={binding} />}
      <Dialog
        opened={isOpen}
        onClose={() => setOpen(false)}
        title="Which CI is this alert about?"
        size="md"
      >
        <Correct alert={alert} onClose={() => setOpen(false)} />
      </Dialog>
    </Group>
  )
}

function Correct({ alert, onClose }: { readonly alert: Alert; readonly onClose: () => void }) {
  const [text, setText] = useState('')
  const [ci, setCi] = useState<string | null>(null)
  const [words] = useDebouncedValue(text.trim(), TYPING_MS)
  const { data } = useQuery(ciSearchQuery(words))
  const learn = useLearn()
  const forget = useForgetAlias()
  const done = (alias: Alias): void => {
    onClose()
    sayDone(`${alias.label}=${alias.name} means ${alias.ci}`, [
      {
        label: 'Undo',
        // this dialog is gone by then, and with it the callbacks of its mutation
        act: () =>
          void forget
            .mutateAsync(alias.id)
            .then(() => sayDone(`${alias.name} no longer means ${alias.ci}`), sayRefused),
      },
    ])
  }
  const found = (data?.items ?? []).filter(({ id }) => id !== alert.binding?.ci)
  return (
    <Stack gap="sm">
      <Text size="sm">
        The name by which it is found then means that CI: for this alert, for others that fire with
        it in the same namespace, cluster, region and environment, and for those to come.
      </Text>
      <Select
        label="CI"
        placeholder="Search by name, owner or label"
        data-autofocus
        searchable
        searchValue={text}
        onSearchChange={setText}
        // the server has searched already
        filter={({ options }) => options}
        data={found.map(({ id, name, class: kind }) => ({ value: id, label: `${name} (${kind})` }))}
        value={ci}
        onChange={setCi}
        nothingFoundMessage="No CI is called so"
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={ci === null}
          loading={learn.isPending}
          onClick={() =>
            ci !== null &&
            learn.mutate({ alert: alert.id, ci }, { onSuccess: done, onError: sayRefused })
          }
        >
          It belongs to this CI
        </Button>
      </Group>
    </Stack>
  )
}

function TakeBack({ binding }: { readonly binding: NonNullable<Alert['binding']> }) {
  const { data } = useQuery(aliasesQuery)
  const forget = useForgetAlias()
  const { ci, matched } = binding
  const alias = (data?.items ?? []).find(
    (one) =>
      one.ci === ci &&
      matched.startsWith(`${one.label}=`) &&
      matched.toLowerCase().includes(one.name),
  )
  if (alias === undefined) return null
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      loading={forget.isPending}
      onClick={() =>
        forget.mutate(alias.id, {
          onSuccess: () => sayDone(`${alias.name} no longer means ${ci}`),
          onError: sayRefused,
        })
      }
    >
      Take back what {alias.by} said
    </Button>
  )
}
