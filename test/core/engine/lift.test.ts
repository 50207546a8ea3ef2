/** A person lifts the window of one planned change, and takes that back. */
import { describe, expect, it } from 'vitest'
import { beginSnapshot, restoreEngine } from '../../../src/core/engine/snapshot.ts'
import { at, change, ci, cmdb, command, fire, play, rules } from '../../support/engine.ts'
import { expectAlert, expectIncident } from '../../support/engine-expect.ts'

const ESTATE = cmdb({ items: [ci('web-1')], relations: [] })
const by = (mode: string) => rules({ suppress: { changes: { mode } } }, 'r2')
const CHG = (status: string) =>
  change('CHG1', ['web-1'], { startsAt: 100, endsAt: 200, labels: { status } })
const down = fire('web-1', 'down', { severity: 'critical' })
const muted = (id: string | null) =>
  expectAlert('web-1', 'down', ({ suppressedBy }) => expect(suppressedBy?.id ?? null).toBe(id))
const say = (what: 'lift' | 'restore', id = 'change:CHG1') =>
  command({ do: `change.${what}`, change: id })

describe('the window of a planned change that a person lifts', () => {
  it('lets alerts come up at once, and mutes again when that is taken back', () => {
    const story = play(
      at(0, ESTATE, by('mute'), CHG('Scheduled')),
      at(110, down),
      at(111, muted('change:change:CHG1')),
      at(120, say('lift'), muted(null)),
      at(121, say('lift'), expectIncident({ status: 'open', alerts: 1, muted: 0 })),
      // told of anew it stays lifted
      at(130, CHG('Implement'), muted(null)),
      at(140, say('restore'), muted('change:change:CHG1')),
      at(141, say('restore')),
      at(200, muted(null)),
    )
    const told = story.decisions('change.lifted', 'change.restored', 'command.refused')
    expect(told.map(({ action, reason, actor }) => `${action} ${reason} ${actor}`)).toEqual([
      ...['change.lifted by_person ada', 'command.refused nothing_to_do ada'],
      ...['change.restored by_person ada', 'command.refused nothing_to_do ada'],
    ])
  })

  it('marks nothing; one that is over, has no window or is not there cannot be lifted', () => {
    const story = play(
      at(0, ESTATE, by('mark'), CHG('Scheduled')),
      at(1, change('CHG2', [], { startsAt: 100, endsAt: 200, labels: { status: 'Scheduled' } })),
      at(10, say('lift'), say('lift', 'change:none'), say('lift', 'change:CHG2')),
      at(110, down),
      at(150, say('restore')),
      at(300, say('lift')),
    )
    expect(story.decisions('alert.marked')).toEqual([])
    expect(story.decisions('command.refused').map(({ reason }) => reason)).toEqual([
      ...['unknown_change', 'no_window', 'no_window'],
    ])
  })

  it('says on an alert within which change it began, where changes only mark', () => {
    play(
      at(0, ESTATE, by('mark'), CHG('Scheduled')),
      at(110, down),
      at(
        111,
        expectAlert('web-1', 'down', ({ planned }) => {
          expect(planned?.change).toBe('change:CHG1')
          expect(planned?.text).toContain('planned change CHG1 until')
        }),
      ),
    )
  })

  it('stays lifted after a restart', () => {
    const story = play(at(0, ESTATE, by('mute'), CHG('Scheduled')), at(110, down, say('lift')))
    const snapshot = beginSnapshot(story.engine, 1)
    const restore = restoreEngine()
    for (let chunk = snapshot.next(); chunk !== null; chunk = snapshot.next()) restore.add(chunk)
    const engine = restore.finish()
    expect(engine?.state.changes.get('change:CHG1')?.lifted?.by).toBe('ada')
    expect(engine?.ix.windows.size).toBe(0)
  })
})
