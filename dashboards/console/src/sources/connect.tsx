import { Group, Select, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Source } from '../api/schema.d.ts'
import { Snippet } from '../ui/snippet.tsx'
import { Section } from '../ui/states.tsx'
import { readSourcesSearch } from './search.ts'
import { setUpOf } from './setup.ts'

/** What to copy into a tool so that it posts here. */
export function ConnectSection({ sources }: { readonly sources: readonly Source[] }) {
  const { setup } = useSearch({ from: '/inside/sources' })
  const navigate = useNavigate({ from: '/sources' })
  const tools = sources.filter(({ path }) => path !== null)
  const chosen = tools.find(({ source }) => source === (setup ?? 'alertmanager')) ?? tools[0]
  if (chosen === undefined) return null
  const { source, needsToken } = chosen
  const { lead, code } = setUpOf(source, needsToken, window.location)
  return (
    <Section title="Connect a tool" id="connect">
      <Stack gap="sm">
        <Group gap="sm">
          <Select
            aria-label="Tool"
            searchable
            allowDeselect={false}
            value={source}
            data={tools.map(({ source: id, received }) => ({
              value: id,
              label: received > 0 ? `${id} (reports)` : id,
            }))}
            onChange={(value) =>
              void navigate({
                to: '/sources',
                search: readSourcesSearch({ setup: value }),
                replace: true,
                resetScroll: false,
              })
            }
          />
          <Text size="sm">{lead}</Text>
        </Group>
        <Snippet code={code} />
        <Text size="sm" c="dimmed">
          {needsToken ? (
            <>
              A post needs a token of this source: one of <code>sourceTokens</code> in the config
              file. It is shown nowhere; put it where <code>$FAULTLINE_TOKEN</code> stands.
            </>
          ) : (
            <>
              From this machine no token is needed. Set one with <code>sourceTokens</code> in the
              config file, and it is needed from everywhere.
            </>
          )}
        </Text>
      </Stack>
    </Section>
  )
}
