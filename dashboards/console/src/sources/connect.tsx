import { Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { sourceSetUpQuery } from '../api/queries.ts'
import type { Source } from '../api/schema.d.ts'
import { Snippet } from '../ui/snippet.tsx'
import { Section, WaitingRows } from '../ui/states.tsx'
import { readSourcesSearch } from './search.ts'
import { inPlace, plainSetUp, TOKEN } from './setup.ts'

const Guide = lazy(() => import('./guide.tsx').then(({ Guide }) => ({ default: Guide })))

/** What to copy into a tool so that it posts here. */
export function ConnectSection({ sources }: { readonly sources: readonly Source[] }) {
  const { setup } = useSearch({ from: '/inside/sources' })
  const navigate = useNavigate({ from: '/sources' })
  const tools = sources.filter(({ path }) => path !== null)
  const chosen = tools.find(({ source }) => source === (setup ?? 'alertmanager')) ?? tools[0]
  if (chosen === undefined) return null
  const { source, needsToken } = chosen
  return (
    <Section title="Connect a tool" id="connect">
      <Stack gap="sm">
        <Select
          aria-label="Tool"
          searchable
          allowDeselect={false}
          maw={320}
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
        <SetUp source={source} needsToken={needsToken} />
        <Text size="sm" c="dimmed">
          {needsToken ? (
            <>
              A post needs a token of this source: one of <code>sourceTokens</code> in the config
              file. It is shown nowhere; put it where <code>{TOKEN}</code> stands.
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

/** The page of the source with this address in it; the bare address for a mapping of one's own. */
function SetUp({ source, needsToken }: Pick<Source, 'source' | 'needsToken'>) {
  const page = useQuery(sourceSetUpQuery(source))
  if (page.isPending) return <WaitingRows rows={3} />
  if (page.data === undefined)
    return <Snippet code={plainSetUp(source, needsToken, window.location)} />
  return (
    <Suspense fallback={<WaitingRows rows={3} />}>
      <Guide markdown={inPlace(page.data.markdown, window.location)} />
    </Suspense>
  )
}
