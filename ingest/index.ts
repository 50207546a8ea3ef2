/** The list of sources, by id. `POST /ingest/<id>` and the lines of a recorded stream name them. */
import { alertmanager } from './alertmanager.ts'
import { alertmanagerEvents } from './alertmanager-events.ts'
import { argocd } from './argocd.ts'
import { azure } from './azure.ts'
import { change } from './change.ts'
import { checkmk } from './checkmk.ts'
import { cloudevents } from './cloudevents.ts'
import { cloudwatch } from './cloudwatch.ts'
import { datadog } from './datadog.ts'
import { dynatrace } from './dynatrace.ts'
import { flux } from './flux.ts'
import { gcp } from './gcp.ts'
import { generic } from './generic.ts'
import { github } from './github.ts'
import { gitlab } from './gitlab.ts'
import { grafana } from './grafana.ts'
import { graylog } from './graylog.ts'
import { icinga } from './icinga.ts'
import { jenkins } from './jenkins.ts'
import { kibana } from './kibana.ts'
import { kubernetes } from './kubernetes.ts'
import { nagios } from './nagios.ts'
import { netdata } from './netdata.ts'
import { newrelic } from './newrelic.ts'
import { opsgenie } from './opsgenie.ts'
import { otlp } from './otlp.ts'
import { pagerduty } from './pagerduty.ts'
import { pingdom } from './pingdom.ts'
import { prometheus } from './prometheus.ts'
import { sentry } from './sentry.ts'
import type { Source } from './source.ts'
import { splunk } from './splunk.ts'
import { telegraf } from './telegraf.ts'
import { thousandeyes } from './thousandeyes.ts'
import { uptimekuma } from './uptimekuma.ts'
import { zabbix } from './zabbix.ts'

const ALL: readonly Source[] = [
  ...[alertmanager, prometheus, generic, change, grafana, pagerduty, opsgenie, datadog, zabbix],
  ...[cloudwatch, azure, gcp, newrelic, dynatrace, sentry, checkmk, nagios, icinga, kibana, splunk],
  ...[uptimekuma, netdata, pingdom, thousandeyes, graylog, telegraf, otlp, cloudevents, kubernetes],
  ...[alertmanagerEvents, github, gitlab, argocd, flux, jenkins],
]

export const SOURCES: ReadonlyMap<string, Source> = new Map(
  ALL.map((source) => [source.id, source]),
)
