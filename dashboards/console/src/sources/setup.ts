/** How each tool is told to post here, with the address this page was reached by. */

export interface SetUp {
  /** Where it is written in the tool. */
  readonly lead: string
  readonly code: string
}

interface Place {
  readonly origin: string
  readonly host: string
  /** `$FAULTLINE_TOKEN` where the source needs one; null where it does not. */
  readonly token: string | null
}

const TOKEN = '$FAULTLINE_TOKEN'

/** The set-up of a source; for one without a text of its own, its address and how the token goes. */
export function setUpOf(source: string, needsToken: boolean, at: Location): SetUp {
  const place = { origin: at.origin, host: at.host, token: needsToken ? TOKEN : null }
  return (TEXTS[source] ?? plain(source))(place)
}

function curlHeader(token: string | null): string {
  return token === null ? '' : ` -H "Authorization: Bearer ${token}"`
}

function withQuery(url: string, token: string | null): string {
  return token === null ? url : `${url}?token=${token}`
}

function plain(source: string): (place: Place) => SetUp {
  return ({ origin, token }) => ({
    lead: `Where the tool names a webhook; docs/sources/${source}.md has the settings one by one.`,
    code: [
      `URL      ${origin}/ingest/${source}`,
      'Method   POST, JSON',
      ...(token === null ? [] : [`Header   Authorization: Bearer ${token}`]),
      ...(token === null ? [] : [`or       ${withQuery(`${origin}/ingest/${source}`, token)}`]),
    ].join('\n'),
  })
}

const TEXTS: Readonly<Record<string, (place: Place) => SetUp>> = {
  alertmanager: ({ origin, token }) => ({
    lead: 'In alertmanager.yml, beside the receivers you have; route everything to it.',
    code: `receivers:
  - name: faultline
    webhook_configs:
      - url: ${origin}/ingest/alertmanager
        send_resolved: true${
          token === null
            ? ''
            : `
        http_config: { authorization: { credentials: ${token} } }`
        }`,
  }),
  prometheus: ({ host, origin, token }) => ({
    lead: 'In prometheus.yml: Prometheus takes Faultline for an Alertmanager.',
    code: `alerting:
  alertmanagers:
    - static_configs: [{ targets: ['${host}'] }]${
      origin.startsWith('https') ? '\n      scheme: https' : ''
    }${token === null ? '' : `\n      authorization: { credentials: ${token} }`}`,
  }),
  generic: ({ origin, token }) => ({
    lead: 'Whatever can post JSON can report:',
    code: `curl -sS ${origin}/ingest/generic${curlHeader(token)} -H 'content-type: application/json' -d '{
  "title": "Disk almost full", "status": "firing", "severity": "critical",
  "labels": {"alertname": "DiskFull", "host": "db-1", "service": "orders"}
}'`,
  }),
  change: ({ origin, token }) => ({
    lead: 'At the end of a deployment:',
    code: `curl -sS ${origin}/ingest/change${curlHeader(token)} -H 'content-type: application/json' -d '{
  "title": "orders 4.2.0", "kind": "deploy", "ci": ["orders"]
}'`,
  }),
  grafana: ({ origin, token }) => ({
    lead: 'A contact point of type webhook, in the settings or as a provisioning file:',
    code: `apiVersion: 1
contactPoints:
  - orgId: 1
    name: faultline
    receivers:
      - uid: faultline
        type: webhook
        settings:
          url: ${origin}/ingest/grafana${
            token === null
              ? ''
              : `
          authorization_scheme: Bearer
          authorization_credentials: ${token}`
          }`,
  }),
  cloudwatch: ({ origin, token }) => ({
    lead: 'Alarms come through an SNS topic; the request that confirms it is a dead letter with its address.',
    code: `aws sns create-topic --name faultline
aws sns subscribe --topic-arn "$TOPIC_ARN" --protocol https \\
  --notification-endpoint "${withQuery(`${origin}/ingest/cloudwatch`, token)}"`,
  }),
  pagerduty: ({ origin, token }) => ({
    lead: 'Tools that speak to PagerDuty keep its API and get a new address; the routing key is the token.',
    code: `curl -sS ${origin}/v2/enqueue -H 'content-type: application/json' -d '{
  "routing_key": "${token ?? 'any'}", "event_action": "trigger", "dedup_key": "db-1/disk",
  "payload": {"summary": "Disk of db-1 is full", "source": "db-1", "severity": "critical"}
}'`,
  }),
  opsgenie: ({ origin, token }) => ({
    lead: 'Tools that speak to Opsgenie keep its API and get a new address.',
    code: `curl -sS ${origin}/v2/alerts -H "Authorization: GenieKey ${token ?? 'any'}" \\
  -H 'content-type: application/json' \\
  -d '{"message": "Replication of pg-2 is behind", "alias": "pg-2-lag", "priority": "P2"}'`,
  }),
}
