/**
 * Incidents of ServiceNow: the table `incident` as the Table API answers it (`{"result": […]}`, with
 * `sysparm_display_value` or without), as a list exports it (`{"records": […]}`), or as CSV. Times are
 * UTC in the API; an export has those of the account's zone.
 *
 * @see https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html
 */
import { z } from 'zod'
import type { CiName } from '../../core/imported.ts'
import { readDesk } from './documents.ts'
import type { PastImporter } from './importer.ts'

/** Text; a reference has `link` and `value`; with `sysparm_display_value=all` `display_value` beside it. */
const Field = z
  .union([
    z.string(),
    z.object({ display_value: z.string().nullish(), value: z.string().nullish() }),
  ])
  .nullish()
  .transform((field) => {
    if (field === null || field === undefined) return { shown: '', value: '' }
    if (typeof field === 'string') return { shown: field, value: field }
    return { shown: field.display_value || field.value || '', value: field.value || '' }
  })
type Field = z.output<typeof Field>

const Incident = z.object({
  ...{ sys_id: Field, number: Field, short_description: Field, state: Field, priority: Field },
  ...{ opened_at: Field, sys_created_on: Field, resolved_at: Field, closed_at: Field },
  ...{ cmdb_ci: Field, business_service: Field, assignment_group: Field },
  ...{ resolved_by: Field, assigned_to: Field, close_notes: Field, close_code: Field },
  category: Field,
})

const SYS_ID = /^[0-9a-f]{32}$/
/** Cancelled, or new, in progress and on hold: opened again, it still has the time of its end. */
const NOT_OVER = /^([1238]$|cancel|new$|in progress|on hold)/i

export const servicenow: PastImporter = {
  id: 'servicenow',
  title: 'ServiceNow incidents, JSON or CSV',
  docs: 'https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html',
  read: (files, asked) =>
    readDesk(files, asked, {
      lists: ['result', 'records'],
      one: 'record',
      shape: Incident,
      toFound: (row) => {
        // values are UTC, what is shown is in the zone and form of the account
        const resolved = row.resolved_at.value || row.closed_at.value
        if (resolved === '' || NOT_OVER.test(row.state.value || row.state.shown)) return null
        const number = row.number.value
        const key = number || row.sys_id.value
        return {
          ...{ key, number, title: row.short_description.shown },
          url: asked.address === null ? undefined : urlOf({ key, number }, asked.address),
          ...{ opened: row.opened_at.value || row.sys_created_on.value, resolved },
          priority: row.priority.value || row.priority.shown,
          ...{ ci: namedBy(row.cmdb_ci), service: namedBy(row.business_service) },
          ...{ team: wordOf(row.assignment_group), category: wordOf(row.category) },
          resolver: wordOf(row.resolved_by) || wordOf(row.assigned_to),
          ...{ resolution: row.close_notes.shown, resolutionCode: row.close_code.shown },
        }
      },
      // a list is mostly exported without ids: the number is what both have
      dialect: { urlOf, keyOf: ({ key, number }) => number || key },
    }),
}

function urlOf(row: { readonly key: string; readonly number: string }, address: string): string {
  const query = SYS_ID.test(row.key)
    ? `sys_id=${row.key}`
    : `sysparm_query=number=${encodeURIComponent(row.number || row.key)}`
  return `${address}/incident.do?${query}`
}

/** A name, and the key in its CMDB where it is a reference. */
function namedBy({ shown, value }: Field): Partial<CiName> {
  return {
    ...(SYS_ID.test(value) ? { key: value } : {}),
    ...(SYS_ID.test(shown) ? {} : { name: shown }),
  }
}

/** What people can read of a field; a reference without its name is none. */
function wordOf({ shown }: Field): string {
  return SYS_ID.test(shown) ? '' : shown
}
