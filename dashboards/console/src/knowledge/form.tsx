/** The form of an article: what stands in front matter as fields, beside it the text as it will look. */
import { Alert, Button, Group, Paper, Stack, TagsInput, Textarea, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useDeferredValue, useState } from 'react'
import { ApiError } from '../api/client.ts'
import type { ArticleEdit } from '../api/schema.d.ts'
import classes from './knowledge.module.css'
import { Markdown } from './markdown.tsx'

export interface Draft {
  readonly id: string
  readonly title: string
  readonly alertnames: readonly string[]
  readonly classes: readonly string[]
  readonly services: readonly string[]
  readonly tags: readonly string[]
  readonly owner: string
  readonly reviewOn: string
  readonly url: string
  readonly body: string
}

interface FormProps {
  readonly draft: Draft
  readonly isNew: boolean
  readonly saving: boolean
  readonly error: Error | null
  readonly onSave: (id: string, body: ArticleEdit) => void
}

const LISTS = [
  ['alertnames', 'Alert rules it is for'],
  ['classes', 'CI classes'],
  ['services', 'Services'],
  ['tags', 'Tags'],
] as const

export function ArticleForm({ draft, isNew, saving, error, onSave }: FormProps) {
  const [fields, setFields] = useState(draft)
  const [note, setNote] = useState('')
  const shown = useDeferredValue(fields.body)
  const set = (changed: Partial<Draft>): void => setFields({ ...fields, ...changed })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onSave(fields.id.trim(), toEdit(fields, note))
  }
  const faults = error instanceof ApiError ? error.faults : []
  return (
    <form onSubmit={submit} aria-label="Article">
      <Stack gap="md">
        <Paper withBorder bg="var(--fl-card)" p={{ base: 'sm', sm: 'md' }}>
          <Fields fields={fields} isNew={isNew} set={set} />
        </Paper>
        <div className={classes['columns']}>
          <Textarea
            label="Text"
            description="Markdown"
            className={classes['text'] ?? ''}
            autosize
            minRows={14}
            maxRows={40}
            maxLength={1_000_000}
            value={fields.body}
            onChange={(event) => set({ body: event.currentTarget.value })}
          />
          <Paper
            component="section"
            aria-label="Preview"
            withBorder
            bg="var(--fl-card)"
            p="md"
            className={classes['preview'] ?? ''}
          >
            <Markdown text={shown} />
          </Paper>
        </div>
        <TextInput
          label="What changes"
          description="For the list of versions"
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {error !== null && (
          <Alert color="red" role="alert" title="Not saved">
            {faults.length === 0 ? error.message : faults.map(({ detail }) => detail).join('; ')}
          </Alert>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" renderRoot={(props) => <Link to="/knowledge" {...props} />}>
            Cancel
          </Button>
          <Button type="submit" loading={saving}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface FieldsProps {
  readonly fields: Draft
  readonly isNew: boolean
  readonly set: (changed: Partial<Draft>) => void
}

function Fields({ fields, isNew, set }: FieldsProps) {
  const text = (name: 'id' | 'title' | 'owner' | 'reviewOn' | 'url') => ({
    value: fields[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      set({ [name]: event.currentTarget.value }),
  })
  return (
    <Stack gap="sm">
      <Group grow align="flex-start">
        <TextInput label="Title" required maxLength={1024} {...text('title')} />
        <TextInput
          label="Id"
          description={isNew ? 'a path, such as database/DiskFull; it stays' : undefined}
          required
          maxLength={1024}
          disabled={!isNew}
          {...text('id')}
        />
      </Group>
      <Group grow align="flex-start">
        {LISTS.map(([name, label]) => (
          <TagsInput
            key={name}
            label={label}
            value={[...fields[name]]}
            onChange={(values) => set({ [name]: values })}
          />
        ))}
      </Group>
      <Group grow align="flex-start">
        <TextInput label="Owner" maxLength={1024} {...text('owner')} />
        <TextInput label="Review by" type="date" {...text('reviewOn')} />
        <TextInput label="Where it is from" type="url" maxLength={4096} {...text('url')} />
      </Group>
    </Stack>
  )
}

function toEdit(fields: Draft, note: string): ArticleEdit {
  const { title, body, alertnames, classes: ciClasses, services, tags } = fields
  const { owner, reviewOn, url } = fields
  const given = Object.entries({ owner, reviewOn, url, note }).filter(([, text]) => text !== '')
  return {
    ...{ title, body, services: [...services], tags: [...tags] },
    ...{ alertnames: [...alertnames], classes: [...ciClasses] },
    ...Object.fromEntries(given),
  }
}
