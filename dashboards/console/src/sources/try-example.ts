/** What the page begins with, for somebody who has no payload at hand. */
export const EXAMPLE_BODY = `{
  "check": { "id": 7, "name": "Ping" },
  "site": "fra",
  "state": "down",
  "level": "red",
  "host": "web-1",
  "since": "2026-03-01T10:00:00Z"
}`

export const EXAMPLE_MAPPING = `identity: [check.id, site]
status: { path: state, resolved: [up] }
severity: { path: level, table: { red: critical } }
rule: '{{ check.name }}'
title: '{{ check.name }} is {{ state }} at {{ site }}'
labels: { host: host, site: site }
starts_at: since
`
