/** People who correct what the engine made of a scenario, by the truth; and the weights that they teach it. */
import { Engine } from '../../../src/core/engine/engine.ts'
import type { Command, Entry } from '../../../src/core/entry.ts'
import type { CorrectionState } from '../../../src/core/learn/corrections.ts'
import {
  type Weights,
  type WeightsProposal,
  weightsProposalOf,
} from '../../../src/core/learn/weights.ts'
import { defaultRules } from '../../../src/core/rules.ts'
import type { IncidentState } from '../../../src/core/state.ts'
import { MINUTE } from '../../../src/core/time.ts'
import { compare } from '../../../src/core/topology.ts'
import { type Random, seeded } from '../../../src/demo/random.ts'
import { loadCmdb, loadRules } from '../../../src/inputs.ts'
import { decode } from '../../../src/journey.ts'
import { shippedRules } from '../../../src/paths.ts'
import { readLine } from '../../../src/replay.ts'
import type { Scenario } from '../scenario/scenario.ts'

/** Proposals that are accepted, at most. */
const MAX_ACCEPTED = 5
/** An incident is looked at once nothing has come for so long. */
const SETTLED_MS = 10 * MINUTE
/** Of what is wrong, so much is corrected. */
const DILIGENCE = 0.8
const PEOPLE = ['ada', 'bo', 'cy', 'di', 'ed', 'flo', 'gus', 'hal'] as const

/** What proposals came to, accepted one after the other as long as there are any. */
export interface Taught {
  readonly corrections: number
  /** Links that the score had judged, of all corrections. */
  readonly links: number
  readonly accepted: readonly WeightsProposal[]
  /** In force in the end. */
  readonly weights: Weights
}

/** Accepts what is proposed from the corrections of several scenarios, as if they were of one estate. */
export function learnFrom(lessons: readonly (readonly CorrectionState[])[]): Taught {
  const { join, weights: rules } = defaultRules().correlate
  const corrections = lessons.flatMap((lesson, at) =>
    lesson.map((one) => ({ ...one, id: `${at}/${one.id}`, incident: `${at}/${one.incident}` })),
  )
  const now = Math.max(0, ...corrections.map(({ at }) => at)) + 1
  const accepted: WeightsProposal[] = []
  let weights: Weights = rules
  for (let step = 0; step < MAX_ACCEPTED; step++) {
    const one = weightsProposalOf({
      ...{ corrections, declined: () => undefined, now, scope: 'default', version: `W-${step}` },
      ...{ inForce: weights, rules, threshold: Math.log(join / (1 - join)) },
    })
    if (one === null) break
    accepted.push(one)
    weights = { ...weights, ...Object.fromEntries(one.changes.map(({ term, to }) => [term, to])) }
  }
  const links = corrections.reduce((sum, one) => sum + one.links.length, 0)
  return { corrections: corrections.length, links, accepted, weights }
}

/** Replays the scenario while people correct what has settled; returns what they said. */
export function correctionsOf(scenario: Scenario, cmdb: string, seed: number): CorrectionState[] {
  const lesson = new Lesson(scenario, seeded(seed))
  const lines = scenario.events.trimEnd().split('\n')
  const first = readLine(lines[0] ?? '', 1).entry.at
  for (const { toEntry } of [loadRules(shippedRules()), loadCmdb(cmdb)])
    lesson.feed(toEntry(first, 'default'))
  for (const [index, text] of lines.entries()) {
    const { entry, id } = readLine(text, index + 1)
    lesson.look(entry.at)
    lesson.feed(entry, id ?? String(index + 1))
  }
  lesson.look(lesson.engine.state.now + SETTLED_MS)
  return [...lesson.engine.state.corrections.values()]
}

class Lesson {
  readonly engine = new Engine()
  private readonly random: Random
  /** True group of each report, and of each episode that it began. */
  private readonly truth: ReadonlyMap<string, string>
  private readonly groups = new Map<string, string>()
  private readonly looked = new Set<string>()
  private offset = 0
  private at = 0

  constructor({ truth }: Scenario, random: Random) {
    this.engine.explains = false
    this.random = random
    this.truth = new Map(
      truth.alerts.map(({ line, index, group }): [string, string] => [`${line} ${index}`, group]),
    )
  }

  feed(entry: Entry, line?: string): ReturnType<Engine['apply']> {
    this.offset += 1
    const { engine } = this
    const applied = engine.apply({ offset: this.offset, entry }, decode(entry, engine.state.rules))
    applied.outcomes.forEach(({ alert }, index) => {
      const group = this.truth.get(`${line} ${index}`)
      if (alert !== null && group !== undefined && !this.groups.has(alert))
        this.groups.set(alert, group)
    })
    return applied
  }

  /** What has settled by now is looked at once, by whoever is on call. */
  look(now: number): void {
    if (now - this.at < SETTLED_MS) return
    this.at = now
    const settled = [...this.engine.state.incidents.values()]
      .filter(({ id, lastAlertAt, status }) => {
        const isThere = status === 'open' || status === 'resolved' || status === 'provisional'
        return isThere && lastAlertAt < now - SETTLED_MS && !this.looked.has(id)
      })
      .map(({ id }) => id)
      .sort(compare)
    for (const id of settled) {
      this.looked.add(id)
      if (this.random.next() >= DILIGENCE) continue
      const incident = this.engine.state.incidents.get(id)
      if (incident !== undefined) this.correct(incident, now)
    }
  }

  /** Takes out what is of something else, and puts together what is of one. */
  private correct(incident: Readonly<IncidentState>, now: number): void {
    const [own, ...others] = this.groupsOf(incident)
    if (own === undefined) return
    const actor = PEOPLE[Number.parseInt(own[0].replace(/\D/g, ''), 10) % PEOPLE.length] ?? 'ada'
    const say = (command: Command): unknown =>
      this.feed({ kind: 'command', at: now, scope: 'default', actor, command })
    const members = others.flatMap(([, keys]) => keys)
    if (members.length > 0) say({ do: 'split', incident: incident.id, members })
    const same = [...this.engine.state.incidents.values()].find(
      (one) =>
        one.id !== incident.id &&
        (one.status === 'open' || one.status === 'resolved' || one.status === 'provisional') &&
        this.groupsOf(one)[0]?.[0] === own[0],
    )
    if (same !== undefined) say({ do: 'merge', incident: same.id, from: [incident.id] })
  }

  /** Members by what they are of, most first. */
  private groupsOf({ members }: Readonly<IncidentState>): (readonly [string, string[]])[] {
    const groups = new Map<string, string[]>()
    for (const key of members.keys()) {
      const group = this.groups.get(key)
      if (group !== undefined) groups.set(group, [...(groups.get(group) ?? []), key])
    }
    return [...groups].sort((a, b) => b[1].length - a[1].length || compare(a[0], b[0]))
  }
}
