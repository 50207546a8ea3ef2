/**
 * Changes of SolarWinds Service Desk by its API: the list of those that were updated within so many days,
 * in pages of 100, of which `X-Total-Pages` says how many there are.
 *
 * @see https://apidoc.samanage.com/#tag/Change
 */
import { z } from 'zod'
import { Collector } from '../../collect.ts'
import { readAs } from '../../found.ts'
import { readList, Settings } from '../solarwinds.ts'
import {
  defineChanges,
  filled,
  momentOf,
  type NamedCi,
  type PulledChange,
  TouchedDays,
} from './change.ts'

const Text = z.string().nullish()
const Id = z.union([z.string(), z.number()])
const Named = z.object({ name: Text }).nullish()
const Change = z.object({
  number: Id,
  name: Text,
  state: Text,
  priority: Text,
  change_type: z.union([z.string(), z.number()]).nullish(),
  planned_start_at: Text,
  planned_end_at: Text,
  assignee: Named,
  href_account_domain: Text,
  configuration_items: z.array(z.object({ id: Id, name: Text })).nullish(),
})
type Change = z.output<typeof Change>

export const solarwindsChanges = defineChanges({
  id: 'solarwinds',
  title: 'SolarWinds Service Desk changes',
  docs: 'https://apidoc.samanage.com/',
  listsAllToCome: false,
  settings: Settings.extend({ days: TouchedDays }),
  pull: async (settings, http, { progress }) => {
    const more = `&${encodeURIComponent('updated[]')}=${settings.days}`
    const values = await readList(http, settings, { list: 'changes', more }, progress)
    const collector = new Collector()
    const changes: PulledChange[] = []
    let unplanned = 0
    for (const [at, value] of values.entries()) {
      const read = readAs(Change, value, `changes ${at + 1}`, collector)
      if (read === undefined) continue
      const startsAt = momentOf(read.planned_start_at)
      if (startsAt === undefined) unplanned += 1
      else changes.push({ ...toChange(read), startsAt })
    }
    return { changes, unplanned, bad: collector.finish().bad }
  },
})

/** How a change ended the API says by its state alone. */
function toChange(change: Change): Omit<PulledChange, 'startsAt'> {
  const id = `SWSD-${change.number}`
  const type = change.change_type
  return {
    id,
    title: filled(change.name) ?? id,
    kind: type == null ? 'change' : (filled(`${type}`)?.toLowerCase() ?? 'change'),
    cis: (change.configuration_items ?? []).map(
      (one): NamedCi => ({ key: `configuration_item:${one.id}`, name: filled(one.name) }),
    ),
    endsAt: momentOf(change.planned_end_at),
    labels: { status: filled(change.state), priority: filled(change.priority) },
    url: filled(change.href_account_domain),
    actor: filled(change.assignee?.name),
  }
}
