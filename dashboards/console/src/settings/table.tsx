import { Table, Text } from '@mantine/core'
import type { Settings } from '../api/schema.d.ts'
import { Mark } from '../ui/badges.tsx'
import { Section } from '../ui/states.tsx'

type Setting = Settings['settings'][number]

/** What each setting is about, in the words of docs/running.md. */
const ABOUT: Readonly<Record<string, string>> = {
  data: 'Folder of the embedded store and of the admin token',
  listen: 'Where it listens',
  adminToken: 'For the API and the console; never shown',
  logLevel: 'Least weight of a line of the log',
  clickhouseUrl: 'A ClickHouse server instead of the embedded store',
  consoleUrl: 'How people reach the console, for links in notifications',
  cmdb: 'File with CIs and relations',
  knowledge: 'Folder of articles',
  rules: 'Folder of rule packs',
  channels: 'How many people or tools are told; see below',
  heartbeat: 'Whom it tells that it is well',
  'heartbeat.intervalSeconds': 'Seconds between two heartbeats',
  sourceTokens: 'Sources with tokens, and how many; never shown',
  sourceSecrets: 'Sources whose signatures are checked; never shown',
  'limits.storeMemoryMb': 'Memory of the embedded store, MB',
  'limits.journalQueueMb': 'What may wait for the disk, MB',
  'limits.snapshotSeconds': 'Seconds between two snapshots',
  'retention.journalDays': 'Days that received bodies are kept',
  'retention.historyDays': 'Days that resolved incidents are kept',
}

export function SettingsTable({ settings: { settings } }: { readonly settings: Settings }) {
  return (
    <Section title="Settings in force" id="settings">
      <Table.ScrollContainer minWidth={480} type="native">
        <Table verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Setting</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>From</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {settings.map((setting) => (
              <Row key={setting.key} setting={setting} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  )
}

function Row({ setting: { key, value, from, variable } }: { readonly setting: Setting }) {
  return (
    <Table.Tr data-setting={key}>
      <Table.Th scope="row" fw={500}>
        <span className="fl-mono">{key}</span>
        <Text size="xs" c="dimmed">
          {ABOUT[key] ?? ''}
        </Text>
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {value === null ? (
          <Text span size="sm" c="dimmed">
            not set
          </Text>
        ) : (
          <span className="fl-mono">{value}</span>
        )}
      </Table.Td>
      <Table.Td miw={124}>
        <Mark
          tone={from === 'default' ? 'calm' : 'accent'}
          why={from === 'environment' && variable !== null ? variable : undefined}
        >
          {from}
        </Mark>
      </Table.Td>
    </Table.Tr>
  )
}
