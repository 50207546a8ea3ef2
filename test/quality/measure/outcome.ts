/** Runs the engine on a scenario by the code of `faultline replay`, and reads what it wrote. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { loadCmdb, loadRules } from '../../../src/inputs.ts'
import { shippedRules } from '../../../src/paths.ts'
import { replayEvents } from '../../../src/replay.ts'
import { temporaryFolder } from '../../support/store.ts'
import type { Scenario } from '../scenario/scenario.ts'

const AlertLine = z.object({
  line: z.number(),
  id: z.string().optional(),
  index: z.number(),
  ci: z.string().optional(),
  incident: z.string().optional(),
  incidentAtNotification: z.string().optional(),
  finalIncident: z.string().optional(),
})

const IncidentLine = z.object({
  id: z.string(),
  openedAt: z.string().optional(),
  mergedInto: z.string().optional(),
  abstained: z.boolean(),
  rootCauses: z.array(z.object({ ci: z.string() })),
})
export type OpenedIncident = z.output<typeof IncidentLine>

export interface Placement {
  /** As decided when it came, when people were told, and at the end. */
  readonly placed?: string
  readonly told?: string
  readonly final?: string
}

export interface Outcome {
  /** By `line index`, as the truth names a report. */
  readonly placements: ReadonlyMap<string, Placement>
  readonly bound: ReadonlyMap<string, string>
  readonly incidents: ReadonlyMap<string, OpenedIncident>
}

const Correlate = z.object({ weights: z.record(z.string(), z.number()) })

/** The terms that the shipped rules weigh. */
export function shippedTerms(): string[] {
  return Object.keys(shippedCorrelate().weights)
}

function shippedCorrelate(): z.output<typeof Correlate> & Record<string, unknown> {
  const text = readFileSync(join(shippedRules(), 'correlate.yaml'), 'utf8')
  return z.looseObject(Correlate.shape).parse(parse(text))
}

/** What is changed of the shipped rules for a run: terms that do not count, other weights, another threshold. */
export interface Changed {
  readonly without?: string
  readonly join?: number
  readonly weights?: Readonly<Record<string, number>>
}

/** Replays a scenario with the shipped rules, or a change of them. */
export async function outcomeOf(scenario: Scenario, changed: Changed = {}): Promise<Outcome> {
  const scratch = temporaryFolder()
  try {
    const rules = rulesIn(scratch.path, changed)
    writeFileSync(join(scratch.path, 'cmdb.json'), JSON.stringify(scenario.cmdb))
    writeFileSync(join(scratch.path, 'events.ndjson'), scenario.events)
    await replay(join(scratch.path, 'events.ndjson'), {
      rules,
      cmdb: join(scratch.path, 'cmdb.json'),
      out: scratch.path,
    })
    return readOutcome(scratch.path)
  } finally {
    scratch.remove()
  }
}

/** As `faultline replay --events --cmdb --rules --out` does. */
export async function replay(
  events: string,
  { rules, cmdb, out }: { readonly rules: string; readonly cmdb: string; readonly out: string },
): Promise<void> {
  const setUp = [loadRules(rules), loadCmdb(cmdb)].map(
    ({ toEntry }) =>
      (at: number) =>
        toEntry(at, 'default'),
  )
  await replayEvents(events, { setUp, out })
}

/** A folder of rules with the change in it. */
function rulesIn(scratch: string, changed: Changed): string {
  const { without, join: threshold, weights } = changed
  if (Object.keys(changed).length === 0) return shippedRules()
  const folder = join(scratch, 'rules')
  mkdirSync(folder, { recursive: true })
  cpSync(shippedRules(), folder, { recursive: true })
  const pack = shippedCorrelate()
  const whole = {
    ...pack,
    weights: { ...pack.weights, ...weights, ...(without === undefined ? {} : { [without]: 0 }) },
    ...(threshold === undefined ? {} : { join: threshold }),
  }
  writeFileSync(join(folder, 'correlate.yaml'), stringify(whole))
  return folder
}

/** Reads what a replay wrote; reports are named by the id of their line, or its number. */
export function readOutcome(folder: string): Outcome {
  const placements = new Map<string, Placement>()
  const bound = new Map<string, string>()
  for (const line of linesOf(join(folder, 'alerts.ndjson'))) {
    const {
      line: number,
      id,
      index,
      ci,
      incident,
      incidentAtNotification,
      finalIncident,
    } = AlertLine.parse(line)
    const key = `${id ?? number} ${index}`
    if (ci !== undefined) bound.set(key, ci)
    placements.set(key, {
      ...(incident === undefined ? {} : { placed: incident }),
      ...(incidentAtNotification === undefined ? {} : { told: incidentAtNotification }),
      ...(finalIncident === undefined ? {} : { final: finalIncident }),
    })
  }
  const incidents = linesOf(join(folder, 'incidents.ndjson')).map((line) =>
    IncidentLine.parse(line),
  )
  return { placements, bound, incidents: new Map(incidents.map((one) => [one.id, one])) }
}

function linesOf(file: string): unknown[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}
