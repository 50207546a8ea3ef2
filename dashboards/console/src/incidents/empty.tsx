import { Button, Group, Stack, Tabs, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { statsQuery } from '../api/queries.ts'
import type { IncidentViewQuery } from '../api/schema.d.ts'
import { showingOf, trimmed, withShowing } from '../app/search.ts'
import { Snippet } from '../ui/snippet.tsx'
import { Empty } from '../ui/states.tsx'

interface NothingProps {
  readonly query: IncidentViewQuery
  readonly onChange: (query: IncidentViewQuery) => void
}

/** Nothing burns, nothing matches, or nothing has ever come in: three different things. */
export function NothingHere({ query, onChange }: NothingProps) {
  const { data } = useQuery(statsQuery())
  const { status, sort: _order, ...conditions } = trimmed(query)
  const filtered = Object.keys(conditions).length > 0
  const showing = showingOf(query)
  if (filtered || (showing !== 'open' && showing !== 'all')) {
    return (
      <Empty title={filtered ? 'No incident matches' : 'No resolved incidents yet'}>
        <Group gap="xs">
          {filtered && (
            <Button
              variant="default"
              size="xs"
              onClick={() => onChange(status === undefined ? {} : { status })}
            >
              Clear the filter
            </Button>
          )}
          <Button variant="default" size="xs" onClick={() => onChange(withShowing({}, 'open'))}>
            Show all open incidents
          </Button>
        </Group>
      </Empty>
    )
  }
  const seen = data === undefined ? 0 : data.alerts.firing + data.alerts.resolved
  return (
    <Empty title={showing === 'all' ? 'No incidents yet' : 'No open incidents'}>
      <Text size="sm" c="dimmed">
        {seen === 0
          ? 'No alert has come in yet. Point your monitoring here; the first alert shows in this list by itself.'
          : `${seen} ${seen === 1 ? 'alert has' : 'alerts have'} come in, and none of them needs you now. More tools report here with:`}
      </Text>
      <HowToConnect />
    </Empty>
  )
}

function HowToConnect() {
  const { host, origin } = window.location
  return (
    <Tabs defaultValue="alertmanager" variant="outline" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="alertmanager">Alertmanager</Tabs.Tab>
        <Tabs.Tab value="prometheus">Prometheus</Tabs.Tab>
        <Tabs.Tab value="curl">Anything else</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="alertmanager" pt="sm">
        <HowTo
          lead="Point Alertmanager at Faultline, beside the receivers you have:"
          code={`# alertmanager.yml
receivers:
  - name: faultline
    webhook_configs:
      - url: ${origin}/ingest/alertmanager
        send_resolved: true`}
        />
      </Tabs.Panel>
      <Tabs.Panel value="prometheus" pt="sm">
        <HowTo
          lead="Prometheus can list Faultline as an Alertmanager:"
          code={`# prometheus.yml
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['${host}'] }]`}
        />
      </Tabs.Panel>
      <Tabs.Panel value="curl" pt="sm">
        <HowTo
          lead="Whatever can post JSON can report:"
          code={`curl -sS ${origin}/ingest/generic -H 'content-type: application/json' -d '{
  "title": "Disk almost full", "status": "firing", "severity": "critical",
  "labels": {"alertname": "DiskFull", "host": "db-1", "service": "orders"}
}'`}
        />
      </Tabs.Panel>
    </Tabs>
  )
}

function HowTo({ lead, code }: { readonly lead: string; readonly code: string }) {
  return (
    <Stack gap="xs">
      <Text size="sm">{lead}</Text>
      <Snippet code={code} />
    </Stack>
  )
}
