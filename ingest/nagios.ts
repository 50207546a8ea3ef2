/**
 * Nagios Core (and Naemon) → events, by the notification command of docs/sources/nagios.md.
 * Wire: https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/macrolist.html
 * (samples: test/ingest/fixtures/nagios/).
 */
import { defineChecks } from './checks.ts'

export const nagios = defineChecks('nagios')
