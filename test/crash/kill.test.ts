/**
 * Nothing lost: the program is killed again and again while tools post and people work, at every
 * fault point in append, fold, record write and snapshot. What was acknowledged is the truth; after
 * every restart and in the end everything must be there, once.
 *
 * `FAULTLINE_TEST_KILLS=900 npx vitest run --project system test/crash` kills more often.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FAULT_POINTS } from '../../src/store/fault.ts'
import { temporaryFolder } from '../support/store.ts'
import { compareReplay, compareStore } from './agree.ts'
import {
  auditAlerts,
  auditDeeds,
  auditJournal,
  auditLedger,
  auditNews,
  auditOpenings,
  auditPlacements,
  auditSightings,
  countParts,
} from './audit.ts'
import { conclude, type Outcome } from './final.ts'
import { type Lane, openLane, shootAll, type Tally } from './lane.ts'
import { planKills } from './plan.ts'

const KILLS = Number(process.env['FAULTLINE_TEST_KILLS'] ?? '27')
const SEED = Number(process.env['FAULTLINE_TEST_SEED'] ?? '20260302')
const LANES = 2
/** Of the lanes in turn: where labels tell scopes apart, a body is an entry for each scope it spans. */
const SCOPES: readonly (readonly string[])[] = [[], ['tenant']]
const MINUTES = 60_000

describe(`${KILLS} kills under load, seed ${SEED}`, () => {
  const folder = temporaryFolder()
  const plan = planKills(KILLS, LANES, SEED)
  const lanes: { lane: Lane; tally: Tally; outcome: Outcome }[] = []
  const opened: Lane[] = []

  beforeAll(
    async () => {
      const begun = performance.now()
      const runs = plan.map(async (shots, i) => {
        const lane = await openLane({
          folder: join(folder.path, `lane-${i}`),
          name: `L${i}W`,
          seed: SEED + 1000 * i,
          scope: SCOPES[i % SCOPES.length] ?? [],
        })
        opened.push(lane)
        const tally = await shootAll(lane, shots)
        return { lane, tally, outcome: await conclude(lane) }
      })
      lanes.push(...(await Promise.all(runs)))
      report(lanes, performance.now() - begun)
    },
    KILLS * 6000 + 3 * MINUTES,
  )

  afterAll(async () => {
    for (const { hook, life } of opened) {
      life?.child.kill('SIGKILL')
      await life?.ended
      await hook.close()
    }
    folder.remove()
  })

  const ofAll = (audit: (one: (typeof lanes)[number]) => readonly string[]): string[] =>
    lanes.flatMap((one) => audit(one).slice(0, 10))

  it('died at every fault point about equally often', () => {
    const kills = FAULT_POINTS.map((point) => killsAt(lanes, point).kills)
    expect(Math.min(...kills)).toBe(Math.ceil(KILLS / FAULT_POINTS.length))
    expect(Math.max(...kills)).toBe(Math.min(...kills))
  })

  it('stored bodies of several scopes in parts', () => {
    const parts = lanes.map(({ outcome }) => countParts(outcome.books))
    expect(parts[0]).toBe(0)
    expect(parts[1]).toBeGreaterThan(20)
  })

  it('has every acknowledged body in the journal, once and with all its parts', () => {
    expect(ofAll(({ outcome, lane }) => auditJournal(outcome.books, lane.sender.posts))).toEqual([])
  })

  it('counts every item of every body, once', () => {
    expect(ofAll(({ outcome, lane }) => auditLedger(outcome.books, lane.sender.posts))).toEqual([])
  })

  it('has every acknowledged alert in one incident, and dropped no resolve', () => {
    expect(ofAll(({ outcome, lane }) => auditAlerts(outcome.books, lane.sender))).toEqual([])
  })

  it('placed no alert twice once people were told', () => {
    expect(ofAll(({ outcome }) => auditPlacements(outcome.books))).toEqual([])
  })

  it('never showed an alert where it was not', () => {
    expect(ofAll(({ outcome, lane }) => auditSightings(outcome.books, lane.observed))).toEqual([])
  })

  it('opened no incident twice', () => {
    expect(ofAll(({ outcome }) => auditOpenings(outcome.books))).toEqual([])
  })

  it('did what people were told it did', () => {
    expect(ofAll(({ outcome, lane }) => auditDeeds(outcome.books, lane.operator.deeds))).toEqual([])
  })

  it('told all news, each once, in order and never otherwise', () => {
    expect(ofAll(({ outcome, lane }) => auditNews(outcome.books, lane.hook))).toEqual([])
  })

  it('agrees with a replay of its journal', () => {
    expect(
      ofAll(({ outcome }) =>
        outcome.replays.flatMap((files) => compareReplay(files, outcome.shown)),
      ),
    ).toEqual([])
  })

  it('is replayed byte for byte the same', () => {
    for (const { outcome } of lanes) {
      const [first, second] = outcome.replays
      expect([...(first?.keys() ?? [])].sort()).toEqual([
        'alerts.ndjson',
        'incidents.ndjson',
        'problems.ndjson',
        'summary.json',
      ])
      expect(second).toEqual(first)
    }
  })

  it('stored what one fold without interruption makes of the journal', async () => {
    for (const { lane, outcome } of lanes) {
      const faults = await compareStore(lane, outcome.books)
      expect(faults.slice(0, 10)).toEqual([])
    }
  })
})

function killsAt(
  lanes: readonly { readonly tally: Tally }[],
  point: (typeof FAULT_POINTS)[number],
): { kills: number; underLoad: number } {
  const sum = { kills: 0, underLoad: 0 }
  for (const { tally } of lanes) {
    sum.kills += tally.points.get(point)?.kills ?? 0
    sum.underLoad += tally.points.get(point)?.underLoad ?? 0
  }
  return sum
}

/** Figures for the log of the run. */
function report(
  lanes: readonly { readonly lane: Lane; readonly tally: Tally; readonly outcome: Outcome }[],
  ms: number,
): void {
  const points = FAULT_POINTS.map((point) => {
    const { kills, underLoad } = killsAt(lanes, point)
    return `  ${point}: ${kills}, ${underLoad} of them with requests under way`
  })
  const each = lanes.map(({ lane, tally, outcome }) => {
    const { sender, operator, hook } = lane
    const attempts = sender.posts.reduce((sum, post) => sum + post.attempts, 0)
    return [
      `${sender.posts.length} bodies sent ${attempts} times`,
      `${sender.alerts().length} alerts`,
      `${operator.done.length} of ${operator.deeds.length} commands done`,
      `${outcome.books.records.length} entries`,
      `${outcome.books.incidents.size} incidents`,
      `${hook.heard.length} messages and ${hook.repeats()} repeats`,
      `${tally.timers} kills by timer, ${tally.stops} stops, ${tally.starting} before it served, ${tally.missed} points not reached`,
      `slowest start ${Math.round(tally.slowestStartMs)} ms`,
    ].join(', ')
  })
  process.stdout.write(`${(ms / 1000).toFixed(0)} s\n${[...points, ...each].join('\n')}\n`)
}
