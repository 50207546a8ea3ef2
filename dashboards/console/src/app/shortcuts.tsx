/** The sheet behind `?`: every key there is. */
import { Kbd, Table, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Fragment, useSyncExternalStore } from 'react'
import { LIST_KEYS } from '../incidents/shortcuts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useKeys } from '../ui/keys.ts'
import classes from './shell.module.css'

const SHEET: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Everywhere',
    [
      ['?', 'This sheet'],
      ['g o', 'Overview'],
      ['i', 'Incidents'],
      ['g a', 'Alerts'],
      ['g c', 'CIs'],
      ['g y', 'Topology'],
      ['g j', 'CMDB imports'],
      ['g n', 'Binding: unbound names'],
      ['g m', 'Silences and maintenance'],
      ['g p', 'Problems'],
      ['g k', 'Knowledge'],
      ['g t', 'Storms'],
      ['g l', 'What was learned'],
      ['g b', 'Backtest'],
      ['g s', 'Sources'],
      ['g d', 'Dead letters'],
      ['g v', 'Deliveries'],
      ['g ,', 'Settings'],
      ['Esc', 'Close what is open'],
    ],
  ],
  ['Incidents', LIST_KEYS],
  [
    'Alerts',
    [
      ['j / k', 'Next or previous alert'],
      ['Enter', 'Open it'],
      ['/', 'Search'],
      ['s', 'Silence the alert that is open'],
      ['u', 'Back to the list'],
    ],
  ],
  [
    'CIs and silences',
    [
      ['j / k', 'Next or previous one'],
      ['Enter', 'Open it'],
      ['/', 'Search'],
      ['n', 'New silence or window'],
      ['w', 'Plan maintenance of the CI'],
      ['u', 'Back to the CIs'],
    ],
  ],
  [
    'Topology',
    [
      ['/', 'Find on the map'],
      ['b', 'Blast radius of the CI that is picked'],
      ['f', 'Only what alerts, or all of it'],
      ['u', 'Pick nothing'],
      ['h j k l', 'Move the map of everything'],
      ['+ / - / 0', 'Zoom it, or show all of it'],
      ['t', 'The past of the map, or back from it; also of a neighbourhood'],
      [', / .', 'One change back or on'],
      ['p', 'Play what happened, or stop'],
      ['< / >', 'Slower or faster'],
      ['n', 'Back to live'],
      ['c', 'The CI of the service whose map is open'],
    ],
  ],
  [
    'Problems',
    [
      ['a', 'Accept it'],
      ['d', 'Dismiss it'],
      ['e', 'Assign it'],
      ['w', 'Say how to live with it'],
      ['x', 'Mark it, or select one of its incidents'],
      ['m', 'Merge the marked ones, or another one into it'],
      ['s', 'Split the selected incidents off'],
      ['z', 'Undo what was done last'],
    ],
  ],
  [
    'Knowledge',
    [
      ['j / k', 'Next or previous article'],
      ['n', 'New article'],
      ['e', 'Edit the article that is open'],
      ['/', 'Search'],
      ['u', 'Back to the list'],
    ],
  ],
  [
    'What was learned',
    [
      ['j / k', 'Next or previous proposal or constraint'],
      ['t', 'Backtest the proposed rule'],
      ['a', 'Accept it: its files'],
      ['x', 'Dismiss it, or restore it'],
    ],
  ],
  [
    'Binding',
    [
      ['j / k', 'Next or previous suggestion or learned name'],
      ['Enter', 'Accept it'],
    ],
  ],
  [
    'One incident',
    [
      ['a', 'Acknowledge it, or take that back'],
      ['c', 'Comment'],
      ['e', 'Assign'],
      ['r', 'Resolve'],
      ['d', 'Say that it is no incident'],
      ['m', 'Merge another incident into it'],
      ['s', 'Split the selected alerts off'],
      ['v', 'Move the selected alerts to another incident'],
      ['z', 'Undo the newest merge, split or move'],
      ['Enter', 'In a dialog: confirm what is picked'],
      ['j / k', 'Next or previous alert'],
      ['x', 'Select the alert'],
      [', / .', 'One moment back or on, as it was known then'],
      ['p', 'Play what happened, or stop'],
      ['n', 'Back to now'],
      ['o', 'See it unfold on the map'],
      ['u', 'Back to the list'],
    ],
  ],
]

let isOpen = false
const watchers = new Set<() => void>()

function set(open: boolean): void {
  isOpen = open
  for (const tell of watchers) tell()
}

export function useSheet() {
  const opened = useSyncExternalStore(
    (tell) => {
      watchers.add(tell)
      return () => {
        watchers.delete(tell)
      }
    },
    () => isOpen,
  )
  return { opened, open: () => set(true), close: () => set(false) }
}

export function ShortcutSheet() {
  const { opened, open, close } = useSheet()
  const navigate = useNavigate()
  useKeys({
    '?': open,
    i: () => void navigate({ to: '/incidents' }),
    'g o': () => void navigate({ to: '/' }),
    'g a': () => void navigate({ to: '/alerts' }),
    'g c': () => void navigate({ to: '/cis' }),
    'g y': () => void navigate({ to: '/topology' }),
    'g k': () => void navigate({ to: '/knowledge' }),
    'g j': () => void navigate({ to: '/imports' }),
    'g n': () => void navigate({ to: '/binding' }),
    'g m': () => void navigate({ to: '/silences' }),
    'g p': () => void navigate({ to: '/problems' }),
    'g t': () => void navigate({ to: '/storms' }),
    'g l': () => void navigate({ to: '/learned' }),
    'g b': () => void navigate({ to: '/backtest' }),
    'g s': () => void navigate({ to: '/sources' }),
    'g d': () => void navigate({ to: '/dead-letters' }),
    'g v': () => void navigate({ to: '/deliveries' }),
    'g ,': () => void navigate({ to: '/settings' }),
  })
  return (
    <Dialog opened={opened} onClose={close} title="Shortcuts" size="xl">
      <div className={classes['sheet']}>
        {SHEET.map(([place, keys]) => (
          <section key={place} className={classes['keys']}>
            <Text fw={650} size="sm" mb={4}>
              {place}
            </Text>
            <Table verticalSpacing={5} withRowBorders={false}>
              <Table.Tbody>
                {keys.map(([key, what]) => (
                  <Table.Tr key={key}>
                    <Table.Td w={92}>
                      {key.split(/ \/ | /).map((one, at) => (
                        <Fragment key={one}>
                          {at > 0 && ' '}
                          <Kbd>{one}</Kbd>
                        </Fragment>
                      ))}
                    </Table.Td>
                    <Table.Td>{what}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
